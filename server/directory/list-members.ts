import { sql } from 'kysely';
import type { MemberStatus } from './entities/member.ts';
import type { Sql } from './filter-sql.ts';
import { keptPlan } from './kept-plan.ts';
import { keptCounts } from './member-counts.ts';
import { type MemberListFilter, scopeCondition } from './member-scope.ts';
import { formatCursor, type PagePlace, type PageSql, pageSql } from './member-sorts.ts';
import { type MemberRow, type MemberView, memberColumns, memberOf } from './member-view.ts';
import { searching } from './search.ts';
import { type DirectorySession, demand } from './session.ts';

export interface MemberListQuery extends MemberListFilter, PagePlace {
  limit: number;
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

/** One page of the member list, by keyset: no member is shown twice or missed while others come and go. */
export async function listMembers(
  session: DirectorySession,
  query: MemberListQuery,
): Promise<MemberList> {
  demand(session, 'members:read');
  const page = pageSql(query);
  return searching(
    session,
    query.search,
    async (tx, words) => {
      const scope = await scopeCondition(tx, query, words);
      const { rows } = await pageQuery(tx, { query, scope, page }).execute(tx.em.getKysely());
      return memberList(query, page, rows);
    },
    ({ counts }) => Object.values(counts).every((count) => count === 0),
  );
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
  const look = async (tx: DirectorySession, words: Sql | undefined) => {
    const scope = await scopeCondition(tx, filter, words);
    // No limit on the search for what matches, as in `pageQuery`.
    const { rows } = await sql<{ id: string; name: string }>`
      with found as ${scope === undefined ? sql`` : sql`materialized`} (
        select m.id, m.status, m.display_name, m.display_name_key from member m
        where m.organization_id = ${tx.organization.id} and ${scope ?? sql`true`})
      select m.id, m.display_name as name from found m where ${statusCondition(filter)}
      order by m.display_name_key collate "C", m.id limit ${limit}
    `.execute(tx.em.getKysely());
    return rows;
  };
  return searching(session, filter.search, look, (rows) => rows.length === 0);
}

interface Counts {
  pending: number;
  enabled: number;
  disabled: number;
}

/** A row of the page with the counts of all; without a member where the page is empty. */
type PageRow = Counts & { told: string } & (MemberRow | { id: null });

/** The page and the counts, in one query: what matches is looked for once. */
function pageQuery(
  session: DirectorySession,
  { query, scope, page }: { query: MemberListQuery; scope: Sql | undefined; page: PageSql },
) {
  const organization = session.organization.id;
  const everybody = sql`select * from member m where m.organization_id = ${organization}`;
  // What a scope matches is looked for before anything else: no order tempts the planner to walk past all.
  const found = sql`found as materialized (select m.id, m.status, ${page.column} from member m
    where m.organization_id = ${organization} and ${scope})`;
  // One more than asked for tells whether there is a further page.
  return sql<PageRow>`
    with ${scope === undefined ? sql`` : sql`${found},`}
    counts as (${scope === undefined ? keptCounts(organization) : foundCounts}),
    page as (
      select m.id from ${scope === undefined ? sql`(${everybody})` : sql`found`} m
      where ${statusCondition(query)} and ${page.position}
      order by ${page.order} limit ${sql.lit(query.limit + 1)}
    )
    select counts.*, ${page.told} as told, ${memberColumns}
    from counts
    left join (page join member m on m.organization_id = ${organization} and m.id = page.id) on true
    order by ${page.order} ${scope === undefined ? keptPlan : sql``}
  `;
}

const foundCounts = sql`
  select count(*) filter (where status = 'pending')::int as pending,
    count(*) filter (where status = 'enabled')::int as enabled,
    count(*) filter (where status = 'disabled')::int as disabled
  from found`;

function statusCondition({ status }: MemberListFilter): Sql {
  return status === undefined ? sql`true` : sql`m.status = ${status}`;
}

function memberList(
  { status, limit, cursor }: MemberListQuery,
  { backwards }: PageSql,
  rows: readonly PageRow[],
): MemberList {
  const { pending = 0, enabled = 0, disabled = 0 } = rows[0] ?? {};
  const counts = { pending, enabled, disabled };
  const loaded = rows.filter((row) => row.id !== null);
  const shown = loaded.slice(0, limit);
  if (backwards) shown.reverse();
  const more = loaded.length > limit;
  const first = shown[0];
  const last = shown.at(-1);
  const hasNext = backwards || more;
  const hasPrevious = backwards ? more : cursor !== undefined;
  return {
    members: shown.map(memberOf),
    total: status === undefined ? pending + enabled + disabled : counts[status],
    counts,
    nextCursor: hasNext && last ? formatCursor({ ...last, direction: 'after' }) : null,
    previousCursor: hasPrevious && first ? formatCursor({ ...first, direction: 'before' }) : null,
  };
}
