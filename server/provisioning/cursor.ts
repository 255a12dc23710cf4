import { badRequest } from '../../scim/error.ts';
import type { Query } from '../../scim/storage.ts';
import { type SecretBox, type WalkPosition, walkStart } from '../directory/index.ts';

/** What a cursor serves: the resource type, and the query without its page. */
export interface CursorScope {
  type: string;
  query: Pick<Query, 'filter' | 'sort'>;
}

/**
 * A cursor (RFC 9865): where a walk stands, sealed, so that it tells nobody by whose name that is, and
 * serves no other organization and no other query.
 *
 * @param secrets of the organization
 */
export function formatCursor(
  secrets: SecretBox,
  scope: CursorScope,
  { direction, id, key, total }: WalkPosition,
): string {
  return secrets.seal(JSON.stringify([direction, id, key, total]), contextOf(scope));
}

/** @throws ScimError 400 `invalidCursor` */
export function parseCursor(secrets: SecretBox, scope: CursorScope, cursor: string): WalkPosition {
  if (cursor === '') return walkStart;
  const opened = secrets.open(cursor, contextOf(scope));
  if (opened === undefined) {
    throw badRequest('invalidCursor', 'cursor: not one that this query was given');
  }
  const [direction, id, key, total] = JSON.parse(opened);
  return { direction, id, key, total };
}

function contextOf({ type, query: { filter, sort } }: CursorScope): string {
  // Attributes stand in a filter as objects that know each other; their paths name them.
  const query = JSON.stringify([type, filter, sort], (name, value) =>
    name === 'attribute' ? value?.path : value,
  );
  return `scim-cursor:${query}`;
}
