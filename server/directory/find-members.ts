import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import { keptPlan } from './kept-plan.ts';
import { type Listed, type Listing, type ListQuery, listRows } from './listing.ts';
import { memberAttributes } from './member-attributes.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { type DirectorySession, demand } from './session.ts';

/** @throws DirectoryError `not-found` */
export async function getMember(session: DirectorySession, id: string): Promise<MemberView> {
  demand(session, 'members:read');
  const [member] = isUuid(id) ? await loadMembers(session, sql`m.id = ${id}`, keptPlan) : [];
  if (member === undefined) throw new DirectoryError('not-found', 'There is no such member.');
  return member;
}

const members: Listing<MemberView> = {
  table: sql`member m`,
  alias: 'm',
  attributes: memberAttributes,
  identifiers: ['id', 'username', 'externalId', 'email'],
  load: loadMembers,
};

/** A page of the members that a filter matches, and how many it matches in all. */
export async function findMembers(
  session: DirectorySession,
  query: ListQuery,
): Promise<Listed<MemberView>> {
  demand(session, 'members:read');
  return listRows(session, members, query);
}
