import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import { initialAdministrator } from './initial-administrator.ts';
import type { DirectorySession } from './session.ts';
import type { WriteSession } from './write.ts';

/**
 * Who takes over what a removed member held where nobody said who: the default heir that the organization
 * has set, as long as that is an enabled member, else the initial administrator.
 *
 * @param removed is not the heir
 * @returns the member's id; undefined in an organization without an initial administrator
 */
export async function heirOf(
  session: DirectorySession,
  removed: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from member
    where organization_id = ${session.organization.id} and default_heir and status = 'enabled'
      and id <> ${removed}
  `.execute(session.em.getKysely());
  return rows[0]?.id ?? (await initialAdministrator(session))?.id;
}

/**
 * Sets the default heir, or none.
 *
 * @throws DirectoryError `unknown-reference`; `invalid-value` for a member who is not enabled
 */
export async function setDefaultHeir(tx: WriteSession, member: string | null): Promise<void> {
  const organization = tx.organization.id;
  const db = tx.em.getKysely();
  const field = 'defaultHeir';
  if (member !== null) {
    const { rows } = isUuid(member)
      ? await sql<{ status: string }>`
          select status from member where organization_id = ${organization} and id = ${member}
        `.execute(db)
      : { rows: [] };
    if (rows[0] === undefined) {
      throw new DirectoryError('unknown-reference', `${field}: there is no such member.`, {
        field,
      });
    }
    if (rows[0].status !== 'enabled') {
      throw new DirectoryError('invalid-value', `${field} must be an enabled member`, { field });
    }
  }
  await sql`
    update member set default_heir = false
    where organization_id = ${organization} and default_heir and id is distinct from ${member}::uuid
  `.execute(db);
  await sql`
    update member set default_heir = true where organization_id = ${organization} and id = ${member}
  `.execute(db);
}
