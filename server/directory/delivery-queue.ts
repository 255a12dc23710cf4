import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import type { Sql } from './filter-sql.ts';

/** A table of deliveries on their way, each to a row of a table of receivers. */
export interface DeliveryQueue {
  receivers: string;
  deliveries: string;
  /** Column of a delivery that names its receiver. */
  receiver: string;
  /** Which receivers `w` are called; without it all that are enabled. */
  called?: Sql;
  /** For how long a delivery is tried. */
  giveUpAfterMs: number;
}

/** A delivery that a worker has taken, and with it the receiver: nobody else calls it meanwhile. */
export interface ClaimedDelivery {
  organizationId: string;
  receiverId: string;
  id: string;
  payload: string;
  /** Of this delivery, with this one. */
  attempts: number;
  createdAt: Date;
  /** The receiver is the worker's until then. */
  busyUntil: Date;
}

/** How an attempt ended: with the status of an answer, with a failure, or with both. */
export interface DeliveryOutcome {
  status?: number | undefined;
  /** Undefined: it was delivered. */
  error?: string | undefined;
  /** The receiver will never take it. */
  refused?: boolean | undefined;
}

// Longer than an attempt may take.
const leaseMs = 60_000;
const firstRetryMs = 5_000;
const longestRetryMs = 3_600_000;
// Deliveries keep their order while the first of them is tried this often, which takes ten minutes; then
// the others go past it.
const attemptsInOrder = 8;

/** Takes what is due, of each receiver that nobody else is calling one: the first of its queue. */
export async function claimDeliveries(
  tx: SqlEntityManager,
  { receivers, deliveries, receiver, called = sql`true` }: DeliveryQueue,
  now: Date,
  limit: number,
): Promise<ClaimedDelivery[]> {
  const db = tx.getKysely();
  const receiverId = sql.ref(`d.${receiver}`);
  const first = sql`
    select d.id, d.due_at from ${sql.table(deliveries)} d
    where d.organization_id = w.organization_id and ${receiverId} = w.id and d.state = 'queued'
      and (d.attempts < ${sql.lit(attemptsInOrder)} or d.due_at <= ${now})
    order by d.number limit 1`;
  const busyUntil = new Date(now.getTime() + leaseMs);
  const { rows: free } = await sql<{ organization_id: string; id: string }>`
    select w.organization_id, w.id from ${sql.table(receivers)} w
    cross join lateral (${first}) as d
    where w.enabled and ${called} and (w.busy_until is null or w.busy_until <= ${now})
      and d.due_at <= ${now}
    order by d.due_at limit ${limit}
    for update of w skip locked
  `.execute(db);
  if (free.length === 0) return [];
  // Now that they are locked, each queue is looked at again: another node may just have been there.
  const { rows } = await sql<{
    organization_id: string;
    receiver_id: string;
    id: string;
    payload: string;
    attempts: number;
    created_at: string;
  }>`
    with taken as (
      select w.organization_id, w.id as receiver_id, d.id from ${sql.table(receivers)} w
      cross join lateral (${first}) as d
      where d.due_at <= ${now} and (w.organization_id, w.id) in
        (select organization_id, id from jsonb_to_recordset(${JSON.stringify(free)}::jsonb)
          as f (organization_id uuid, id uuid))
    ),
    busy as (
      update ${sql.table(receivers)} w set busy_until = ${busyUntil}
      from taken t where w.organization_id = t.organization_id and w.id = t.receiver_id
    )
    update ${sql.table(deliveries)} d set attempts = d.attempts + 1
    from taken t
    where d.organization_id = t.organization_id and d.id = t.id
    returning d.organization_id, t.receiver_id, d.id, d.payload, d.attempts, d.created_at
  `.execute(db);
  return rows.map((row) => ({
    organizationId: row.organization_id,
    receiverId: row.receiver_id,
    id: row.id,
    payload: row.payload,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    busyUntil,
  }));
}

/**
 * Records how an attempt ended, and gives the receiver back. After a failure the next attempt is later
 * each time, until there is none. What another attempt has overtaken records nothing.
 */
export async function finishDelivery(
  em: SqlEntityManager,
  { receivers, deliveries, giveUpAfterMs }: DeliveryQueue,
  delivery: ClaimedDelivery,
  { status, error, refused = false }: DeliveryOutcome,
  now: Date,
): Promise<void> {
  const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** (delivery.attempts - 1));
  const due = new Date(now.getTime() + wait);
  const late = due.getTime() > delivery.createdAt.getTime() + giveUpAfterMs;
  const state = error === undefined ? 'delivered' : refused || late ? 'abandoned' : 'queued';
  await sql`
    with finished as (
      update ${sql.table(deliveries)} set state = ${state}, due_at = ${due},
        last_status = ${status ?? null}, last_error = ${error?.slice(0, 500).toWellFormed() ?? null},
        finished_at = ${state === 'queued' ? null : now}
      where organization_id = ${delivery.organizationId} and id = ${delivery.id}
        and state = 'queued' and attempts = ${delivery.attempts}
    )
    update ${sql.table(receivers)} set busy_until = null
    where organization_id = ${delivery.organizationId} and id = ${delivery.receiverId}
      and busy_until = ${delivery.busyUntil}
  `.execute(em.getKysely());
}
