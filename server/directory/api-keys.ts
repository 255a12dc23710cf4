import { v7 as uuidv7 } from 'uuid';
import {
  acceptExpiry,
  type CreatorView,
  creatorOf,
  creatorView,
  isOver,
  isUseWorthNoting,
  makerView,
  ownerOf,
} from './credential.ts';
import type { Directory } from './directory.ts';
import { ApiKey } from './entities/credential.ts';
import { DirectoryError } from './errors.ts';
import { changedFields } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { type Permission, permissions } from './permissions.ts';
import { generateSecret, secretDigest } from './secret.ts';
import {
  type ActorReference,
  type DirectorySession,
  demand,
  demandHeld,
  referenceOf,
  sessionFor,
} from './session.ts';
import { acceptName } from './text.ts';
import { write } from './write.ts';

export interface ApiKeyView {
  id: string;
  name: string;
  /** In the order of the catalogue. */
  permissions: Permission[];
  creator: CreatorView;
  createdAt: Date;
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
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
  if (found === null || isOver(found, now)) return undefined;
  if (isUseWorthNoting(found.lastUsedAt, now)) {
    await em.nativeUpdate(
      ApiKey,
      { organization: found.organization.id, id: found.id },
      { lastUsedAt: now },
    );
  }
  const actor: ActorReference = { kind: 'api-key', id: found.id, name: found.name };
  return sessionFor(directory, referenceOf(found.organization), actor, found.permissions);
}

/** The organization's API keys, in the order of their making. */
export async function listApiKeys(session: DirectorySession): Promise<ApiKeyView[]> {
  demand(session, 'tokens:read');
  const keys = await session.em.find(
    ApiKey,
    { organization: session.organization.id },
    { populate: ['creator'], orderBy: { createdAt: 'asc', id: 'asc' } },
  );
  return keys.map(viewOf);
}

/**
 * Makes a key that a product's back end calls the admin API with.
 *
 * @returns with the secret, told this once
 * @throws DirectoryError `forbidden` when the actor lacks one of its permissions; `invalid-value`
 */
export async function createApiKey(
  session: DirectorySession,
  {
    name,
    permissions: held,
    expiresAt,
    secret = generateSecret('rk_'),
  }: {
    name: string;
    permissions: readonly Permission[];
    expiresAt?: Date | null | undefined;
    secret?: string | undefined;
  },
): Promise<ApiKeyView & { secret: string }> {
  demand(session, 'tokens:write');
  demandHeld(session, held);
  return write(session, async (tx) => {
    const key = tx.em.create(ApiKey, {
      organization: ownerOf(tx),
      id: uuidv7(),
      name: acceptName(name, 'name'),
      secretHash: secretDigest(secret),
      permissions: permissions.filter((permission) => held.includes(permission)),
      creator: creatorOf(tx),
      createdAt: tx.now,
      expiresAt: acceptExpiry(expiresAt, tx.now),
    });
    tx.record({
      subject: 'api-key',
      subjectId: key.id,
      kind: 'created',
      name: key.name,
      fields: changedFields({}, { name: key.name, permissions: key.permissions, expiresAt }),
    });
    return { ...viewOf(key), creator: makerView(tx), secret };
  });
}

/**
 * Ends a key, and every widget token that was minted with it, at once.
 *
 * @throws DirectoryError `not-found`
 */
export async function deleteApiKey(session: DirectorySession, id: string): Promise<void> {
  demand(session, 'tokens:write');
  await write(session, async (tx) => {
    const key = isUuid(id)
      ? await tx.em.findOne(ApiKey, { organization: tx.organization.id, id })
      : null;
    if (key === null) throw new DirectoryError('not-found', 'There is no such API key.');
    tx.em.remove(key);
    tx.record({ subject: 'api-key', subjectId: key.id, kind: 'deleted', name: key.name });
  });
}

function viewOf(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    permissions: key.permissions,
    creator: creatorView(key.creator),
    createdAt: key.createdAt,
    expiresAt: key.expiresAt ?? null,
    lastUsedAt: key.lastUsedAt ?? null,
  };
}
