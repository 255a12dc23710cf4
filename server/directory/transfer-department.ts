import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { changedFields } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { type DirectorySession, demand } from './session.ts';
import { type WriteSession, write } from './write.ts';

/**
 * Brings all members of a department into another one. Who is in both already stays once; whose primary
 * department was the one left has the other as primary now.
 *
 * @returns how many members left the department
 * @throws DirectoryError `not-found`, `unknown-reference`; `invalid-value` when both are the same
 */
export async function transferDepartmentMembers(
  session: DirectorySession,
  from: string,
  { to }: { to: string },
): Promise<number> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    await holdBoth(tx, from.toLowerCase(), to.toLowerCase());
    const organization = tx.organization.id;
    const db = tx.em.getKysely();
    // In the order of their ids, so that two transfers cannot wait for each other.
    const { rows: locked } = await sql<{ id: string; name: string }>`
      select m.id, m.display_name as name from member m
      where m.organization_id = ${organization} and m.id in (select member_id from member_department
        where organization_id = ${organization} and department_id = ${from})
      order by m.id for no key update
    `.execute(db);
    const members = locked.map(({ id }) => id);
    const before = await departmentNames(tx, members);
    const { rows: left } = await sql<{ id: string; primary: boolean }>`
      delete from member_department
      where organization_id = ${organization} and department_id = ${from}
        and member_id = any(${members}::uuid[])
      returning member_id as id, "primary"
    `.execute(db);
    const ids = left.map(({ id }) => id);
    await sql`
      insert into member_department (organization_id, member_id, department_id, "primary")
      select ${organization}::uuid, l.id, ${to}::uuid, l."primary"
      from unnest(${ids}::uuid[], ${left.map(({ primary }) => primary)}::boolean[]) as l (id, "primary")
      on conflict (organization_id, member_id, department_id)
        do update set "primary" = member_department."primary" or excluded."primary"
    `.execute(db);
    await sql`
      update member set version = version + 1, updated_at = ${tx.now}
      where organization_id = ${organization} and id = any(${ids}::uuid[])
    `.execute(db);
    const after = await departmentNames(tx, ids);
    const names = new Map(locked.map(({ id, name }) => [id, name]));
    for (const id of ids) {
      tx.record({
        subject: 'member',
        subjectId: id,
        kind: 'updated',
        action: 'member.moved',
        name: names.get(id),
        fields: changedFields({ departments: before.get(id) }, { departments: after.get(id) }),
      });
    }
    return ids.length;
  });
}

/** The names of each member's departments, the primary one first, by the member's id. */
async function departmentNames(
  tx: WriteSession,
  members: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; names: string[] }>`
    select md.member_id as id, array_agg(d.name order by md."primary" desc, d.name_key) as names
    from member_department md
    join department d on d.organization_id = md.organization_id and d.id = md.department_id
    where md.organization_id = ${tx.organization.id} and md.member_id = any(${members}::uuid[])
    group by md.member_id
  `.execute(tx.em.getKysely());
  return new Map(rows.map(({ id, names }) => [id, names]));
}

/** Keeps both departments from being deleted while the transfer runs. */
async function holdBoth(tx: WriteSession, from: string, to: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from department
    where organization_id = ${tx.organization.id} and id = any(${[from, to].filter(isUuid)}::uuid[])
    order by id for key share
  `.execute(tx.em.getKysely());
  const found = rows.map(({ id }) => id);
  if (!found.includes(from)) throw new DirectoryError('not-found', 'There is no such department.');
  if (!found.includes(to)) {
    throw new DirectoryError('unknown-reference', 'to: there is no such department.', {
      field: 'to',
    });
  }
  if (from === to) {
    throw new DirectoryError('invalid-value', 'to: the members are there already.', {
      field: 'to',
    });
  }
}
