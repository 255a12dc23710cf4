import { sql } from 'kysely';
import type { MemberStatus } from './entities/member.ts';
import { isUuid, type Sql } from './filter-sql.ts';
import type { InvitationState } from './member-standing.ts';
import type { DirectorySession } from './session.ts';

/** What narrows the member list; all of it together. */
export interface MemberListFilter {
  /** Words of a name, a username or an e-mail address: see `searching`. */
  search?: string | undefined;
  status?: MemberStatus | undefined;
  /** State of the newest invitation; `expired` and `rejected` members wait for another one. */
  invitation?: InvitationState | undefined;
  /** Id of a role that they hold. */
  role?: string | undefined;
  /** Id of a department. */
  department?: string | undefined;
  /** Also the members of the departments below it. */
  includeDescendants?: boolean | undefined;
}

/**
 * All of a filter but the status, over `m`, the member's row; undefined where everybody matches.
 *
 * @param words the condition of its search
 */
export async function scopeCondition(
  session: DirectorySession,
  filter: MemberListFilter,
  words: Sql | undefined,
): Promise<Sql | undefined> {
  const conditions = [
    words,
    await departmentCondition(session, filter),
    roleCondition(session, filter.role),
    invitationCondition(session, filter.invitation),
  ].filter((condition) => condition !== undefined);
  return conditions.length === 0 ? undefined : sql`(${sql.join(conditions, sql` and `)})`;
}

async function departmentCondition(
  session: DirectorySession,
  { department, includeDescendants }: MemberListFilter,
): Promise<Sql | undefined> {
  if (department === undefined) return undefined;
  if (!isUuid(department)) return sql`false`;
  const ids = includeDescendants ? await branch(session, department) : [department];
  // Named one by one, so that the planner knows how many members they have.
  return (
    ids &&
    sql`m.id in (select x.member_id from member_department x
      where x.organization_id = ${session.organization.id} and x.department_id = any(${ids}::uuid[]))`
  );
}

/** The ids of a department and of all below it; undefined for the root, where everybody is. */
async function branch(
  session: DirectorySession,
  department: string,
): Promise<string[] | undefined> {
  const organization = session.organization.id;
  const { rows } = await sql<{ id: string; is_root: boolean }>`
    with recursive branch (id, is_root) as (
      select id, parent_id is null from department
      where organization_id = ${organization} and id = ${department}
      union all
      select d.id, false from branch b join department d
        on d.organization_id = ${organization} and d.parent_id = b.id and not b.is_root
    )
    select id, is_root from branch
  `.execute(session.em.getKysely());
  return rows[0]?.is_root ? undefined : rows.map(({ id }) => id);
}

function roleCondition(session: DirectorySession, role: string | undefined): Sql | undefined {
  if (role === undefined) return undefined;
  if (!isUuid(role)) return sql`false`;
  return sql`m.id in (select x.member_id from member_role x
    where x.organization_id = ${session.organization.id} and x.role_id = ${role})`;
}

function invitationCondition(
  session: DirectorySession,
  state: InvitationState | undefined,
): Sql | undefined {
  if (state === undefined) return undefined;
  const stored = state === 'expired' ? 'pending' : state;
  const intime = sql`x.expires_at > ${session.now}`;
  const clock = state === 'pending' ? intime : state === 'expired' ? sql`not ${intime}` : sql`true`;
  return sql`m.id in (select x.member_id from invitation x
    where x.organization_id = ${session.organization.id} and x.state = ${stored} and ${clock}
      and not exists (select 1 from invitation newer
        where newer.organization_id = x.organization_id and newer.member_id = x.member_id
          and (newer.created_at, newer.id) > (x.created_at, x.id)))`;
}
