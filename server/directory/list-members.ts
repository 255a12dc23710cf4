import { sql } from 'kysely';
import { type MemberStatus, memberStatuses } from './entities/member.ts';
import { DirectoryError } from './errors.ts';
import { isUuid, type Sql } from './filter-sql.ts';
import type { InvitationState } from './member-standing.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { searchCondition, searching } from './search.ts';
import { type DirectorySession, demand } from './session.ts';

/** What the member list can be sorted by. */
export const memberSorts = ['name', 'username', 'createdAt'] as const;
export type MemberSort = (typeof memberSorts)[number];

/** What narrows the member list; all of it together. */
export interface MemberListFilter {
  /** Words of a name, a username or an e-mail address: see `searchCondition`. */
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

export interface MemberListQuery extends MemberListFilter {
  sort: MemberSort;
  descending: boolean;
  limit: number;
  /** From the answer to the page before or after. */
  cursor?: string | undefined;
}

export interface MemberList {
  members: MemberView[];
  /** How many match in all. */
  total: number;
  /** How many match but for the status filter, by status. */
  counts: Record<MemberStatus, number>;
  nextCursor: string | null;
  previousCursor: string | null;
}

// Text keys; a member without a username sorts as the empty one. Times in microseconds, so that a cursor
// stands exactly between two members.
const sortKeys: Record<MemberSort, Sql> = {
  name: sql`m.display_name_key collate "C"`,
  username: sql`coalesce(m.username_key, '') collate "C"`,
  createdAt: sql`to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') collate "C"`,
};

/** One page of the member list, by keyset: no member is shown twice or missed while others come and go. */
export async function listMembers(
  session: DirectorySession,
  query: MemberListQuery,
): Promise<MemberList> {
  demand(session, 'members:read');
  return searching(session, query.search, async (tx) => {
    const scope = scopeCondition(tx, query);
    const condition =
      query.status === undefined ? scope : sql`${scope} and m.status = ${query.status}`;
    const counts = await countByStatus(tx, scope);
    const page = await loadPage(tx, condition, query);
    const total = query.status === undefined ? sum(Object.values(counts)) : counts[query.status];
    return { ...page, total, counts };
  });
}

/**
 * The ids and names of what a filter matches, by name.
 *
 * @param limit how many at most
 */
export async function matchMembers(
  session: DirectorySession,
  filter: MemberListFilter,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  demand(session, 'members:read');
  const status = filter.status === undefined ? sql`true` : sql`m.status = ${filter.status}`;
  return searching(session, filter.search, async (tx) => {
    const { rows } = await sql<{ id: string; name: string }>`
      select m.id, m.display_name as name from member m
      where m.organization_id = ${tx.organization.id} and ${scopeCondition(tx, filter)} and ${status}
      order by m.display_name_key collate "C", m.id limit ${limit}
    `.execute(tx.em.getKysely());
    return rows;
  });
}

/** All of a filter but the status. */
function scopeCondition(session: DirectorySession, filter: MemberListFilter): Sql {
  return sql`${searchCondition(filter.search)} and ${departmentCondition(session, filter)}
    and ${roleCondition(filter.role)} and ${invitationCondition(session, filter.invitation)}`;
}

async function loadPage(
  session: DirectorySession,
  condition: Sql,
  { sort, descending, limit, cursor }: MemberListQuery,
): Promise<Pick<MemberList, 'members' | 'nextCursor' | 'previousCursor'>> {
  const key = sortKeys[sort];
  const from = cursor === undefined ? undefined : parseCursor(cursor);
  const backwards = from?.direction === 'before';
  const reversed = descending !== backwards;
  const position =
    from === undefined
      ? sql`true`
      : sql`(${key}, m.id) ${reversed ? sql`<` : sql`>`} (${from.key}, ${from.id}::uuid)`;
  const order = reversed ? sql`${key} desc, m.id desc` : sql`${key}, m.id`;
  // One more than asked for tells whether there is a further page.
  const loaded = await loadMembers(
    session,
    sql`${condition} and ${position}`,
    sql`order by ${order} limit ${limit + 1}`,
  );
  const members = loaded.slice(0, limit);
  if (backwards) members.reverse();
  const more = loaded.length > limit;
  const first = members[0];
  const last = members.at(-1);
  const hasNext = backwards || more;
  const hasPrevious = backwards ? more : from !== undefined;
  return {
    members,
    nextCursor: hasNext && last ? await formatCursor(session, key, 'after', last.id) : null,
    previousCursor:
      hasPrevious && first ? await formatCursor(session, key, 'before', first.id) : null,
  };
}

interface Cursor {
  direction: 'after' | 'before';
  key: string;
  id: string;
}

async function formatCursor(
  session: DirectorySession,
  key: Sql,
  direction: Cursor['direction'],
  id: string,
): Promise<string | null> {
  const { rows } = await sql<{ key: string }>`
    select ${key} as key from member m
    where m.organization_id = ${session.organization.id} and m.id = ${id}
  `.execute(session.em.getKysely());
  if (rows[0] === undefined) return null;
  return Buffer.from(JSON.stringify([direction, rows[0].key, id])).toString('base64url');
}

function parseCursor(text: string): Cursor {
  try {
    const [direction, key, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (
      (direction === 'after' || direction === 'before') &&
      typeof key === 'string' &&
      !key.includes('\0') &&
      typeof id === 'string' &&
      isUuid(id)
    ) {
      return { direction, key, id };
    }
  } catch {
    // Told below, as every other wrong cursor.
  }
  throw new DirectoryError('invalid-value', 'This cursor is not one of ours.', { field: 'cursor' });
}

function departmentCondition(
  session: DirectorySession,
  { department, includeDescendants }: MemberListFilter,
): Sql {
  if (department === undefined) return sql`true`;
  if (!isUuid(department)) return sql`false`;
  const organization = session.organization.id;
  const departments = includeDescendants
    ? sql`(with recursive below (id) as (
        select ${department}::uuid
        union all
        select d.id from below b join department d
          on d.organization_id = ${organization} and d.parent_id = b.id
      ) select id from below)`
    : sql`(${department}::uuid)`;
  return sql`exists (select 1 from member_department x
    where x.organization_id = m.organization_id and x.member_id = m.id
      and x.department_id in ${departments})`;
}

function roleCondition(role: string | undefined): Sql {
  if (role === undefined) return sql`true`;
  if (!isUuid(role)) return sql`false`;
  return sql`exists (select 1 from member_role x
    where x.organization_id = m.organization_id and x.member_id = m.id and x.role_id = ${role})`;
}

function invitationCondition(session: DirectorySession, state: InvitationState | undefined): Sql {
  if (state === undefined) return sql`true`;
  const stored = state === 'expired' ? 'pending' : state;
  const intime = sql`x.expires_at > ${session.now}`;
  const clock = state === 'pending' ? intime : state === 'expired' ? sql`not ${intime}` : sql`true`;
  return sql`exists (
    select 1 from (
      select i.state, i.expires_at from invitation i
      where i.organization_id = m.organization_id and i.member_id = m.id
      order by i.created_at desc, i.id desc limit 1
    ) x where x.state = ${stored} and ${clock})`;
}

async function countByStatus(session: DirectorySession, scope: Sql): Promise<MemberList['counts']> {
  const { rows } = await sql<{ status: MemberStatus; count: number }>`
    select m.status, count(*)::int as count from member m
    where m.organization_id = ${session.organization.id} and ${scope}
    group by m.status
  `.execute(session.em.getKysely());
  const found = new Map(rows.map((row) => [row.status, row.count]));
  return Object.fromEntries(
    memberStatuses.map((status) => [status, found.get(status) ?? 0]),
  ) as MemberList['counts'];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
