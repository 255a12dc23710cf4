import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Directory } from './directory.ts';
import { SigningKey } from './entities/signing-key.ts';

/** A key on the curve P-256, for ES256 (RFC 7518 section 3.4). */
export interface OpenSigningKey {
  id: string;
  /** JSON Web Key with its private part. */
  privateKey: JsonWebKey;
}

const dayMs = 24 * 3_600_000;
const rotatedAfterMs = 90 * dayMs;
/** A new key is published for so long before it signs: receivers keep the published keys for a while. */
export const publishedAheadMs = dayMs;
/** For how long the key before is published when it signs no more. */
export const signingKeyKeptMs = 30 * dayMs;
const makingLock = 'signing key';

/**
 * The key that signs now. The first is made when it is asked for, another when the newest is 90 days old;
 * where the key of the instance opens none, there is a new one too.
 */
export async function signingKey(
  directory: Pick<Directory, 'entityManager' | 'secrets' | 'now'>,
): Promise<OpenSigningKey> {
  const now = directory.now();
  const { newest, signing } = await readKeys(directory.entityManager(), directory, now);
  if (signing !== undefined && !isOld(newest, now)) return signing;
  return directory.entityManager().transactional(async (em) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${makingLock}, 0))`.execute(
      em.getKysely(),
    );
    const held = await readKeys(em, directory, now);
    if (held.signing !== undefined && !isOld(held.newest, now)) return held.signing;
    const made = await makeKey(em, directory, now);
    return held.signing ?? made;
  });
}

/** The public halves of all keys that may have signed what somebody still reads, newest first. */
export async function publicSigningKeys(
  em: SqlEntityManager,
): Promise<{ id: string; publicKey: JsonWebKey }[]> {
  const keys = await em.find(SigningKey, {}, { orderBy: { createdAt: 'desc', id: 'desc' } });
  return keys.map(({ id, publicKey }) => ({ id, publicKey }));
}

interface HeldKey extends OpenSigningKey {
  createdAt: Date;
}

async function readKeys(
  em: SqlEntityManager,
  { secrets }: Pick<Directory, 'secrets'>,
  now: Date,
): Promise<{ newest: HeldKey | undefined; signing: HeldKey | undefined }> {
  const rows = await em.find(SigningKey, {}, { orderBy: { createdAt: 'desc', id: 'desc' } });
  const held = rows.flatMap(({ id, privateKey, createdAt }): HeldKey[] => {
    const opened = secrets.open(privateKey, contextOf(id));
    return opened === undefined ? [] : [{ id, privateKey: JSON.parse(opened), createdAt }];
  });
  const signing =
    held.find(({ createdAt }) => now.getTime() - createdAt.getTime() >= publishedAheadMs) ??
    held.at(-1);
  return { newest: held[0], signing };
}

function isOld(key: HeldKey | undefined, now: Date): boolean {
  return key !== undefined && now.getTime() - key.createdAt.getTime() > rotatedAfterMs;
}

async function makeKey(
  em: SqlEntityManager,
  { secrets }: Pick<Directory, 'secrets'>,
  now: Date,
): Promise<HeldKey> {
  const id = uuidv7();
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKey = pair.privateKey.export({ format: 'jwk' });
  em.create(SigningKey, {
    id,
    publicKey: pair.publicKey.export({ format: 'jwk' }),
    privateKey: secrets.seal(JSON.stringify(privateKey), contextOf(id)),
    createdAt: now,
  });
  await em.flush();
  return { id, privateKey, createdAt: now };
}

function contextOf(id: string): string {
  return `signing-key:${id}`;
}
