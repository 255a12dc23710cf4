import { sendActivation } from './activation.ts';
import type { MemberState } from './change-member.ts';
import type { Correspondence } from './correspondence.ts';
import { insertMember } from './create-member.ts';
import type { MemberView } from './member-view.ts';
import { wantedDepartments, wantedRoles } from './provisioned-places.ts';
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
  return write(session, async (tx) => {
    const { departments: named, roles, ...rest } = state;
    const departments = await wantedDepartments(tx, undefined, { ...rest, departments: named });
    const member = await insertMember(tx, {
      ...rest,
      ...(departments === undefined ? {} : { departments }),
      ...(roles === undefined ? {} : { roles: await wantedRoles(tx, roles) }),
    });
    if (state.passwordHash === undefined) await sendActivation(tx, member, correspondence);
    return member;
  });
}
