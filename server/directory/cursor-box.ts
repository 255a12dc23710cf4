import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { createSecretBox, type SecretBox } from './secret-box.ts';
import type { DirectorySession } from './session.ts';

/** Seals the organization's cursors, with a key that every node finds in the database. */
export async function cursorBox(session: DirectorySession): Promise<SecretBox> {
  const { rows } = await sql<{ key: string }>`
    select cursor_key as key from organization where id = ${session.organization.id}
  `.execute(session.em.getKysely());
  const [row] = rows;
  if (row === undefined) throw new Error('A session is of an organization.');
  return createSecretBox(createHash('sha256').update(row.key).digest());
}
