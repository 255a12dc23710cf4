import { sql } from 'kysely';
import { isUuid } from './filter-sql.ts';
import { type GroupView, loadGroups } from './groups.ts';
import { keptPlan } from './kept-plan.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { type DirectorySession, demand } from './session.ts';

const pageSize = 1000;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Every enabled member, a page at a time: memory does not grow with the organization. */
export async function* walkEnabledMembers(session: DirectorySession): AsyncGenerator<MemberView[]> {
  demand(session, 'members:read');
  yield* pages((after) =>
    loadMembers(
      session,
      sql`m.status = 'enabled' and m.id > ${after}`,
      sql`order by m.id limit ${pageSize}`,
    ),
  );
}

/** Every group, a page at a time. */
export async function* walkGroups(session: DirectorySession): AsyncGenerator<GroupView[]> {
  demand(session, 'groups:read');
  yield* pages((after) =>
    loadGroups(session, sql`g.id > ${after}`, sql`order by g.id limit ${pageSize}`),
  );
}

async function* pages<T extends { id: string }>(
  load: (after: string) => Promise<T[]>,
): AsyncGenerator<T[]> {
  let after = firstId;
  for (;;) {
    const page = await load(after);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}

/** Who is in which group: ids of members and of nested groups by the group that they are in. */
export interface GroupLinks {
  groupId: string;
  ids: string[];
}

/** The membership of every group, a number of rows at a time; a large group comes in several pieces. */
export async function* walkGroupLinks(session: DirectorySession): AsyncGenerator<GroupLinks[]> {
  demand(session, 'groups:read');
  for (const { table, group, id } of linkTables) {
    let [afterGroup, afterId] = [firstId, firstId];
    for (;;) {
      const { rows } = await sql<{ group_id: string; id: string }>`
        select ${sql.ref(group)} as group_id, ${sql.ref(id)} as id from ${sql.table(table)}
        where organization_id = ${session.organization.id}
          and (${sql.ref(group)}, ${sql.ref(id)}) > (${afterGroup}::uuid, ${afterId}::uuid)
        order by 1, 2 limit ${pageSize * 10}
      `.execute(session.em.getKysely());
      const last = rows.at(-1);
      if (last === undefined) break;
      [afterGroup, afterId] = [last.group_id, last.id];
      const byGroup = Map.groupBy(rows, (row) => row.group_id);
      yield [...byGroup].map(([groupId, links]) => ({
        groupId,
        ids: links.map((link) => link.id),
      }));
    }
  }
}

const linkTables = [
  { table: 'group_member', group: 'group_id', id: 'member_id' },
  { table: 'nested_group', group: 'parent_id', id: 'child_id' },
];

/** The members among these ids that still exist, in any status. */
export async function readMembers(
  session: DirectorySession,
  ids: readonly string[],
): Promise<MemberView[]> {
  demand(session, 'members:read');
  return ids.length === 0
    ? []
    : loadMembers(session, sql`m.id = any(${ids.filter(isUuid)}::uuid[])`, keptPlan);
}

/** The enabled members who belong to one of the departments. */
export async function membersOfDepartments(
  session: DirectorySession,
  departments: readonly string[],
): Promise<string[]> {
  demand(session, 'members:read');
  if (departments.length === 0) return [];
  const { rows } = await sql<{ member_id: string }>`
    select distinct member_id from member_department
    where organization_id = ${session.organization.id}
      and department_id = any(${departments}::uuid[])
  `.execute(session.em.getKysely());
  return rows.map((row) => row.member_id);
}

/** The groups among these ids that still exist. */
export async function readGroups(
  session: DirectorySession,
  ids: readonly string[],
): Promise<GroupView[]> {
  demand(session, 'groups:read');
  return ids.length === 0
    ? []
    : loadGroups(session, sql`g.id = any(${ids.filter(isUuid)}::uuid[])`);
}

/** The groups that each of the members is directly in. */
export async function directGroups(
  session: DirectorySession,
  members: readonly string[],
): Promise<{ groupId: string; memberId: string }[]> {
  demand(session, 'groups:read');
  if (members.length === 0) return [];
  const { rows } = await sql<{ group_id: string; member_id: string }>`
    select group_id, member_id from group_member
    where organization_id = ${session.organization.id} and member_id = any(${members}::uuid[])
    ${keptPlan}`.execute(session.em.getKysely());
  return rows.map((row) => ({ groupId: row.group_id, memberId: row.member_id }));
}
