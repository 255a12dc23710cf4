import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { hostOf, isPublicAddress, type WebhookPolicy } from '../directory/index.ts';

/** Finds all addresses of a host. */
export type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface CallOptions extends WebhookPolicy {
  timeoutMs?: number;
  resolve?: Resolve;
}

export interface Call {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Gives the call up. */
  signal?: AbortSignal;
  /** Whether what is answered beside the status is wanted. */
  reads?: boolean;
}

export interface Answered {
  status: number;
  /** The first 16 KiB of it, as far as they came within a second; empty where nobody wanted it. */
  body: string;
}

/** The call was not made: an address that it would have gone to is not public. */
export class PrivateAddressError extends Error {}

const answerBytes = 16_384;
const answerMs = 1000;

/**
 * Posts a body to a stranger's URL, over a connection of its own. Redirects are not followed. An address is
 * looked at when the connection to it is made, so that a name which stands for another one a moment later
 * gains nothing.
 *
 * @throws PrivateAddressError; the error of the socket or of the time-out
 */
export async function call(
  { url: text, headers, body, signal, reads = false }: Call,
  { allowPrivate, timeoutMs = 10_000, resolve = resolveBySystem }: CallOptions,
): Promise<Answered> {
  const url = new URL(text);
  // A host that is an address is not looked up.
  const host = hostOf(url);
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddressError();
  const timeout = AbortSignal.timeout(timeoutMs);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve: answered, reject } = Promise.withResolvers<Answered>();
  const request = send(url, {
    method: 'POST',
    agent: false,
    lookup: guardedLookup(resolve, allowPrivate),
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    headers: {
      ...headers,
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Roster-Webhook/1',
    },
  });
  request.on('error', reject);
  request.on('response', (response) => {
    const status = response.statusCode ?? 0;
    if (!reads) answered({ status, body: '' });
    drain(response, (kept) => answered({ status, body: kept }));
  });
  request.end(body);
  return promise;
}

function drain(response: IncomingMessage, done: (kept: string) => void): void {
  const chunks: Buffer[] = [];
  let read = 0;
  const enough = setTimeout(() => response.destroy(), answerMs);
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    read += chunk.length;
    if (read > answerBytes) response.destroy();
  });
  response.on('error', () => {});
  response.on('close', () => {
    clearTimeout(enough);
    done(Buffer.concat(chunks).subarray(0, answerBytes).toString('utf8'));
  });
}

/** A lookup that answers nothing if any address of the host is not public. */
export function guardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (host, { all }, done) => {
    resolve(host, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) return done(error, []);
      if (first === undefined) return done(new Error(`${host} has no address`), []);
      if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
        return done(new PrivateAddressError(), []);
      }
      if (all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

const resolveBySystem: Resolve = (host, done) =>
  systemLookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []));
