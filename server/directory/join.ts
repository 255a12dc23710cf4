import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { lockMember } from './change-member.ts';
import { maskEmail } from './correspondence.ts';
import type { Directory } from './directory.ts';
import type { storedInvitationStates } from './entities/invitation.ts';
import { DirectoryError } from './errors.ts';
import { changedFields } from './field-change.ts';
import { identifierKey } from './identifier-key.ts';
import { inviterName } from './invitations.ts';
import { over } from './link-refusal.ts';
import { readSettings } from './organization-settings.ts';
import { acceptChosenPassword } from './password-rule.ts';
import { secretDigest } from './secret.ts';
import {
  type ActorReference,
  type DirectorySession,
  type OrganizationReference,
  type Origin,
  sessionFor,
} from './session.ts';
import { acceptName } from './text.ts';
import { type Credentials, verifyMember, verifySelfOwned } from './verify-member.ts';
import { type WriteSession, write } from './write.ts';

/** What the holder of an invitation sees before answering. */
export interface JoinView {
  organization: string;
  inviter: string;
  name: string;
  /** Masked; null for a link that was handed over. */
  email: string | null;
  /** The username that the member has in this organization already. */
  username: string | null;
  expiresAt: Date;
}

/**
 * Tells what an invitation is for. Uses nothing up.
 *
 * @throws DirectoryError `not-found`, `link-expired`, `link-replaced`, `link-revoked`, `link-used`
 */
export async function lookUpInvitation(directory: Directory, token: string): Promise<JoinView> {
  const { organization, invitedBy, name, email, username, expiresAt } = await find(
    directory,
    token,
  );
  return {
    organization: organization.name,
    inviter: inviterName(invitedBy, organization.name),
    name,
    email: email && maskEmail(email),
    username,
    expiresAt,
  };
}

/** Whose account joins: a new self-owned one, or one that its owner signs in to. */
export type JoiningAccount =
  | { kind: 'register'; username: string; password: string }
  | ({ kind: 'sign-in' } & Credentials);

export interface Joined {
  organization: OrganizationReference;
  member: { id: string; name: string; username: string };
}

/**
 * Accepts an invitation, once: the pending member gets the account and is enabled.
 *
 * @param username what the member is called in this organization where that is free to choose; without
 *   it, what the account is called
 * @throws DirectoryError as `lookUpInvitation`; `not-unique`, `invalid-value`; `invalid-credentials` and
 *   its like from the sign-in
 */
export async function acceptInvitation(
  directory: Directory,
  {
    token,
    account: joining,
    username: chosen,
    origin,
  }: {
    token: string;
    account: JoiningAccount;
    username?: string | undefined;
    origin?: Origin | undefined;
  },
): Promise<Joined> {
  const invitation = await find(directory, token);
  const { organization, member, name } = invitation;
  const account = await prove(directory, joining, invitation);
  const username = invitation.username ?? acceptName(chosen ?? account.username, 'username');
  const done = await write(sessionOf(directory, invitation, origin), async (tx) => {
    await lockMember(tx, member);
    if (!(await answer(tx, invitation.id, 'accepted'))) return false;
    if (account.isNew) await insertAccount(tx, account);
    await sql`
      update member set account_id = ${account.id}, status = 'enabled', activated_at = ${tx.now},
        username = ${username}, username_key = ${identifierKey(username)},
        version = version + 1, updated_at = ${tx.now}
      where organization_id = ${organization.id} and id = ${member}
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'member',
      subjectId: member,
      kind: 'updated',
      action: 'invitation.accepted',
      name,
      fields: changedFields(
        { invitation: 'pending', status: 'pending', username: invitation.username },
        { invitation: 'accepted', status: 'enabled', username },
      ),
    });
    return true;
  });
  if (!done) await refuseLate(directory, token);
  return { organization, member: { id: member, name, username } };
}

/**
 * Declines an invitation. The member stays pending and can be invited again.
 *
 * @throws DirectoryError as `lookUpInvitation`
 */
export async function declineInvitation(
  directory: Directory,
  token: string,
  origin?: Origin,
): Promise<void> {
  const invitation = await find(directory, token);
  const done = await write(sessionOf(directory, invitation, origin), async (tx) => {
    await lockMember(tx, invitation.member);
    if (!(await answer(tx, invitation.id, 'rejected'))) return false;
    tx.record({
      subject: 'member',
      subjectId: invitation.member,
      kind: 'updated',
      action: 'invitation.declined',
      name: invitation.name,
      fields: changedFields({ invitation: 'pending' }, { invitation: 'rejected' }),
    });
    return true;
  });
  if (!done) await refuseLate(directory, token);
}

interface FoundInvitation {
  id: string;
  organization: OrganizationReference;
  member: string;
  name: string;
  username: string | null;
  email: string | null;
  invitedBy: ActorReference;
  expiresAt: Date;
}

interface ProvenAccount {
  id: string;
  isNew: boolean;
  username: string;
  passwordHash: string;
  /** Only an address that the link was mailed to is proven to be theirs. */
  email: string | null;
}

async function prove(
  directory: Directory,
  joining: JoiningAccount,
  { organization, email }: FoundInvitation,
): Promise<ProvenAccount> {
  if (joining.kind === 'register') {
    const username = acceptName(joining.username, 'username');
    // An address as a username would claim what somebody else may own.
    if (username.includes('@') && identifierKey(username) !== (email && identifierKey(email))) {
      throw new DirectoryError(
        'invalid-value',
        'username can only be an e-mail address if the invitation was mailed there',
        { field: 'username' },
      );
    }
    const { minimumPasswordLength } = await readSettings({
      organization,
      em: directory.entityManager(),
    });
    acceptChosenPassword(
      joining.password,
      { username, email, organization: organization.name },
      { minimumPasswordLength },
    );
    const passwordHash = await directory.passwords.hash(joining.password);
    return { id: uuidv7(), isNew: true, username, passwordHash, email };
  }
  const existing = { isNew: false, passwordHash: '', email: null };
  if (joining.organization === undefined) {
    const account = await verifySelfOwned(directory, joining);
    return { ...existing, id: account.id, username: account.username ?? joining.username };
  }
  const { account, member } = await verifyMember(directory, joining);
  return { ...existing, id: account.id, username: member.username ?? joining.username };
}

async function insertAccount(tx: WriteSession, account: ProvenAccount): Promise<void> {
  await sql`
    insert into account
      (id, username, username_key, email, email_key, password_hash, password_changed_at, created_at)
    values (${account.id}, ${account.username}, ${identifierKey(account.username)}, ${account.email},
      ${account.email && identifierKey(account.email)}, ${account.passwordHash}, ${tx.now}, ${tx.now})
  `.execute(tx.em.getKysely());
}

async function answer(
  tx: WriteSession,
  invitation: string,
  state: 'accepted' | 'rejected',
): Promise<boolean> {
  const { rows } = await sql`
    update invitation set state = ${state}, answered_at = ${tx.now}
    where organization_id = ${tx.organization.id} and id = ${invitation} and state = 'pending'
      and expires_at > ${tx.now}
    returning id
  `.execute(tx.em.getKysely());
  return rows.length > 0;
}

/** Says why an invitation that was good a moment ago is not any more. */
async function refuseLate(directory: Directory, token: string): Promise<never> {
  await find(directory, token);
  throw over('link-revoked');
}

function sessionOf(
  directory: Directory,
  found: FoundInvitation,
  origin: Origin | undefined,
): DirectorySession {
  const actor: ActorReference = { kind: 'member', id: found.member, name: found.name };
  return sessionFor(directory, found.organization, actor, [], origin);
}

async function find(directory: Directory, token: string): Promise<FoundInvitation> {
  const { rows } = await sql<{
    id: string;
    state: (typeof storedInvitationStates)[number];
    email: string | null;
    invited_by: ActorReference;
    expires_at: string;
    newer: boolean;
    organization_id: string;
    slug: string;
    organization_name: string;
    member_id: string;
    display_name: string;
    username: string | null;
  }>`
    select i.id, i.state, i.email, i.invited_by, i.expires_at, i.organization_id, i.member_id,
      o.slug, o.name as organization_name, m.display_name, m.username,
      exists (select 1 from invitation x
        where x.organization_id = i.organization_id and x.member_id = i.member_id
          and (x.created_at, x.id) > (i.created_at, i.id)) as newer
    from invitation i
    join organization o on o.id = i.organization_id
    join member m on m.organization_id = i.organization_id and m.id = i.member_id
    where i.token_hash = ${secretDigest(token)}
  `.execute(directory.entityManager().getKysely());
  const [row] = rows;
  if (row === undefined) throw new DirectoryError('not-found', 'There is no such link.');
  if (row.state === 'accepted' || row.state === 'rejected') throw over('link-used');
  if (row.state === 'revoked') throw over(row.newer ? 'link-replaced' : 'link-revoked');
  const expiresAt = new Date(row.expires_at);
  if (expiresAt <= directory.now()) throw over('link-expired');
  return {
    id: row.id,
    organization: { id: row.organization_id, slug: row.slug, name: row.organization_name },
    member: row.member_id,
    name: row.display_name,
    username: row.username,
    email: row.email,
    invitedBy: row.invited_by,
    expiresAt,
  };
}
