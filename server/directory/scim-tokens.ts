import { LockMode } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';
import { acceptExpiry, isOver, isUseWorthNoting, ownerOf } from './credential.ts';
import type { Directory } from './directory.ts';
import { type ScimProfile, type ScimScope, ScimToken, scimScopes } from './entities/credential.ts';
import { DirectoryError } from './errors.ts';
import { changedFields, secretChange } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { findScimToken } from './find-scim-token.ts';
import { type Permission, permissions } from './permissions.ts';
import { generateSecret, secretDigest } from './secret.ts';
import {
  type ActorReference,
  type DirectorySession,
  demand,
  demandHeld,
  type Origin,
  sessionFor,
} from './session.ts';
import { acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

const hourMs = 60 * 60_000;

/** For how long the secret before stays good after a rotation. */
export const rotationOverlapHours = { minimum: 0, standard: 24, maximum: 30 * 24 };

export interface ScimTokenView {
  id: string;
  name: string;
  profile: ScimProfile;
  scopes: ScimScope[];
  createdAt: Date;
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  /** Until when the secret before the last rotation is good too; null where it is over. */
  previousSecretUntil: Date | null;
}

/** Who a SCIM token speaks for, what it may do, and how strictly it is read. */
export interface ScimConnection {
  id: string;
  session: DirectorySession;
  profile: ScimProfile;
  scopes: ReadonlySet<ScimScope>;
}

/** What a SCIM token speaks for, or undefined for one that is unknown or expired. */
export async function authenticateScimToken(
  directory: Directory,
  token: string,
  origin?: Origin,
): Promise<ScimConnection | undefined> {
  const now = directory.now();
  const found = await findScimToken(directory, secretDigest(token));
  if (found === undefined || isOver(found, now)) return undefined;
  const { id, name, organization, scopes, profile } = found;
  if (isUseWorthNoting(found.lastUsedAt, now)) {
    await directory
      .entityManager()
      .nativeUpdate(ScimToken, { organization: organization.id, id }, { lastUsedAt: now });
  }
  const actor: ActorReference = { kind: 'scim-token', id, name };
  return {
    id,
    session: sessionFor(directory, organization, actor, permissionsOf(scopes), origin),
    profile,
    scopes: new Set(scopes),
  };
}

// Who writes is told what was written, so writing takes reading along.
function permissionsOf(scopes: readonly ScimScope[]): Permission[] {
  return permissions.filter((permission) =>
    scopes.includes('write')
      ? /^(members|groups|departments|roles):/.test(permission)
      : /^(members|groups|departments|roles):read$/.test(permission),
  );
}

/** The organization's SCIM tokens, in the order of their making. */
export async function listScimTokens(session: DirectorySession): Promise<ScimTokenView[]> {
  demand(session, 'tokens:read');
  const tokens = await session.em.find(
    ScimToken,
    { organization: session.organization.id },
    { orderBy: { createdAt: 'asc', id: 'asc' } },
  );
  return tokens.map((token) => viewOf(token, session.now));
}

/**
 * Makes a token that an identity provider writes the directory with.
 *
 * @param scopes at least one
 * @returns with the secret, told this once
 * @throws DirectoryError `forbidden` when the actor lacks what the token may do; `invalid-value`
 */
export async function createScimToken(
  session: DirectorySession,
  {
    name,
    profile = 'lenient',
    scopes = scimScopes,
    expiresAt,
    secret = generateSecret('rk_scim_'),
  }: {
    name: string;
    profile?: ScimProfile | undefined;
    scopes?: readonly ScimScope[] | undefined;
    expiresAt?: Date | null | undefined;
    secret?: string | undefined;
  },
): Promise<ScimTokenView & { secret: string }> {
  demand(session, 'tokens:write');
  demandHeld(session, permissionsOf(scopes));
  if (scopes.length === 0) {
    throw new DirectoryError('invalid-value', 'scopes must not be empty', { field: 'scopes' });
  }
  return write(session, async (tx) => {
    const token = tx.em.create(ScimToken, {
      organization: ownerOf(tx),
      id: uuidv7(),
      name: acceptName(name, 'name'),
      secretHash: secretDigest(secret),
      profile,
      scopes: scimScopes.filter((scope) => scopes.includes(scope)),
      createdAt: tx.now,
      expiresAt: acceptExpiry(expiresAt, tx.now),
    });
    tx.record({
      subject: 'scim-token',
      subjectId: token.id,
      kind: 'created',
      name: token.name,
      fields: changedFields({}, fieldsOf(token)),
    });
    return { ...viewOf(token, tx.now), secret };
  });
}

/**
 * Renames a token or reads it by another profile; what is left out stays.
 *
 * @throws DirectoryError `not-found`, `invalid-value`
 */
export async function changeScimToken(
  session: DirectorySession,
  id: string,
  { name, profile }: { name?: string | undefined; profile?: ScimProfile | undefined },
): Promise<ScimTokenView> {
  demand(session, 'tokens:write');
  return write(session, async (tx) => {
    const token = await lockToken(tx, id);
    const before = fieldsOf(token);
    if (name !== undefined) token.name = acceptName(name, 'name');
    if (profile !== undefined) token.profile = profile;
    tx.record({
      subject: 'scim-token',
      subjectId: token.id,
      kind: 'updated',
      name: token.name,
      fields: changedFields(before, fieldsOf(token)),
    });
    return viewOf(token, tx.now);
  });
}

/**
 * Gives a token a new secret. The one before stays good for the overlap, so that the identity provider
 * can be changed over without a gap; one that an earlier rotation left ends now.
 *
 * @param overlapHours within `rotationOverlapHours`
 * @param expiresAt a new end; without it the end stays
 * @returns with the new secret, told this once
 * @throws DirectoryError `not-found`, `invalid-value`; `forbidden` when the actor lacks what the token
 *   may do
 */
export async function rotateScimToken(
  session: DirectorySession,
  id: string,
  {
    overlapHours = rotationOverlapHours.standard,
    expiresAt,
  }: { overlapHours?: number | undefined; expiresAt?: Date | null | undefined } = {},
): Promise<ScimTokenView & { secret: string }> {
  demand(session, 'tokens:write');
  const { minimum, maximum } = rotationOverlapHours;
  if (!(overlapHours >= minimum && overlapHours <= maximum)) {
    throw new DirectoryError('invalid-value', `overlapHours is from ${minimum} to ${maximum}`, {
      field: 'overlapHours',
    });
  }
  const secret = generateSecret('rk_scim_');
  return write(session, async (tx) => {
    const token = await lockToken(tx, id);
    demandHeld(tx, permissionsOf(token.scopes));
    const before = fieldsOf(token);
    token.previousSecretHash = token.secretHash;
    token.previousSecretUntil = new Date(tx.now.getTime() + overlapHours * hourMs);
    token.secretHash = secretDigest(secret);
    if (expiresAt !== undefined) token.expiresAt = acceptExpiry(expiresAt, tx.now);
    tx.record({
      subject: 'scim-token',
      subjectId: token.id,
      kind: 'updated',
      action: 'scim-token.rotated',
      name: token.name,
      fields: { ...changedFields(before, fieldsOf(token)), secret: secretChange },
    });
    return { ...viewOf(token, tx.now), secret };
  });
}

/**
 * Ends a token at once.
 *
 * @throws DirectoryError `not-found`
 */
export async function deleteScimToken(session: DirectorySession, id: string): Promise<void> {
  demand(session, 'tokens:write');
  await write(session, async (tx) => {
    const token = await lockToken(tx, id);
    tx.em.remove(token);
    tx.record({
      subject: 'scim-token',
      subjectId: token.id,
      kind: 'deleted',
      name: token.name,
      fields: changedFields(fieldsOf(token), {}),
    });
  });
}

async function lockToken(tx: WriteSession, id: string): Promise<ScimToken> {
  const organization = tx.organization.id;
  const token = isUuid(id)
    ? await tx.em.findOne(ScimToken, { organization, id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    : null;
  if (token === null) throw new DirectoryError('not-found', 'There is no such SCIM token.');
  return token;
}

/** What the audit tells of a token. */
function fieldsOf({ name, profile, scopes, expiresAt, previousSecretUntil }: ScimToken) {
  return {
    name,
    profile,
    scopes,
    expiresAt: expiresAt ?? null,
    previousSecretUntil: previousSecretUntil ?? null,
  };
}

function viewOf(token: ScimToken, now: Date): ScimTokenView {
  const until = token.previousSecretUntil;
  return {
    id: token.id,
    name: token.name,
    profile: token.profile,
    scopes: token.scopes,
    createdAt: token.createdAt,
    expiresAt: token.expiresAt ?? null,
    lastUsedAt: token.lastUsedAt ?? null,
    previousSecretUntil: until != null && until > now ? until : null,
  };
}
