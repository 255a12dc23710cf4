import { sql } from 'kysely';
import { type CommonSession, gatherWithin } from './gather-within.ts';
import { keptPlan } from './kept-plan.ts';
import { type DirectorySession, demand } from './session.ts';

/** A group that a member is in: directly, or through a group in it. */
export interface MembershipView {
  memberId: string;
  groupId: string;
  displayName: string;
  direct: boolean;
}

/**
 * The groups of each of the members, with those that contain their groups. Requests that come at the same
 * time ask the database together.
 */
export async function membershipsOf(
  session: DirectorySession,
  members: readonly string[],
): Promise<MembershipView[]> {
  demand(session, 'groups:read');
  if (members.length === 0) return [];
  return session.em.isInTransaction()
    ? readMemberships(session, members)
    : membershipsTogether(session, members);
}

const membershipsTogether = gatherWithin(async (session, asked: readonly (readonly string[])[]) => {
  const found = Map.groupBy(
    await readMemberships(session, asked.flat()),
    ({ memberId }) => memberId,
  );
  return asked.map((members) => ({
    status: 'fulfilled',
    value: members.flatMap((member) => found.get(member) ?? []),
  }));
});

async function readMemberships(
  session: CommonSession,
  members: readonly string[],
): Promise<MembershipView[]> {
  const organization = session.organization.id;
  // `union` ends the walk where groups contain each other.
  const { rows } = await sql<{
    member_id: string;
    group_id: string;
    display_name: string;
    direct: boolean;
  }>`
    with recursive membership (member_id, group_id) as (
      select member_id, group_id from group_member
        where organization_id = ${organization} and member_id = any(${members}::uuid[])
      union
      select x.member_id, n.parent_id from membership x
        join nested_group n on n.organization_id = ${organization} and n.child_id = x.group_id
    )
    select x.member_id, x.group_id, g.display_name,
      exists (select 1 from group_member d where d.organization_id = ${organization}
        and d.group_id = x.group_id and d.member_id = x.member_id) as direct
    from membership x
    join directory_group g on g.organization_id = ${organization} and g.id = x.group_id
    order by x.member_id, g.display_name_key
    ${keptPlan}`.execute(session.em.getKysely());
  return rows.map((row) => ({
    memberId: row.member_id,
    groupId: row.group_id,
    displayName: row.display_name,
    direct: row.direct,
  }));
}
