import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import type { WriteSession } from './write.ts';

/**
 * Keeps every other change of the organization itself waiting until the transaction ends.
 *
 * @returns its version
 */
export async function lockOrganization(tx: WriteSession): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select version from organization where id = ${tx.organization.id} for no key update
  `.execute(tx.em.getKysely());
  const [row] = rows;
  if (row === undefined) throw new DirectoryError('not-found', 'There is no such organization.');
  return row.version;
}
