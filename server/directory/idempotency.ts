import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import { stringify } from 'uuid';
import { openBytes, sealBytes } from './secret-box.ts';
import type { DirectorySession } from './session.ts';

/** How long an answer is told again. */
export const answersKeptMs = 24 * 3_600_000;

export interface RepeatableRequest {
  /** Chosen by the caller; only what is derived from it is stored. */
  key: string;
  /** All that makes the request what it is. */
  content: Uint8Array;
}

/** What became of a request that carries a key. */
export type OnceOutcome =
  /** `work` ran. */
  | { kind: 'answered' }
  /** The answer that `work` gave when the same request came before. */
  | { kind: 'repeated'; answer: Uint8Array }
  /** Another request with the key is being worked on. */
  | { kind: 'running' }
  /** The key belongs to another request. */
  | { kind: 'reused' };

/**
 * Works a request off once, however often its caller sends it within 24 hours. What `work` writes with
 * its session and the answer that is kept are one transaction: a node that dies in between leaves
 * neither, and the request can be sent again.
 *
 * The answer may carry a secret. It is encrypted with a key that only the caller's own key gives.
 *
 * @param work answers what is kept; undefined undoes what it wrote and keeps nothing
 */
export async function answerOnce(
  session: DirectorySession,
  { key, content }: RepeatableRequest,
  work: (session: DirectorySession) => Promise<Uint8Array | undefined>,
): Promise<OnceOutcome> {
  const derived = derive(session, key);
  const mac = createHmac('sha256', derived.macKey).update(content).digest('base64url');
  let announced = false;
  try {
    const outcome = await session.em.transactional(async (em): Promise<OnceOutcome> => {
      if (!(await lock(em, derived.id))) return { kind: 'running' };
      const kept = await find(em, session, derived.id);
      if (kept !== undefined) {
        if (!isEqual(kept.mac, mac)) return { kind: 'reused' };
        const answer = openBytes(derived.cipherKey, Buffer.from(kept.answer, 'base64'), derived.id);
        if (answer === undefined) throw new Error('An answer that was kept does not open.');
        return { kind: 'repeated', answer };
      }
      const announce = () => {
        announced = true;
      };
      const answer = await work({ ...session, em, announce });
      if (answer === undefined) throw notKept;
      const sealed = sealBytes(derived.cipherKey, answer, derived.id).toString('base64');
      await keep(em, session, { id: derived.id, mac, answer: sealed });
      return { kind: 'answered' };
    });
    if (announced) session.announce();
    return outcome;
  } catch (error) {
    if (error === notKept) return { kind: 'answered' };
    throw error;
  }
}

// Undoes the transaction; is nobody's failure.
const notKept = new Error('The answer is not kept.');

interface DerivedKeys {
  id: string;
  macKey: Buffer;
  cipherKey: Buffer;
}

/** The row's id and its keys, which say nothing of each other (RFC 5869). Each actor has keys of its own. */
function derive({ organization, actor }: DirectorySession, key: string): DerivedKeys {
  const salt = JSON.stringify([organization.id, actor.kind, actor.id ?? actor.name]);
  const bytes = Buffer.from(hkdfSync('sha256', key, salt, 'roster idempotent answer', 80));
  return {
    // Version 8: bits of our own making.
    id: stringify(asVersion8(bytes.subarray(0, 16))),
    macKey: bytes.subarray(16, 48),
    cipherKey: bytes.subarray(48, 80),
  };
}

function asVersion8(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => {
    if (index === 6) return (byte & 0x0f) | 0x80;
    return index === 8 ? (byte & 0x3f) | 0x80 : byte;
  });
}

// Held until the transaction ends, also when its node dies.
async function lock(em: SqlEntityManager, id: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`idempotent ${id}`}, 0)) as locked
  `.execute(em.getKysely());
  return rows[0]?.locked ?? false;
}

async function find(
  em: SqlEntityManager,
  { organization, now }: DirectorySession,
  id: string,
): Promise<{ mac: string; answer: string } | undefined> {
  const { rows } = await sql<{ mac: string; answer: string }>`
    select request_mac as mac, answer from idempotent_answer
    where organization_id = ${organization.id} and id = ${id} and created_at > ${since(now)}
  `.execute(em.getKysely());
  return rows[0];
}

async function keep(
  em: SqlEntityManager,
  session: DirectorySession,
  { id, mac, answer }: { id: string; mac: string; answer: string },
): Promise<void> {
  const { organization, now } = session;
  await sql`
    insert into idempotent_answer (organization_id, id, request_mac, answer, created_at)
    values (${organization.id}, ${id}, ${mac}, ${answer}, ${now})
    on conflict (organization_id, id)
      do update set request_mac = excluded.request_mac, answer = excluded.answer,
        created_at = excluded.created_at
  `.execute(em.getKysely());
}

function since(now: Date): Date {
  return new Date(now.getTime() - answersKeptMs);
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
