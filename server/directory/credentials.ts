import { v7 as uuidv7 } from 'uuid';
import type { Directory } from './directory.ts';
import { ApiKey, LdapServiceAccount, type ScimProfile, ScimToken } from './entities/credential.ts';
import { Member } from './entities/member.ts';
import { Organization } from './entities/organization.ts';
import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';
import { type Permission, permissions } from './permissions.ts';
import { generateSecret, matchesDigest, secretDigest } from './secret.ts';
import {
  type ActorReference,
  type DirectorySession,
  demand,
  type OrganizationReference,
} from './session.ts';
import { acceptName, isStorable } from './text.ts';
import { type WriteSession, write } from './write.ts';

const lastUsedGranularityMs = 60_000;

const scimPermissions: readonly Permission[] = permissions.filter((permission) =>
  /^(members|groups|departments|roles):/.test(permission),
);

/** Who a SCIM token speaks for, and how strictly it is read. */
export interface ScimConnection {
  session: DirectorySession;
  profile: ScimProfile;
}

/** The session of a SCIM token, or undefined for one that is unknown. */
export async function authenticateScimToken(
  directory: Directory,
  token: string,
): Promise<ScimConnection | undefined> {
  const em = directory.entityManager();
  const found = await em.findOne(
    ScimToken,
    { secretHash: secretDigest(token) },
    { populate: ['organization'] },
  );
  if (found === null) return undefined;
  const now = directory.now();
  if (isStale(found.lastUsedAt, now)) {
    await em.nativeUpdate(
      ScimToken,
      { organization: found.organization.id, id: found.id },
      { lastUsedAt: now },
    );
  }
  const actor: ActorReference = { kind: 'scim-token', id: found.id, name: found.name };
  return {
    session: sessionFor(directory, referenceOf(found.organization), actor, scimPermissions),
    profile: found.profile,
  };
}

/** The session of an API key, or undefined for one that is unknown or expired. */
export async function authenticateApiKey(
  directory: Directory,
  key: string,
): Promise<DirectorySession | undefined> {
  const em = directory.entityManager();
  const found = await em.findOne(
    ApiKey,
    { secretHash: secretDigest(key) },
    { populate: ['organization'] },
  );
  const now = directory.now();
  if (found === null || (found.expiresAt != null && found.expiresAt <= now)) return undefined;
  if (isStale(found.lastUsedAt, now)) {
    await em.nativeUpdate(
      ApiKey,
      { organization: found.organization.id, id: found.id },
      { lastUsedAt: now },
    );
  }
  const actor: ActorReference = { kind: 'api-key', id: found.id, name: found.name };
  return sessionFor(directory, referenceOf(found.organization), actor, found.permissions);
}

/**
 * Verifies a service account's secret; the account must belong to the organization named.
 *
 * @returns the account's id
 * @throws DirectoryError `invalid-credentials`, `slow-down`
 */
export async function verifyServiceAccount(
  directory: Directory,
  {
    organization,
    name,
    secret,
    address,
  }: { organization: string; name: string; secret: string; address: string },
): Promise<string> {
  const nameKey = identifierKey(name);
  const account = isStorable(nameKey)
    ? await directory.entityManager().findOne(LdapServiceAccount, { organization, nameKey })
    : null;
  const digest = account?.secretHash.startsWith('sha256:')
    ? account.secretHash.slice('sha256:'.length)
    : undefined;
  // Nobody guesses a generated secret: who has it never waits for what strangers did.
  if (account !== null && digest !== undefined && matchesDigest(secret, digest)) return account.id;
  const attempt = { account: `${organization}/service/${nameKey}`, address };
  directory.throttle.check(attempt);
  const matches =
    digest === undefined && (await directory.passwords.verify(account?.secretHash, secret));
  if (!matches || account === null) {
    directory.throttle.failed(attempt);
    throw new DirectoryError('invalid-credentials', 'The name or the secret is wrong.');
  }
  directory.throttle.succeeded(attempt);
  return account.id;
}

/** Makes a session by hand: for what has proven who it is. */
export function sessionFor(
  directory: Directory,
  organization: OrganizationReference,
  actor: ActorReference,
  held: readonly Permission[],
): DirectorySession {
  return {
    organization,
    actor,
    permissions: new Set(held),
    em: directory.entityManager(),
    now: directory.now(),
    announce: () => directory.announce(),
  };
}

export function referenceOf(organization: Organization): OrganizationReference {
  return { id: organization.id, slug: organization.slug, name: organization.name };
}

function isStale(lastUsedAt: Date | null | undefined, now: Date): boolean {
  return lastUsedAt == null || now.getTime() - lastUsedAt.getTime() > lastUsedGranularityMs;
}

/** A credential that was just made: the secret is told this once. */
export interface IssuedCredential {
  id: string;
  secret: string;
}

export async function createScimToken(
  session: DirectorySession,
  {
    name,
    profile,
    secret = generateSecret('rk_scim_'),
  }: { name: string; profile: ScimProfile; secret?: string | undefined },
): Promise<IssuedCredential> {
  const id = uuidv7();
  await write(session, async (tx) => {
    tx.em.create(ScimToken, {
      organization: owner(tx),
      id,
      name: acceptName(name, 'name'),
      secretHash: secretDigest(secret),
      profile,
      createdAt: tx.now,
    });
  });
  return { id, secret };
}

export async function createApiKey(
  session: DirectorySession,
  {
    name,
    permissions: held,
    secret = generateSecret('rk_'),
  }: { name: string; permissions: readonly Permission[]; secret?: string | undefined },
): Promise<IssuedCredential> {
  const id = uuidv7();
  await write(session, async (tx) => {
    tx.em.create(ApiKey, {
      organization: owner(tx),
      id,
      name: acceptName(name, 'name'),
      secretHash: secretDigest(secret),
      permissions: [...held],
      creator: creator(tx),
      createdAt: tx.now,
    });
  });
  return { id, secret };
}

/**
 * Makes an account that a legacy application binds with. A secret that somebody chose is stored as a
 * password is; a generated one needs no slow hash.
 */
export async function createServiceAccount(
  session: DirectorySession,
  directory: Pick<Directory, 'passwords'>,
  { name, secret: chosen }: { name: string; secret?: string | undefined },
): Promise<IssuedCredential> {
  const id = uuidv7();
  const secret = chosen ?? generateSecret('rk_ldap_');
  const secretHash =
    chosen === undefined
      ? `sha256:${secretDigest(secret)}`
      : await directory.passwords.hash(chosen);
  await write(session, async (tx) => {
    const accepted = acceptName(name, 'name');
    tx.em.create(LdapServiceAccount, {
      organization: owner(tx),
      id,
      name: accepted,
      nameKey: identifierKey(accepted),
      secretHash,
      creator: creator(tx),
      createdAt: tx.now,
    });
    tx.record({ subject: 'service-account', subjectId: id, kind: 'created' });
  });
  return { id, secret };
}

function owner(tx: WriteSession): Organization {
  return tx.em.getReference(Organization, tx.organization.id);
}

/** The organization's accounts for LDAP, without their secrets. */
export async function listServiceAccounts(
  session: DirectorySession,
): Promise<{ id: string; name: string; createdAt: Date }[]> {
  demand(session, 'tokens:read');
  const accounts = await session.em.find(
    LdapServiceAccount,
    { organization: session.organization.id },
    { orderBy: { createdAt: 'asc', id: 'asc' } },
  );
  return accounts.map(({ id, name, createdAt }) => ({ id, name, createdAt }));
}

/** The member who makes a credential; none where that is the instance or another credential. */
function creator(tx: WriteSession): Member | null {
  const { kind, id } = tx.actor;
  return kind === 'member' && id !== undefined
    ? tx.em.getReference(Member, [tx.organization.id, id])
    : null;
}
