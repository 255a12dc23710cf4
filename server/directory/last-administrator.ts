import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import type { WriteSession } from './write.ts';

/**
 * Runs what may take an administrator away (a demotion, a disabling, a removal) and refuses it when no
 * enabled member would hold the role Administrator afterwards. Of two who demote each other at the same
 * moment, the second sees what the first has done.
 *
 * @throws DirectoryError `conflict`
 */
export async function keepAnAdministrator<T>(
  tx: WriteSession,
  change: () => Promise<T>,
): Promise<T> {
  const db = tx.em.getKysely();
  await sql`
    select id from role
    where organization_id = ${tx.organization.id} and built_in = 'administrator'
    for no key update
  `.execute(db);
  const result = await change();
  await tx.em.flush();
  const { rows } = await sql<{ left: boolean }>`
    select exists (
      select 1 from role r
      join member_role mr on mr.organization_id = r.organization_id and mr.role_id = r.id
      join member m on m.organization_id = r.organization_id and m.id = mr.member_id
      where r.organization_id = ${tx.organization.id} and r.built_in = 'administrator'
        and m.status = 'enabled'
    ) as left
  `.execute(db);
  if (!rows[0]?.left) {
    throw new DirectoryError('conflict', 'The last administrator stays: make another one first.');
  }
  return result;
}
