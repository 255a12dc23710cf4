import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { badRequest } from '../../scim/error.ts';
import type { Query } from '../../scim/storage.ts';
import { type WalkPosition, walkStart } from '../directory/index.ts';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** What a cursor serves: the organization's key, the resource type, and the query without its page. */
export interface CursorScope {
  key: string;
  type: string;
  query: Pick<Query, 'filter' | 'sort'>;
}

/**
 * A cursor (RFC 9865): where a walk stands, sealed, so that it tells nobody by whose name that is, and
 * serves no other organization and no other query.
 */
export function formatCursor(scope: CursorScope, position: WalkPosition): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, sealingKey(scope), iv).setAAD(fingerprint(scope));
  const { direction, id, key, total } = position;
  const sealed = [cipher.update(JSON.stringify([direction, id, key, total])), cipher.final()];
  return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]).toString('base64url');
}

/** @throws ScimError 400 `invalidCursor` */
export function parseCursor(scope: CursorScope, cursor: string): WalkPosition {
  if (cursor === '') return walkStart;
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    const sealed = bytes.subarray(ivBytes + tagBytes);
    const decipher = createDecipheriv(algorithm, sealingKey(scope), bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(fingerprint(scope))
      .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    const opened = Buffer.concat([decipher.update(sealed), decipher.final()]);
    const [direction, id, key, total] = JSON.parse(opened.toString());
    return { direction, id, key, total };
  } catch {
    throw badRequest('invalidCursor', 'cursor: not one that this query was given');
  }
}

function sealingKey({ key }: CursorScope): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'SCIM cursor', 32));
}

function fingerprint({ type, query: { filter, sort } }: CursorScope): Buffer {
  // Attributes stand in a filter as objects that know each other; their paths name them.
  const text = JSON.stringify([type, filter, sort], (name, value) =>
    name === 'attribute' ? value?.path : value,
  );
  return Buffer.from(text);
}
