import { sql } from 'kysely';
import { DirectoryError, type DirectoryErrorCode } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import { loadStandings, type MemberStanding } from './member-standing.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { type DirectorySession, demand } from './session.ts';

/** What can be done with a member. `reinvite` is `invite` after the invitation before has ended. */
export const memberActions = [
  'edit',
  'resetPassword',
  'invite',
  'reinvite',
  'revoke',
  'remove',
  'disable',
  'enable',
] as const;
export type MemberAction = (typeof memberActions)[number];

/** Why an action is not possible, as a rule and in words. */
const reasons = {
  'missing-permission': ['forbidden', 'This needs the permission members:write.'],
  'holds-more': ['forbidden', 'This member holds permissions that you do not hold.'],
  'initial-administrator': ['conflict', 'The initial administrator can only hand over.'],
  'last-administrator': ['conflict', 'The last administrator has to stay.'],
  yourself: ['conflict', 'Nobody does this to themselves.'],
  'not-joined': ['conflict', 'The member has not joined yet.'],
  joined: ['conflict', 'The member has joined already.'],
  disabled: ['conflict', 'The member is disabled.'],
  enabled: ['conflict', 'The member is enabled.'],
  'no-address': ['conflict', 'The account belongs to a person whose address is not known.'],
  'no-invitation': ['conflict', 'There is no invitation that waits for an answer.'],
  'never-invited': ['conflict', 'No invitation to this member has ended.'],
  invited: ['conflict', 'The invitation before still waits for an answer.'],
} as const satisfies Record<string, readonly [DirectoryErrorCode, string]>;

export type ActionRefusal = keyof typeof reasons;
export const actionRefusals = Object.keys(reasons) as [ActionRefusal, ...ActionRefusal[]];

/** Every action, with why the caller may not take it, or null. */
export type MemberActions = Record<MemberAction, ActionRefusal | null>;

/** A member with what decides about it and what the caller may do with it. */
export interface MemberDetails extends MemberView {
  initialAdministrator: boolean;
  invitation: MemberStanding['invitation'];
  actions: MemberActions;
}

/** Adds to members what this caller may do with each. */
export async function withActions(
  session: DirectorySession,
  members: readonly MemberView[],
): Promise<MemberDetails[]> {
  const standings = await loadStandings(
    session,
    members.map(({ id }) => id),
  );
  return members.flatMap((member) => {
    const standing = standings.get(member.id);
    return standing === undefined ? [] : detailsOf(session, member, standing);
  });
}

/** A member with its standing, where both are known already. */
export function detailsOf(
  session: DirectorySession,
  member: MemberView,
  standing: MemberStanding,
): MemberDetails {
  return {
    ...member,
    initialAdministrator: standing.initialAdministrator,
    invitation: standing.invitation,
    actions: actionsOn(session, standing),
  };
}

/** @throws DirectoryError `not-found` */
export async function getMemberDetails(
  session: DirectorySession,
  id: string,
): Promise<MemberDetails> {
  demand(session, 'members:read');
  return memberDetails(session, id);
}

/** What a use case that changed a member answers with. */
export async function memberDetails(session: DirectorySession, id: string): Promise<MemberDetails> {
  const members = isUuid(id) ? await loadMembers(session, sql`m.id = ${id}`) : [];
  const [details] = await withActions(session, members);
  if (details === undefined) throw new DirectoryError('not-found', 'There is no such member.');
  return details;
}

/** @throws DirectoryError `forbidden` or `conflict` that says why the caller may not take the action */
export function demandAction(
  session: DirectorySession,
  action: MemberAction,
  standing: MemberStanding,
): void {
  const refusal = refusalOf(session, action, standing);
  if (refusal !== null) {
    const [code, message] = reasons[refusal];
    throw new DirectoryError(code, message);
  }
}

function actionsOn(session: DirectorySession, standing: MemberStanding): MemberActions {
  return Object.fromEntries(
    memberActions.map((action) => [action, refusalOf(session, action, standing)]),
  ) as MemberActions;
}

function refusalOf(
  session: DirectorySession,
  action: MemberAction,
  standing: MemberStanding,
): ActionRefusal | null {
  if (!session.permissions.has('members:write')) return 'missing-permission';
  const { status, invitation } = standing;
  const pending = status === 'pending';
  const waits = invitation?.state === 'pending';
  switch (action) {
    case 'edit':
      return null;
    case 'resetPassword':
      if (pending) return 'not-joined';
      if (status === 'disabled') return 'disabled';
      if (holdsMore(session, standing)) return 'holds-more';
      return standing.account === 'self-owned' && standing.accountEmail === null
        ? 'no-address'
        : null;
    case 'invite':
      if (!pending) return 'joined';
      return holdsMore(session, standing) ? 'holds-more' : null;
    case 'reinvite':
      if (!pending) return 'joined';
      if (waits) return 'invited';
      if (invitation === null) return 'never-invited';
      return holdsMore(session, standing) ? 'holds-more' : null;
    case 'revoke':
      if (!pending) return 'joined';
      return waits ? null : 'no-invitation';
    case 'remove':
      return refusalToLose(session, standing);
    case 'disable':
      if (pending) return 'not-joined';
      return status === 'disabled' ? 'disabled' : refusalToLose(session, standing);
    case 'enable':
      if (pending) return 'not-joined';
      return status === 'enabled' ? 'enabled' : null;
  }
}

function refusalToLose(session: DirectorySession, standing: MemberStanding): ActionRefusal | null {
  if (standing.initialAdministrator) return 'initial-administrator';
  if (standing.lastAdministrator) return 'last-administrator';
  return session.actor.kind === 'member' && session.actor.id === standing.id ? 'yourself' : null;
}

/**
 * Who opens a member's account gains all that the member holds.
 *
 * @throws DirectoryError `forbidden` for a member who holds more than the actor
 */
export function demandNoMore(
  session: DirectorySession,
  standing: MemberStanding,
  field: string,
): void {
  if (!holdsMore(session, standing)) return;
  const [code, message] = reasons['holds-more'];
  throw new DirectoryError(code, message, { field });
}

/** Whether a member holds permissions that the actor does not: no link to its account is for the actor. */
export function holdsMore(session: DirectorySession, { permissions }: MemberStanding): boolean {
  return permissions.some((permission) => !session.permissions.has(permission));
}
