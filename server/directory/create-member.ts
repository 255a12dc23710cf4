import { v7 as uuidv7 } from 'uuid';
import { DirectoryError } from './errors.ts';
import { newEventId } from './event-id.ts';
import { changedFields, type FieldChange } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { type InsertedMember, insertMembers, type MemberRows } from './insert-members.ts';
import { insertTogether } from './insert-together.ts';
import { memberFields } from './member-fields.ts';
import { acceptDepartments, acceptRoles } from './member-places.ts';
import { derivedName, type MemberProfile, mainEmail, profileKey } from './member-profile.ts';
import type { MemberView } from './member-view.ts';
import type { OrganizationSettings } from './organization-settings.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptEmail, acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

/** What a member is made from. */
export interface NewMember {
  /** Only a member who is invited can do without. */
  username?: string | undefined;
  /** Without it, what the name parts give, else the username. */
  displayName?: string | undefined;
  externalId?: string | undefined;
  /** Id of a member. */
  manager?: string | undefined;
  enabled: boolean;
  profile: MemberProfile;
  /** Argon2id hash of the password, if there is one. */
  passwordHash?: string | undefined;
  /** Until when a password that is for the first sign-in only can be changed. */
  passwordTemporaryUntil?: Date | undefined;
  /** The member has no account until it accepts an invitation. */
  invited?: boolean;
  /** Ids; without any, the root department. The first is the primary one. */
  departments?: readonly string[];
  /** Ids; without any, the built-in role Member. */
  roles?: readonly string[];
  /** Only of an organization's first member, who holds the built-in role Administrator. */
  initialAdministrator?: boolean;
}

/**
 * Adds a member with an account that this organization manages. Where the username or an e-mail address
 * is that of somebody's self-owned account, the member stays pending until that person accepts: linking
 * is by consent.
 *
 * @throws DirectoryError `not-unique`, `invalid-value`, `unknown-reference`, `forbidden` for a role that
 *   carries what the actor does not hold
 */
export async function createMember(
  session: DirectorySession,
  input: NewMember,
): Promise<MemberView> {
  demand(session, 'members:write');
  const member = canInsertAtOnce(session, input) ? await insertAtOnce(session, input) : undefined;
  return member ?? write(session, (tx) => insertMember(tx, input));
}

/** Whether a member needs nothing but its insertion, which can be its own transaction. */
export function canInsertAtOnce({ em }: DirectorySession, input: NewMember): boolean {
  return input.departments === undefined && input.roles === undefined && !em.isInTransaction();
}

/**
 * Inserts a member in one round trip, at the same time as others who come then.
 *
 * @param provided by an identity provider
 * @returns undefined, and nothing is done, where the organization's policy asks for more
 */
export async function insertAtOnce(
  session: DirectorySession,
  input: NewMember,
  { provided = false } = {},
): Promise<MemberView | undefined> {
  const rows = rowsOf(session, input);
  const event = {
    id: newEventId(session.now),
    address: session.origin?.address || null,
    request_id: session.origin?.requestId ?? null,
    fields: knownFields(rows),
  };
  const inserted = await insertTogether(session, { ...rows, provided, event });
  if (inserted === undefined) return undefined;
  session.announce();
  return viewOf(rows, inserted);
}

/** The part of `createMember` that runs inside a transaction. */
export async function insertMember(tx: WriteSession, input: NewMember): Promise<MemberView> {
  return (await insertMemberByPolicy(tx, input)).member;
}

/** The same, with what the organization lets an identity provider decide about it. */
export async function insertMemberByPolicy(
  tx: WriteSession,
  input: NewMember,
): Promise<{
  member: MemberView;
  policy: Pick<OrganizationSettings, 'departmentsFollowScim' | 'activationMail'>;
}> {
  const { departments, roles } = input;
  const rows = {
    ...rowsOf(tx, input),
    departments: departments === undefined ? null : await acceptDepartments(tx, departments),
    roles: roles === undefined ? null : await acceptRoles(tx, roles),
  };
  const [inserted] = await insertMembers(tx.em, tx.organization.id, [rows], {
    unique: 'refused',
    recorded: false,
  });
  if (inserted === undefined) throw new Error('A member that was just made is not told.');
  const member = viewOf(rows, inserted);
  tx.record({
    subject: 'member',
    subjectId: member.id,
    kind: 'created',
    name: member.displayName,
    fields: changedFields({}, memberFields(member)),
  });
  const policy = {
    departmentsFollowScim: inserted.departments_follow_scim,
    activationMail: inserted.activation_mail,
  };
  return { member, policy };
}

/** What is to be inserted of a member whose places are the usual ones, checked. */
function rowsOf({ actor, now }: DirectorySession, input: NewMember): MemberRows {
  const manager = acceptReference(input.manager, 'manager');
  const username =
    input.username === undefined && input.invited
      ? null
      : acceptName(input.username ?? '', 'username');
  const email = acceptMainEmail(input.profile) ?? null;
  const displayName = acceptName(
    input.displayName ?? derivedName(input.profile, username) ?? '',
    'displayName',
  );
  return {
    id: uuidv7(),
    account_id: uuidv7(),
    provided: false,
    invited: input.invited ?? false,
    enabled: input.enabled,
    username,
    username_key: username && identifierKey(username),
    display_name: displayName,
    display_name_key: identifierKey(displayName),
    email,
    email_key: email && identifierKey(email),
    external_id: input.externalId ?? null,
    initial_administrator: input.initialAdministrator ?? false,
    manager_id: manager,
    profile: input.profile,
    profile_key: profileKey(input.profile),
    password_hash: input.passwordHash ?? null,
    password_temporary_until: input.passwordTemporaryUntil ?? null,
    departments: null,
    roles: null,
    built_in_role: input.initialAdministrator ? 'administrator' : 'member',
    actor,
    at: now,
    event: null,
  };
}

/** What the audit tells of a new member, but for what `insertMembers` adds to it. */
function knownFields(rows: MemberRows): Record<string, FieldChange> {
  const told = memberFields(
    viewOf(rows, {
      status: 'pending',
      manager_name: null,
      departments: [],
      roles: [],
    }),
  );
  return changedFields({}, { ...told, status: null, manager: null });
}

function viewOf(
  rows: MemberRows,
  inserted: Pick<InsertedMember, 'status' | 'manager_name' | 'departments' | 'roles'>,
): MemberView {
  const { status, manager_name, departments, roles } = inserted;
  return {
    id: rows.id,
    status,
    username: rows.username,
    displayName: rows.display_name,
    email: rows.email,
    externalId: rows.external_id,
    manager:
      rows.manager_id === null ? null : { id: rows.manager_id, displayName: manager_name ?? '' },
    profile: rows.profile,
    departments,
    roles: roles ?? [],
    managed: status !== 'pending',
    createdBy: rows.actor,
    createdAt: rows.at,
    updatedAt: rows.at,
    activatedAt: status === 'enabled' ? rows.at : null,
    lastLoginAt: null,
    version: 1,
  };
}

function acceptReference(id: string | undefined, field: string): string | null {
  if (id === undefined) return null;
  if (isUuid(id)) return id;
  throw new DirectoryError('unknown-reference', `The ${field} is not a member.`, { field });
}

/** The main e-mail address of a profile, checked. */
export function acceptMainEmail(profile: MemberProfile): string | undefined {
  const email = mainEmail(profile.emails);
  return email === undefined ? undefined : acceptEmail(email, 'emails');
}
