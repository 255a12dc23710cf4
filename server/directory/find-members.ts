import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import type { Filter } from './filter.ts';
import { compileFilter, isUuid, type Sql } from './filter-sql.ts';
import { memberAttributes } from './member-attributes.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { type DirectorySession, demand } from './session.ts';
import { type SortOrder, sortSql } from './sort-sql.ts';

export interface MemberQuery {
  filter: Filter;
  /** An attribute of the member table; without it, members come in the order of their making. */
  sort?: { attribute: string; order: SortOrder } | undefined;
  /** How many to pass over. */
  offset: number;
  limit: number;
}

/** @throws DirectoryError `not-found` */
export async function getMember(session: DirectorySession, id: string): Promise<MemberView> {
  demand(session, 'members:read');
  const [member] = isUuid(id) ? await loadMembers(session, sql`m.id = ${id}`) : [];
  if (member === undefined) throw new DirectoryError('not-found', 'There is no such member.');
  return member;
}

/** A page of the members that a filter matches, and how many it matches in all. */
export async function findMembers(
  session: DirectorySession,
  { filter, sort, offset, limit }: MemberQuery,
): Promise<{ total: number; members: MemberView[] }> {
  demand(session, 'members:read');
  if (filter.op === 'none') return { total: 0, members: [] };
  const condition = compileFilter(filter, memberAttributes);
  const order = sort === undefined ? sql`` : sql`${sortSql(sort, memberAttributes)},`;
  const members =
    limit === 0
      ? []
      : await loadMembers(
          session,
          condition,
          sql`order by ${order} m.created_at, m.id limit ${limit} offset ${offset}`,
        );
  // A page that is not full tells the total by itself.
  const isLast = limit > 0 && members.length < limit && (members.length > 0 || offset === 0);
  const total = isLast ? offset + members.length : await countMembers(session, condition);
  return { total, members };
}

async function countMembers(session: DirectorySession, condition: Sql): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from member m
    where m.organization_id = ${session.organization.id} and ${condition}
  `.execute(session.em.getKysely());
  return rows[0]?.count ?? 0;
}
