import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Directory } from './directory.ts';
import { Account } from './entities/account.ts';
import { SignInSession } from './entities/credential.ts';
import { Member } from './entities/member.ts';
import { Organization } from './entities/organization.ts';
import type { Permission } from './permissions.ts';
import { generateSecret, secretDigest } from './secret.ts';
import { type DirectorySession, type Origin, referenceOf, sessionFor } from './session.ts';
import { type Credentials, verifyMember } from './verify-member.ts';
import { write } from './write.ts';

const idleMs = 30 * 60_000;
const absoluteMs = 12 * 60 * 60_000;
const seenGranularityMs = 60_000;

/** A signed-in member. */
export interface SignedIn {
  session: DirectorySession;
  member: { id: string; name: string; username: string | null };
  expiresAt: Date;
}

/**
 * Signs a member in.
 *
 * @returns the secret of the new session, told this once
 * @throws DirectoryError `invalid-credentials`, `slow-down`, `password-change-required`,
 *   `password-expired`
 */
export async function signIn(
  directory: Directory,
  credentials: Credentials,
): Promise<SignedIn & { secret: string }> {
  const { organization, member, account } = await verifyMember(directory, credentials);
  const secret = generateSecret('rk_session_');
  const origin = { address: credentials.address, requestId: credentials.requestId };
  const session = sessionOf(directory, organization, member, [], origin);
  await write(session, async (tx) => {
    const { em, now } = tx;
    em.create(SignInSession, {
      organization: em.getReference(Organization, organization.id),
      id: uuidv7(),
      member: em.getReference(Member, [organization.id, member.id]),
      account: em.getReference(Account, account.id),
      secretHash: secretDigest(secret),
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + idleMs),
    });
    await em.nativeUpdate(
      Member,
      { organization: organization.id, id: member.id },
      { lastLoginAt: now },
    );
    await em.nativeUpdate(Account, { id: account.id }, { lastLoginAt: now });
    tx.note({
      subject: 'member',
      subjectId: member.id,
      action: 'member.signed-in',
      name: member.displayName,
    });
  });
  const signedIn = await authenticateSession(directory, secret, origin);
  if (signedIn === undefined) throw new Error('A session that was just made cannot be read.');
  return { ...signedIn, secret };
}

/** The member behind a session's secret, or undefined when it is unknown, over, or no longer allowed in. */
export async function authenticateSession(
  directory: Directory,
  secret: string,
  origin?: Origin,
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
  const end = found.createdAt.getTime() + absoluteMs;
  const expiresAt = new Date(Math.min(now.getTime() + idleMs, end));
  if (now.getTime() - found.lastSeenAt.getTime() > seenGranularityMs) {
    await em.nativeUpdate(
      SignInSession,
      { organization: found.organization.id, id: found.id },
      { lastSeenAt: now, expiresAt },
    );
  }
  const { id, displayName, username } = found.member;
  return {
    session: sessionOf(
      directory,
      found.organization,
      found.member,
      await permissionsOf(em, found.organization.id, id),
      origin,
    ),
    member: { id, name: displayName, username: username ?? null },
    expiresAt,
  };
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
  await write(sessionOf(directory, organization, member, [], origin), async (tx) => {
    await tx.em.nativeDelete(SignInSession, { organization: organization.id, id });
    tx.note({
      subject: 'member',
      subjectId: member.id,
      action: 'member.signed-out',
      name: member.displayName,
    });
  });
}

function sessionOf(
  directory: Directory,
  organization: Organization,
  { id, displayName }: Pick<Member, 'id' | 'displayName'>,
  held: readonly Permission[],
  origin: Origin | undefined,
): DirectorySession {
  const actor = { kind: 'member', id, name: displayName } as const;
  return sessionFor(directory, referenceOf(organization), actor, held, origin);
}

async function permissionsOf(
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
