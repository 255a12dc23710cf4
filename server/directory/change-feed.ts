import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import type { FeedChange, FeedPosition, MembershipDelta } from './changes.ts';
import type { Sql } from './filter-sql.ts';
import type { DirectorySession } from './session.ts';

/**
 * How long changes are kept. Whoever follows the feed, in memory or from a position that is stored, may
 * be behind by no more than that: what comes back later has to load the directory anew.
 */
export const changesKeptMs = 30 * 24 * 60 * 60_000;

interface ChangeRow {
  id: string;
  transaction: string;
  organization_id: string;
  subject: FeedChange['subject'];
  subject_id: string;
  kind: FeedChange['kind'];
  action: string | null;
  membership: MembershipDelta | null;
  heir_id: string | null;
  fields: string[] | null;
  external_id: string | null;
  request_id: string | null;
  at: string;
}

/**
 * Where the feed stands now: what commits from here on is read after it. Taken before a reader loads
 * the directory, so that nothing can fall between the load and the feed.
 */
export async function currentPosition(em: SqlEntityManager): Promise<FeedPosition> {
  const { rows } = await sql<{ transaction: string }>`
    select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text as transaction
  `.execute(em.getKysely());
  return { transaction: rows[0]?.transaction ?? '0', id: maximumId };
}

const maximumId = '9223372036854775807';

const batchSize = 1000;

/**
 * The next changes after a position, oldest first, and the position after them.
 *
 * Sequence numbers are given before transactions commit, so a reader that went by them alone would skip
 * a change whose transaction commits late. Changes are therefore ordered by their transaction, and the
 * feed ends before the oldest transaction that is still running.
 */
export async function readChanges(
  em: SqlEntityManager,
  after: FeedPosition,
  limit = batchSize,
): Promise<{ changes: FeedChange[]; position: FeedPosition }> {
  const changes = await select(em, sql`true`, after, limit);
  return { changes, position: changes.at(-1)?.position ?? after };
}

/** The next changes of one organization after a position, oldest first. */
export async function readOwnChanges(
  { em, organization }: Pick<DirectorySession, 'em' | 'organization'>,
  after: FeedPosition,
  limit = 500,
): Promise<FeedChange[]> {
  return select(em, sql`c.organization_id = ${organization.id}`, after, limit);
}

/**
 * Whether every change after the position is still there to be read. False where some were deleted, and
 * for a position that this database has not reached (a copy restored into another).
 */
export async function reachesBack(
  em: SqlEntityManager,
  { transaction, id }: FeedPosition,
): Promise<boolean> {
  const { rows } = await sql<{ reaches: boolean }>`
    select coalesce((
        select (c.transaction, c.id) <= (${transaction}::xid8, ${id}::bigint) from change c
        order by c.transaction, c.id limit 1
      ), false)
      and ${transaction}::xid8 < pg_snapshot_xmax(pg_current_snapshot()) as reaches
  `.execute(em.getKysely());
  return rows[0]?.reaches ?? false;
}

async function select(
  em: SqlEntityManager,
  whose: Sql,
  after: FeedPosition,
  limit: number,
): Promise<FeedChange[]> {
  const { rows } = await sql<ChangeRow>`
    select c.id::text, c.transaction::text, c.organization_id, c.subject, c.subject_id, c.kind,
      c.action, c.membership, c.heir_id, to_jsonb(c.fields) as fields, c.external_id, c.request_id, c.at
    from change c
    where ${whose} and (c.transaction, c.id) > (${after.transaction}::xid8, ${after.id}::bigint)
      and c.transaction < pg_snapshot_xmin(pg_current_snapshot())
    -- Without the c these would be the texts above, in another order than that of the numbers.
    order by c.transaction, c.id
    limit ${limit}
  `.execute(em.getKysely());
  return rows.map((row) => ({
    organizationId: row.organization_id,
    position: { transaction: row.transaction, id: row.id },
    subject: row.subject,
    subjectId: row.subject_id,
    kind: row.kind,
    ...(row.action === null ? {} : { action: row.action }),
    ...(row.membership === null ? {} : { membership: row.membership }),
    ...(row.heir_id === null ? {} : { heirId: row.heir_id }),
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
    fields: row.fields ?? [],
    at: new Date(row.at),
  }));
}

/** Negative when `a` is read before `b`, 0 when both are the same. */
export function comparePositions(a: FeedPosition, b: FeedPosition): number {
  const difference = BigInt(a.transaction) - BigInt(b.transaction) || BigInt(a.id) - BigInt(b.id);
  return Number(difference > 0n) - Number(difference < 0n);
}

export interface Follower {
  /** Looks now instead of at the next poll. */
  wake(): void;
  /** Resolves when everything committed before the call was handed on. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Follows the feed: hands every change on, in order, in batches, and looks again when woken or after
 * `pollMs`. A batch that cannot be handed on is tried again; the position moves only behind it. A follower
 * that could not look for so long that changes may be gone never goes on: it fails until it is started
 * anew.
 *
 * @param onRead called when a look at the feed succeeded
 */
export function followChanges(
  openEntityManager: () => SqlEntityManager,
  from: FeedPosition,
  onChanges: (changes: FeedChange[]) => Promise<void>,
  { pollMs = 500, onError = (_error: unknown) => {}, onRead = () => {}, now = Date.now } = {},
): Follower {
  let position = from;
  let lastRead = now();
  let closed = false;
  let running: Promise<void> | undefined;
  let again = false;

  const drain = async () => {
    try {
      do {
        again = false;
        const batch = await readChanges(openEntityManager(), position);
        if (now() - lastRead > changesKeptMs / 2) throw new Error('Too far behind the feed.');
        if (batch.changes.length > 0) await onChanges(batch.changes);
        if (batch.changes.length === batchSize) again = true;
        position = batch.position;
        lastRead = now();
        onRead();
      } while (again && !closed);
    } catch (error) {
      onError(error);
    } finally {
      running = undefined;
    }
  };
  const look = (): Promise<void> => {
    again = true;
    running ??= drain();
    return running;
  };
  const timer = setInterval(() => void look(), pollMs);

  return {
    wake: () => void look(),
    caughtUp: look,
    close: async () => {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}
