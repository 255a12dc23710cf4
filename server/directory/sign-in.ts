import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { referenceOf, sessionFor } from './credentials.ts';
import type { Directory } from './directory.ts';
import { Account } from './entities/account.ts';
import { SignInSession } from './entities/credential.ts';
import { Member } from './entities/member.ts';
import { Organization } from './entities/organization.ts';
import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';
import type { Permission } from './permissions.ts';
import { generateSecret, secretDigest } from './secret.ts';
import type { DirectorySession } from './session.ts';

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
 * Verifies a member's password. Every refusal looks and costs the same: an unknown organization or
 * user, a wrong password, a member who is pending or disabled.
 *
 * @param organization the slug; may be left out where the instance has one organization only
 * @returns the member's id
 * @throws DirectoryError `invalid-credentials`, `slow-down`
 */
export async function verifyMember(
  directory: Directory,
  {
    organization: slug,
    username,
    password,
    address,
  }: { organization: string | undefined; username: string; password: string; address: string },
): Promise<{ organization: Organization; member: Member }> {
  const em = directory.entityManager();
  const organization = await findOrganization(em, slug);
  const attempt = {
    account: `${organization?.slug ?? slug ?? ''}/${identifierKey(username)}`,
    address,
  };
  directory.throttle.check(attempt);
  const member =
    organization === null
      ? null
      : await em.findOne(
          Member,
          { organization: organization.id, usernameKey: identifierKey(username) },
          { populate: ['account'] },
        );
  const mayEnter = member?.status === 'enabled' ? member.account?.passwordHash : undefined;
  const matches = await directory.passwords.verify(mayEnter ?? undefined, password);
  if (!matches || organization === null || member === null) {
    directory.throttle.failed(attempt);
    throw new DirectoryError('invalid-credentials', 'The username or the password is wrong.');
  }
  directory.throttle.succeeded(attempt);
  return { organization, member };
}

/**
 * Signs a member in.
 *
 * @returns the secret of the new session, told this once
 * @throws DirectoryError `invalid-credentials`, `slow-down`
 */
export async function signIn(
  directory: Directory,
  credentials: {
    organization: string | undefined;
    username: string;
    password: string;
    address: string;
  },
): Promise<SignedIn & { secret: string }> {
  const { organization, member } = await verifyMember(directory, credentials);
  const secret = generateSecret('rk_session_');
  const now = directory.now();
  const em = directory.entityManager();
  await em.transactional(async (tx) => {
    tx.create(SignInSession, {
      organization: tx.getReference(Organization, organization.id),
      id: uuidv7(),
      member: tx.getReference(Member, [organization.id, member.id]),
      account: tx.getReference(Account, accountId(member)),
      secretHash: secretDigest(secret),
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + idleMs),
    });
    await tx.nativeUpdate(
      Member,
      { organization: organization.id, id: member.id },
      { lastLoginAt: now },
    );
    await tx.nativeUpdate(Account, { id: accountId(member) }, { lastLoginAt: now });
  });
  const signedIn = await authenticateSession(directory, secret);
  if (signedIn === undefined) throw new Error('A session that was just made cannot be read.');
  return { ...signedIn, secret };
}

/** The member behind a session's secret, or undefined when it is unknown, over, or no longer allowed in. */
export async function authenticateSession(
  directory: Directory,
  secret: string,
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
    session: sessionFor(
      directory,
      referenceOf(found.organization),
      { kind: 'member', id, name: displayName },
      await permissionsOf(em, found.organization.id, id),
    ),
    member: { id, name: displayName, username: username ?? null },
    expiresAt,
  };
}

/** Ends a session. A secret that is unknown is no error. */
export async function signOut(directory: Directory, secret: string): Promise<void> {
  await directory.entityManager().nativeDelete(SignInSession, { secretHash: secretDigest(secret) });
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

async function findOrganization(
  em: ReturnType<Directory['entityManager']>,
  slug: string | undefined,
) {
  if (slug !== undefined) return em.findOne(Organization, { slug: slug.toLowerCase() });
  const organizations = await em.find(Organization, {}, { limit: 2 });
  return organizations.length === 1 ? (organizations[0] ?? null) : null;
}

function accountId(member: Member): string {
  if (member.account == null) throw new Error('An enabled member has an account.');
  return member.account.id;
}
