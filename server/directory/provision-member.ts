import { sql } from 'kysely';
import { sendActivation } from './activation.ts';
import type { MemberState } from './change-member.ts';
import { placeInDepartments } from './change-places.ts';
import type { Correspondence } from './correspondence.ts';
import { canInsertAtOnce, insertAtOnce, insertMemberByPolicy } from './create-member.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { departmentIds, roleIds } from './place-reference.ts';
import { followedDepartments } from './provisioned-places.ts';
import { type DirectorySession, demand } from './session.ts';
import { write } from './write.ts';

/**
 * Adds a member as an identity provider says. As `createMember`, and by the organization's policy the
 * member goes where the provider names a department, and is mailed a link to choose a password.
 *
 * @throws DirectoryError as `createMember`
 */
export async function provisionMember(
  session: DirectorySession,
  state: MemberState,
  correspondence: Correspondence,
): Promise<MemberView> {
  demand(session, 'members:write');
  const { departments: named = [], roles = [], ...rest } = state;
  if (named.length === 0 && roles.length === 0 && canInsertAtOnce(session, rest)) {
    const member = await insertAtOnce(session, rest, { provided: true });
    if (member !== undefined) return member;
  }
  return write(session, async (tx) => {
    const departments = await departmentIds(tx, named);
    const { member, policy } = await insertMemberByPolicy(tx, {
      ...rest,
      ...(departments.length === 0 ? {} : { departments }),
      ...(roles.length === 0 ? {} : { roles: await roleIds(tx, roles) }),
    });
    if (policy.activationMail && state.passwordHash === undefined) {
      await sendActivation(tx, member, correspondence);
    }
    if (!policy.departmentsFollowScim) return member;
    const followed = await followedDepartments(tx, state.profile, departments);
    if (!(await placeInDepartments(tx, member, followed))) return member;
    const [placed = member] = await loadMembers(tx, sql`m.id = ${member.id}`);
    return placed;
  });
}
