import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { sendActivation } from './activation.ts';
import { keepAnAdministrator } from './administrators.ts';
import { giveRoles, placeInDepartments } from './change-places.ts';
import type { Correspondence } from './correspondence.ts';
import { acceptMainEmail } from './create-member.ts';
import { Account } from './entities/account.ts';
import { Member } from './entities/member.ts';
import { DirectoryError } from './errors.ts';
import { demandVersion } from './expected-version.ts';
import { changedFields, secretChange } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { demandNoMore } from './member-actions.ts';
import { memberFields } from './member-fields.ts';
import { derivedName, type MemberProfile, profileKey } from './member-profile.ts';
import { loadStanding } from './member-standing.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import type { PlaceReference } from './place-reference.ts';
import { wantedDepartments, wantedRoles } from './provisioned-places.ts';
import { type DirectorySession, demand } from './session.ts';
import { endAppPasswords, endSessions, endUsesOfPassword } from './session-end.ts';
import { acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

/** The whole of what can be set of a member, as it shall be. */
export interface MemberState {
  username: string;
  displayName?: string | undefined;
  externalId?: string | undefined;
  manager?: string | undefined;
  enabled: boolean;
  profile: MemberProfile;
  /** A new password's hash; without it the password stays. */
  passwordHash?: string | undefined;
  /** The primary one first; undefined: those that it has. */
  departments?: readonly PlaceReference[] | undefined;
  /** Undefined: those that it holds. */
  roles?: readonly PlaceReference[] | undefined;
}

/**
 * Changes a member under a lock: `change` sees the current member and answers the wanted state, or
 * undefined when nothing changes. It cannot wait for anything: others wait for the lock. A state that is
 * the current one makes no new version.
 *
 * @param correspondence where given, who is enabled for the first time can be sent a link to choose a
 *   password
 * @throws DirectoryError `not-found`, `version-mismatch`, `not-unique`, `invalid-value`,
 *   `unknown-reference`; `forbidden` for a role that carries what the actor does not hold, and for the
 *   password of a member who holds such; `conflict` (password of an account that another party owns, an administrator who has to stay)
 */
export async function changeMember(
  session: DirectorySession,
  id: string,
  change: (current: MemberView) => MemberState | undefined,
  {
    ifVersion,
    correspondence,
  }: { ifVersion?: (version: number) => boolean; correspondence?: Correspondence } = {},
): Promise<MemberView> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const current = await lockMember(tx, id);
    demandVersion(current.version, { ifVersion }, 'member');
    const state = change(current);
    if (state === undefined) return current;
    if (state.passwordHash !== undefined) {
      demandNoMore(tx, await loadStanding(tx, current), 'password');
    }
    // Each is run, whatever the one before answered.
    const places = [
      await placeInDepartments(tx, current, await wantedDepartments(tx, current, state)),
      await giveRoles(tx, current, state.roles && (await wantedRoles(tx, state.roles))),
    ];
    if (!isCurrent(current, state)) await applyState(tx, id, state);
    else if (places.includes(true)) await renew(tx, id);
    else return current;
    const [changed = current] = await loadMembers(tx, sql`m.id = ${id}`);
    tx.record({
      subject: 'member',
      subjectId: changed.id,
      kind: 'updated',
      action: changed.status === current.status ? undefined : `member.${changed.status}`,
      name: changed.displayName,
      fields: {
        ...changedFields(memberFields(current), memberFields(changed)),
        ...(state.passwordHash === undefined ? {} : { password: secretChange }),
      },
    });
    if (current.activatedAt === null && correspondence !== undefined) {
      await sendActivation(tx, changed, correspondence);
    }
    return changed;
  });
}

/** A new version of a member whose places have changed. */
async function renew(tx: WriteSession, id: string): Promise<void> {
  await sql`
    update member set version = version + 1, updated_at = ${tx.now}
    where organization_id = ${tx.organization.id} and id = ${id}
  `.execute(tx.em.getKysely());
}

function isCurrent(current: MemberView, state: MemberState): boolean {
  return (
    state.passwordHash === undefined &&
    state.username === current.username &&
    (state.displayName ?? derivedName(state.profile, state.username)) === current.displayName &&
    (state.externalId ?? null) === current.externalId &&
    state.manager === current.manager?.id &&
    (current.status === 'pending' || state.enabled === (current.status === 'enabled')) &&
    isDeepStrictEqual(state.profile, current.profile)
  );
}

/** Reads a member and keeps every other writer of it waiting until the transaction ends. */
export async function lockMember(tx: WriteSession, id: string): Promise<MemberView> {
  const [member] = isUuid(id)
    ? await loadMembers(tx, sql`m.id = ${id}`, sql`for no key update of m`)
    : [];
  if (member === undefined) throw new DirectoryError('not-found', 'There is no such member.');
  return member;
}

async function applyState(tx: WriteSession, id: string, state: MemberState): Promise<void> {
  const { em, now } = tx;
  const member = await em.findOneOrFail(Member, { organization: tx.organization.id, id });
  const account =
    member.account == null ? null : await em.findOneOrFail(Account, { id: member.account.id });
  const username = acceptName(state.username, 'username');
  const email = acceptMainEmail(state.profile);
  const displayName = acceptName(
    state.displayName ?? derivedName(state.profile, username) ?? '',
    'displayName',
  );
  member.username = username;
  member.usernameKey = identifierKey(username);
  member.displayName = displayName;
  member.displayNameKey = identifierKey(displayName);
  member.email = email ?? null;
  member.emailKey = email === undefined ? null : identifierKey(email);
  member.externalId = state.externalId ?? null;
  if ((member.manager?.id ?? undefined) !== state.manager) {
    member.manager = await managerReference(tx, state.manager);
  }
  member.profile = state.profile;
  member.profileKey = profileKey(state.profile);
  // A pending member waits for a person's consent; nobody else can enable it.
  if (account !== null) {
    const status = state.enabled ? 'enabled' : 'disabled';
    if (status === 'disabled' && member.initialAdministrator) {
      throw new DirectoryError('conflict', 'The initial administrator cannot be disabled.', {
        field: 'status',
      });
    }
    if (status === 'enabled') member.activatedAt ??= now;
    if (status === 'disabled' && member.status !== 'disabled') {
      await endSessions(tx, id);
      await endAppPasswords(tx, id);
      await keepAnAdministrator(tx, id, async () => {
        member.status = status;
        await em.flush();
      });
    }
    member.status = status;
  }
  if (state.passwordHash !== undefined) {
    const { id: changed } = setPassword(tx, account, state.passwordHash);
    await endSessions(tx, id);
    await endUsesOfPassword(tx, changed, displayName);
  }
  if (account?.managingOrganization?.id === tx.organization.id) {
    account.email = member.email;
    account.emailKey = member.emailKey;
  }
  member.updatedAt = now;
  await em.flush();
}

function setPassword(tx: WriteSession, account: Account | null, hash: string): Account {
  if (account?.managingOrganization?.id !== tx.organization.id) {
    throw new DirectoryError('conflict', 'Only the owner of this account can set its password.', {
      field: 'password',
    });
  }
  account.passwordHash = hash;
  account.passwordTemporaryUntil = null;
  account.passwordChangedAt = tx.now;
  return account;
}

async function managerReference(tx: WriteSession, id: string | undefined): Promise<Member | null> {
  if (id === undefined) return null;
  const manager = isUuid(id)
    ? await tx.em.findOne(Member, { organization: tx.organization.id, id })
    : null;
  if (manager === null) {
    throw new DirectoryError('unknown-reference', 'The manager is not a member.', {
      field: 'manager',
    });
  }
  return manager;
}
