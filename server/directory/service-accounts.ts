import { v7 as uuidv7 } from 'uuid';
import {
  type CreatorView,
  creatorOf,
  creatorView,
  isUseWorthNoting,
  makerView,
  ownerOf,
} from './credential.ts';
import type { Directory } from './directory.ts';
import { LdapServiceAccount } from './entities/credential.ts';
import { DirectoryError } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import type { Permission } from './permissions.ts';
import { generateSecret, matchesDigest, secretDigest } from './secret.ts';
import { type DirectorySession, demand, demandHeld } from './session.ts';
import { acceptName, isStorable } from './text.ts';
import { write } from './write.ts';

/** What a service account reads over LDAP. */
const readable: readonly Permission[] = ['members:read', 'groups:read'];

export interface ServiceAccountView {
  id: string;
  name: string;
  creator: CreatorView;
  createdAt: Date;
  /** To the minute. */
  lastUsedAt: Date | null;
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
  if (account !== null && digest !== undefined && matchesDigest(secret, digest)) {
    await noteUse(directory, account);
    return account.id;
  }
  const attempt = { account: `${organization}/service/${nameKey}`, address };
  directory.throttle.check(attempt);
  const matches =
    digest === undefined && (await directory.passwords.verify(account?.secretHash, secret));
  if (!matches || account === null) {
    directory.throttle.failed(attempt);
    throw new DirectoryError('invalid-credentials', 'The name or the secret is wrong.');
  }
  directory.throttle.succeeded(attempt);
  await noteUse(directory, account);
  return account.id;
}

async function noteUse(directory: Directory, account: LdapServiceAccount): Promise<void> {
  const now = directory.now();
  if (!isUseWorthNoting(account.lastUsedAt, now)) return;
  const organization = account.organization.id;
  await directory
    .entityManager()
    .nativeUpdate(LdapServiceAccount, { organization, id: account.id }, { lastUsedAt: now });
}

/** The organization's accounts for LDAP, in the order of their making. */
export async function listServiceAccounts(
  session: DirectorySession,
): Promise<ServiceAccountView[]> {
  demand(session, 'tokens:read');
  const accounts = await session.em.find(
    LdapServiceAccount,
    { organization: session.organization.id },
    { populate: ['creator'], orderBy: { createdAt: 'asc', id: 'asc' } },
  );
  return accounts.map(viewOf);
}

/**
 * Makes an account that a legacy application binds with. A secret that somebody chose is stored as a
 * password is; a generated one needs no slow hash.
 *
 * @returns with the secret, told this once
 * @throws DirectoryError `forbidden` when the actor lacks what the account reads; `not-unique`,
 *   `invalid-value`
 */
export async function createServiceAccount(
  session: DirectorySession,
  directory: Pick<Directory, 'passwords'>,
  { name, secret: chosen }: { name: string; secret?: string | undefined },
): Promise<ServiceAccountView & { secret: string }> {
  demand(session, 'tokens:write');
  demandHeld(session, readable);
  const secret = chosen ?? generateSecret('rk_ldap_');
  const secretHash =
    chosen === undefined
      ? `sha256:${secretDigest(secret)}`
      : await directory.passwords.hash(chosen);
  return write(session, async (tx) => {
    const accepted = acceptName(name, 'name');
    const account = tx.em.create(LdapServiceAccount, {
      organization: ownerOf(tx),
      id: uuidv7(),
      name: accepted,
      nameKey: identifierKey(accepted),
      secretHash,
      creator: creatorOf(tx),
      createdAt: tx.now,
    });
    tx.record({
      subject: 'service-account',
      subjectId: account.id,
      kind: 'created',
      name: accepted,
    });
    return { ...viewOf(account), creator: makerView(tx), secret };
  });
}

/**
 * Ends a service account. What is bound with it is anonymous from then on.
 *
 * @throws DirectoryError `not-found`
 */
export async function deleteServiceAccount(session: DirectorySession, id: string): Promise<void> {
  demand(session, 'tokens:write');
  await write(session, async (tx) => {
    const account = isUuid(id)
      ? await tx.em.findOne(LdapServiceAccount, { organization: tx.organization.id, id })
      : null;
    if (account === null)
      throw new DirectoryError('not-found', 'There is no such service account.');
    tx.em.remove(account);
    const { name } = account;
    tx.record({ subject: 'service-account', subjectId: account.id, kind: 'deleted', name });
  });
}

function viewOf(account: LdapServiceAccount): ServiceAccountView {
  return {
    id: account.id,
    name: account.name,
    creator: creatorView(account.creator),
    createdAt: account.createdAt,
    lastUsedAt: account.lastUsedAt ?? null,
  };
}
