import { type BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** Tells where a request comes from; empty where there is no socket. */
export type RemoteAddress = (c: Context) => string;

/**
 * The address at the other end of the connection; where that is a trusted proxy, the one that it says it
 * was asked from (`X-Forwarded-For`), and so on as long as that is a trusted proxy too.
 */
export function remoteAddressBehind(trustedProxies: BlockList | undefined): RemoteAddress {
  return (c) => {
    if (c.env?.incoming === undefined) return '';
    const peer = plainAddress(getConnInfo(c).remote.address ?? '') ?? '';
    return trustedProxies === undefined
      ? peer
      : firstUntrusted(peer, c.req.header('x-forwarded-for'), trustedProxies);
  };
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
