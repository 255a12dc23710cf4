import { createHash } from 'node:crypto';
import { badRequest } from '../../scim/error.ts';
import type { Query } from '../../scim/storage.ts';

/**
 * A cursor (RFC 9865): how many were passed over, bound to the organization, the type and the query, so
 * that it serves no other.
 */
export function formatCursor(place: string, query: Query, offset: number): string {
  return Buffer.from(`${fingerprint(place, query)}:${offset}`).toString('base64url');
}

/** @throws ScimError 400 `invalidCursor` */
export function parseCursor(place: string, query: Query, cursor: string): number {
  if (cursor === '') return 0;
  const [print, offset] = Buffer.from(cursor, 'base64url').toString('latin1').split(':');
  if (print !== fingerprint(place, query) || !/^\d{1,9}$/.test(offset ?? '')) {
    throw badRequest('invalidCursor', 'cursor: not one that this query was given');
  }
  return Number(offset);
}

function fingerprint(place: string, { filter, sort }: Query): string {
  // Attributes stand in a filter as objects that know each other; their paths name them.
  const query = JSON.stringify([place, filter, sort], (key, value) =>
    key === 'attribute' ? value?.path : value,
  );
  return createHash('sha256').update(query).digest('base64url').slice(0, 22);
}
