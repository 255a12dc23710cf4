import { type BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import type { Origin } from '../directory/index.ts';

/** Lets what comes after believe the `X-Forwarded-For` of these proxies; of nobody without them. */
export function trustProxies(trustedProxies: BlockList | undefined): MiddlewareHandler {
  return (c, next) => {
    c.set('trustedProxies', trustedProxies);
    return next();
  };
}

/**
 * The address at the other end of the connection; where that is a trusted proxy, the one that it says it
 * was asked from, and so on as long as that is a trusted proxy too. Empty where there is no socket.
 */
export function remoteAddress(c: Context): string {
  if (c.env?.incoming === undefined) return '';
  const peer = plainAddress(getConnInfo(c).remote.address ?? '') ?? '';
  const trustedProxies: BlockList | undefined = c.get('trustedProxies');
  return trustedProxies === undefined
    ? peer
    : firstUntrusted(peer, c.req.header('x-forwarded-for'), trustedProxies);
}

function firstUntrusted(
  peer: string,
  forwardedFor: string | undefined,
  trustedProxies: BlockList,
): string {
  let address = peer;
  for (const said of forwardedFor?.split(',').reverse() ?? []) {
    if (!trustedProxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) break;
    const further = plainAddress(said.trim());
    // What is no address was not written by the proxy.
    if (further === undefined) break;
    address = further;
  }
  return address;
}

/** An address without port, brackets and zone, and IPv4 in its own form; undefined for anything else. */
function plainAddress(text: string): string | undefined {
  const [, bracketed, ipv4] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
  const address = (bracketed ?? ipv4 ?? text)
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(address) === 0 ? undefined : address;
}

/** From where a request came, as the audit keeps it. */
export function originOf(c: Context): Origin {
  return { address: remoteAddress(c), requestId: c.get('requestId') };
}
