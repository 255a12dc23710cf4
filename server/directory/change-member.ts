import { sql } from 'kysely';
import { keepAnAdministrator } from './administrators.ts';
import { acceptMainEmail } from './create-member.ts';
import { Account } from './entities/account.ts';
import { Member } from './entities/member.ts';
import { DirectoryError } from './errors.ts';
import { demandVersion } from './expected-version.ts';
import { isUuid } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { type MemberProfile, nameFrom, profileKey } from './member-profile.ts';
import { loadMembers, type MemberView } from './member-view.ts';
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
}

/**
 * Changes a member under a lock: `change` sees the current member and answers the wanted state, or
 * undefined when nothing changes (then there is no new version).
 *
 * @throws DirectoryError `not-found`, `version-mismatch`, `not-unique`, `invalid-value`,
 *   `unknown-reference`, `conflict` (password of an account that another party owns, an administrator
 *   who has to stay)
 */
export async function changeMember(
  session: DirectorySession,
  id: string,
  change: (current: MemberView) => Promise<MemberState | undefined> | MemberState | undefined,
  { ifVersion }: { ifVersion?: (version: number) => boolean } = {},
): Promise<MemberView> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const current = await lockMember(tx, id);
    demandVersion(current.version, { ifVersion }, 'member');
    const state = await change(current);
    if (state === undefined) return current;
    await applyState(tx, id, state);
    const [changed] = await loadMembers(tx, sql`m.id = ${id}`);
    return changed ?? current;
  });
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
    state.displayName ?? nameFrom(state.profile) ?? username,
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
  tx.record({ subject: 'member', subjectId: id, kind: 'updated' });
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
