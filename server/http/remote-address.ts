import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Origin } from '../directory/index.ts';

/** The address at the other end of the connection; empty where there is no socket. */
export function remoteAddress(c: Context): string {
  return c.env?.incoming === undefined ? '' : (getConnInfo(c).remote.address ?? '');
}

/** From where a request came, as the audit keeps it. */
export function originOf(c: Context): Origin {
  return { address: remoteAddress(c), requestId: c.get('requestId') };
}
