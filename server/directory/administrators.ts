import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import type { Sql } from './filter-sql.ts';
import type { DirectorySession } from './session.ts';
import type { WriteSession } from './write.ts';

/**
 * Runs a change of a locked member that may take an administrator away, and undoes the transaction when
 * none would be left. Such changes wait for each other, so that two who demote each other leave one.
 *
 * @throws DirectoryError `conflict`
 */
export async function keepAnAdministrator(
  tx: WriteSession,
  member: string,
  change: () => Promise<unknown>,
): Promise<void> {
  if ((await countAdministrators(tx, sql`m.id = ${member}`)) === 0) {
    await change();
    return;
  }
  await sql`
    select id from role where organization_id = ${tx.organization.id} and built_in = 'administrator'
    for no key update
  `.execute(tx.em.getKysely());
  await change();
  if ((await countAdministrators(tx)) === 0) {
    throw new DirectoryError('conflict', 'The last administrator has to stay.');
  }
}

/**
 * How many enabled members hold the built-in role Administrator.
 *
 * @param condition over `m`, the member's row
 */
export async function countAdministrators(
  session: DirectorySession,
  condition: Sql = sql`true`,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count
    from role r
    join member_role mr on mr.organization_id = r.organization_id and mr.role_id = r.id
    join member m on m.organization_id = mr.organization_id and m.id = mr.member_id
    where r.organization_id = ${session.organization.id} and r.built_in = 'administrator'
      and m.status = 'enabled' and ${condition}
  `.execute(session.em.getKysely());
  return rows[0]?.count ?? 0;
}
