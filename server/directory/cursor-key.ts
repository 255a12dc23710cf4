import { sql } from 'kysely';
import type { DirectorySession } from './session.ts';

/** What the organization's cursors are sealed with, on every node. It never changes. */
export async function cursorKey(session: DirectorySession): Promise<string> {
  const { rows } = await sql<{ key: string }>`
    select cursor_key as key from organization where id = ${session.organization.id}
  `.execute(session.em.getKysely());
  const [row] = rows;
  if (row === undefined) throw new Error('A session is of an organization.');
  return row.key;
}
