import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { ownerOf } from './credential.ts';
import type { Directory } from './directory.ts';
import { Account } from './entities/account.ts';
import { SignInSession } from './entities/credential.ts';
import { Member } from './entities/member.ts';
import type { Permission } from './permissions.ts';
import { generateSecret, secretDigest } from './secret.ts';
import {
  type DirectorySession,
  type OrganizationReference,
  type Origin,
  referenceOf,
  sessionFor,
} from './session.ts';
import { wrong } from './verify-member.ts';
import { type WriteSession, write } from './write.ts';

const idleMs = 30 * 60_000;
const absoluteMs = 12 * 60 * 60_000;
const seenGranularityMs = 60_000;
const maximumUserAgent = 256;

/** Where a browser is, as far as it is kept with its session. */
export interface BrowserOrigin extends Origin {
  /** Remote address. */
  address: string;
  userAgent?: string | undefined;
}

/** A signed-in member. */
export interface SignedIn {
  /** Id of the browser's session, by which its owner knows it. */
  id: string;
  session: DirectorySession;
  member: { id: string; name: string; username: string | null };
  /** Id. */
  account: string;
  /** When the person signed in. */
  createdAt: Date;
  expiresAt: Date;
}

/**
 * Opens a session for who has proven to be a member.
 *
 * @param stillProven locks the account and tells whether the proof is good yet, so that a password that is
 *   changed meanwhile ends this session too
 * @param since when the person signed in; the session ends half a day later
 * @returns with the secret of the session, told this once
 * @throws DirectoryError `invalid-credentials` when the member or the proof is not good any more
 */
export async function openSession(
  directory: Directory,
  {
    organization,
    member,
    account,
  }: {
    organization: OrganizationReference;
    member: Pick<Member, 'id' | 'displayName'>;
    account: Pick<Account, 'id'>;
  },
  { address, requestId, userAgent }: BrowserOrigin,
  stillProven: (tx: WriteSession) => Promise<boolean>,
  since: Date = directory.now(),
): Promise<SignedIn & { secret: string }> {
  const secret = generateSecret('rk_session_');
  const { id, displayName: name } = member;
  const origin = { address, requestId };
  const actor = { kind: 'member', id, name } as const;
  const session = sessionFor(directory, organization, actor, [], origin);
  await write(session, async (tx) => {
    const { rows } = await sql`
      update member set last_login_at = ${tx.now}
      where organization_id = ${organization.id} and id = ${id} and status = 'enabled'
        and account_id = ${account.id}
      returning id
    `.execute(tx.em.getKysely());
    if (rows.length === 0 || !(await stillProven(tx))) {
      throw wrong();
    }
    tx.note({ subject: 'member', subjectId: id, action: 'member.signed-in', name });
    tx.em.create(SignInSession, {
      organization: ownerOf(tx),
      id: uuidv7(),
      member: tx.em.getReference(Member, [organization.id, id]),
      account: tx.em.getReference(Account, account.id),
      secretHash: secretDigest(secret),
      address,
      userAgent: acceptUserAgent(userAgent),
      createdAt: since,
      lastSeenAt: tx.now,
      expiresAt: endOf(since, tx.now),
    });
  });
  const signedIn = await authenticateSession(directory, secret, origin);
  if (signedIn === undefined) throw new Error('A session that was just made cannot be read.');
  return { ...signedIn, secret };
}

function acceptUserAgent(text: string | undefined): string | null {
  if (text === undefined) return null;
  return (
    text
      .toWellFormed()
      .replaceAll(/\p{Cc}/gu, '')
      .slice(0, maximumUserAgent) || null
  );
}

/**
 * The member behind a session's secret, or undefined when it is unknown, over, or no longer allowed in.
 *
 * @param idle nobody asked: the session's time goes on running out
 */
export async function authenticateSession(
  directory: Directory,
  secret: string,
  origin?: Origin,
  { idle = false } = {},
): Promise<SignedIn | undefined> {
  const em = directory.entityManager();
  const now = directory.now();
  const found = await em.findOne(
    SignInSession,
    { secretHash: secretDigest(secret) },
    { populate: ['organization', 'member'] },
  );
  if (found === null || found.expiresAt <= now || found.member.status !== 'enabled') {
    return undefined;
  }
  const expiresAt = endOf(found.createdAt, now);
  if (!idle && now.getTime() - found.lastSeenAt.getTime() > seenGranularityMs) {
    await em.nativeUpdate(
      SignInSession,
      { organization: found.organization.id, id: found.id },
      { lastSeenAt: now, expiresAt },
    );
  }
  const { id, displayName, username } = found.member;
  return {
    id: found.id,
    session: sessionFor(
      directory,
      referenceOf(found.organization),
      { kind: 'member', id, name: displayName },
      await permissionsOfMember(em, found.organization.id, id),
      origin,
    ),
    member: { id, name: displayName, username: username ?? null },
    account: found.account.id,
    createdAt: found.createdAt,
    expiresAt,
  };
}

function endOf(since: Date, now: Date): Date {
  return new Date(Math.min(now.getTime() + idleMs, since.getTime() + absoluteMs));
}

/** Ends a session. A secret that is unknown is no error. */
export async function signOut(
  directory: Directory,
  secret: string,
  origin?: Origin,
): Promise<void> {
  const found = await directory
    .entityManager()
    .findOne(
      SignInSession,
      { secretHash: secretDigest(secret) },
      { populate: ['organization', 'member'] },
    );
  if (found === null) return;
  const { id, organization, member } = found;
  const actor = { kind: 'member', id: member.id, name: member.displayName } as const;
  const session = sessionFor(directory, referenceOf(organization), actor, [], origin);
  await write(session, async (tx) => {
    await tx.em.nativeDelete(SignInSession, { organization: organization.id, id });
    const { displayName: name } = member;
    tx.note({ subject: 'member', subjectId: member.id, action: 'member.signed-out', name });
  });
}

/** What a member's roles allow now. */
export async function permissionsOfMember(
  em: ReturnType<Directory['entityManager']>,
  organization: string,
  member: string,
): Promise<Permission[]> {
  const { rows } = await sql<{ permission: Permission }>`
    select distinct unnest(r.permissions) as permission
    from member_role mr join role r
      on r.organization_id = mr.organization_id and r.id = mr.role_id
    where mr.organization_id = ${organization} and mr.member_id = ${member}
    order by 1
  `.execute(em.getKysely());
  return rows.map((row) => row.permission);
}
