import { sql } from 'kysely';
import { keepAnAdministrator } from './administrators.ts';
import { DirectoryError } from './errors.ts';
import { initialAdministrator } from './initial-administrator.ts';
import { acceptDepartments, acceptRoles } from './member-places.ts';
import type { MemberView } from './member-view.ts';
import type { WriteSession } from './write.ts';

/**
 * Puts a locked member into departments, the primary one first.
 *
 * @returns whether anything changed
 * @throws DirectoryError `invalid-value`, `unknown-reference`
 */
export async function placeInDepartments(
  tx: WriteSession,
  current: MemberView,
  wanted: readonly string[] | undefined,
): Promise<boolean> {
  if (wanted === undefined) return false;
  const ids = await acceptDepartments(tx, wanted);
  const before = current.departments.map(({ id }) => id);
  const primary = current.departments.find((department) => department.primary)?.id;
  if (sameSet(ids, before) && ids[0] === primary) return false;
  const db = tx.em.getKysely();
  await sql`
    delete from member_department
    where organization_id = ${tx.organization.id} and member_id = ${current.id}
  `.execute(db);
  await sql`
    insert into member_department (organization_id, member_id, department_id, "primary")
    select ${tx.organization.id}::uuid, ${current.id}::uuid, wanted.id, wanted.place = 1
    from unnest(${ids}::uuid[]) with ordinality as wanted (id, place)
  `.execute(db);
  return true;
}

/**
 * Gives a locked member exactly these roles.
 *
 * @returns whether anything changed
 * @throws DirectoryError `invalid-value`, `unknown-reference`, `forbidden`; `conflict` where the last or
 *   the initial administrator would be none
 */
export async function giveRoles(
  tx: WriteSession,
  current: MemberView,
  wanted: readonly string[] | undefined,
): Promise<boolean> {
  if (wanted === undefined) return false;
  const before = current.roles.map(({ id }) => id);
  const ids = await acceptRoles(tx, wanted, before);
  if (sameSet(ids, before)) return false;
  const replace = async () => {
    const db = tx.em.getKysely();
    await sql`
      delete from member_role
      where organization_id = ${tx.organization.id} and member_id = ${current.id}
        and role_id <> all(${ids}::uuid[])
    `.execute(db);
    await sql`
      insert into member_role (organization_id, member_id, role_id)
      select ${tx.organization.id}::uuid, ${current.id}::uuid, wanted.id
      from unnest(${ids}::uuid[]) as wanted (id)
      on conflict do nothing
    `.execute(db);
  };
  const administrator = await administratorRole(tx);
  if (!before.includes(administrator) || ids.includes(administrator)) {
    await replace();
    return true;
  }
  if ((await initialAdministrator(tx))?.id === current.id) {
    throw new DirectoryError('conflict', 'The initial administrator can only hand over.', {
      field: 'roles',
    });
  }
  await keepAnAdministrator(tx, current.id, replace);
  return true;
}

async function administratorRole(tx: WriteSession): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from role where organization_id = ${tx.organization.id} and built_in = 'administrator'
  `.execute(tx.em.getKysely());
  return rows[0]?.id ?? '';
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}
