import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { currentPosition, readChanges } from './change-feed.ts';
import type { FeedChange } from './changes.ts';
import type { Directory } from './directory.ts';
import { WebhookDelivery } from './entities/webhook.ts';
import { asksFor, type WebhookPattern, webhookEventOf } from './webhook-events.ts';
import { webhookContext } from './webhooks.ts';

/** A delivery that a worker has taken, and with it the webhook: nobody else calls it meanwhile. */
export interface ClaimedDelivery {
  organizationId: string;
  webhookId: string;
  id: string;
  url: string;
  /** Each signs. Empty when the key of the instance is not the one that they were encrypted with. */
  secrets: string[];
  payload: string;
  /** Of this delivery, with this one. */
  attempts: number;
  createdAt: Date;
  /** The webhook is the worker's until then. */
  busyUntil: Date;
}

/** How an attempt ended: with the status of an answer, with a failure, or with both. */
export interface DeliveryOutcome {
  status?: number | undefined;
  /** Undefined: it was delivered. */
  error?: string | undefined;
}

// Longer than an attempt may take.
const leaseMs = 60_000;
const firstRetryMs = 5_000;
const longestRetryMs = 3_600_000;
const giveUpAfterMs = 24 * 3_600_000;
// Events keep their order while the first of them is tried this often, which takes ten minutes; then the
// others go past it.
const attemptsInOrder = 8;
const reader = 'webhooks';

/**
 * Turns the next changes of the feed into deliveries, each change once over all nodes: how far they are
 * is a row that one node holds at a time, and it moves on in the transaction that queues them.
 *
 * @returns whether there can be more at once
 */
export async function queueWebhookDeliveries(
  em: SqlEntityManager,
  now: Date,
  limit = 500,
): Promise<boolean> {
  if (!(await hasNews(em))) return false;
  return em.transactional(async (tx) => {
    const db = tx.getKysely();
    const { rows } = await sql<{ transaction: string; id: string; ahead: boolean }>`
      select transaction::text, change::text as id,
        transaction >= pg_snapshot_xmax(pg_current_snapshot()) as ahead
      from feed_cursor where reader = ${reader}
      for update skip locked
    `.execute(db);
    const [cursor] = rows;
    if (cursor === undefined) return false;
    // A copy of the database that was restored into another counts its transactions anew.
    const after = cursor.ahead ? await currentPosition(tx) : cursor;
    const { changes, position } = await readChanges(tx, after, limit);
    await insertDeliveries(tx, changes, now);
    await sql`
      update feed_cursor set transaction = ${position.transaction}::xid8, change = ${position.id}
      where reader = ${reader}
    `.execute(db);
    return changes.length === limit;
  });
}

// Asked without a lock, which would be a write each time.
async function hasNews(em: SqlEntityManager): Promise<boolean> {
  const { rows } = await sql<{ news: boolean }>`
    select f.transaction >= pg_snapshot_xmax(pg_current_snapshot()) or exists (
      select 1 from change c where (c.transaction, c.id) > (f.transaction, f.change)
        and c.transaction < pg_snapshot_xmin(pg_current_snapshot())
    ) as news
    from feed_cursor f where f.reader = ${reader}
  `.execute(em.getKysely());
  return rows[0]?.news ?? false;
}

async function insertDeliveries(
  em: SqlEntityManager,
  changes: readonly FeedChange[],
  now: Date,
): Promise<void> {
  const db = em.getKysely();
  const organizations = [...new Set(changes.map(({ organizationId }) => organizationId))];
  const { rows: webhooks } = await sql<{
    organization_id: string;
    slug: string;
    id: string;
    events: WebhookPattern[];
    created_at: string;
  }>`
    select w.organization_id, o.slug, w.id, w.events, w.created_at
    from webhook w join organization o on o.id = w.organization_id
    where w.enabled and w.organization_id = any(${organizations}::uuid[])
  `.execute(db);
  const deliveries = changes.flatMap((change) => {
    const event = webhookEventOf(change);
    if (event === undefined) return [];
    return webhooks
      .filter(
        ({ organization_id, events, created_at }) =>
          organization_id === change.organizationId &&
          asksFor(events, event) &&
          new Date(created_at) <= change.at,
      )
      .map((webhook) => ({
        organization_id: webhook.organization_id,
        webhook_id: webhook.id,
        id: uuidv7(),
        change: change.position.id,
        event,
        payload: JSON.stringify({
          type: event,
          timestamp: change.at.toISOString(),
          organization: { id: change.organizationId, slug: webhook.slug },
          data: {
            id: change.subjectId,
            ...(change.heirId === undefined ? {} : { heirId: change.heirId }),
          },
        }),
      }));
  });
  if (deliveries.length === 0) return;
  await sql`
    insert into webhook_delivery
      (organization_id, id, webhook_id, change, event, payload, state, due_at, created_at)
    select d.organization_id, d.id, d.webhook_id, d.change, d.event, d.payload, 'queued',
      ${now}::timestamptz, ${now}::timestamptz
    from rows from (jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb)
      as (organization_id uuid, id uuid, webhook_id uuid, change bigint, event text, payload text))
      with ordinality as d (organization_id, id, webhook_id, change, event, payload, place)
    order by d.place
    -- A copy of the database that was restored into another can come to a change twice.
    on conflict (organization_id, webhook_id, change) do nothing
  `.execute(db);
}

/** Takes what is due, of each webhook that nobody else is calling one: the first of its queue. */
export async function claimWebhookDeliveries(
  { entityManager, secrets }: Pick<Directory, 'entityManager' | 'secrets'>,
  now: Date,
  limit: number,
): Promise<ClaimedDelivery[]> {
  const first = sql`
    select d.id, d.due_at from webhook_delivery d
    where d.organization_id = w.organization_id and d.webhook_id = w.id and d.state = 'queued'
      and (d.attempts < ${sql.lit(attemptsInOrder)} or d.due_at <= ${now})
    order by d.number limit 1`;
  const busyUntil = new Date(now.getTime() + leaseMs);
  return entityManager().transactional(async (tx) => {
    const db = tx.getKysely();
    const { rows: free } = await sql<{ organization_id: string; id: string }>`
      select w.organization_id, w.id from webhook w
      cross join lateral (${first}) as d
      where w.enabled and (w.busy_until is null or w.busy_until <= ${now}) and d.due_at <= ${now}
      order by d.due_at limit ${limit}
      for update of w skip locked
    `.execute(db);
    if (free.length === 0) return [];
    // Now that they are locked, each queue is looked at again: another node may just have been there.
    const { rows } = await sql<{
      organization_id: string;
      webhook_id: string;
      id: string;
      url: string;
      secret: string;
      previous_secret: string | null;
      previous_secret_until: string | null;
      payload: string;
      attempts: number;
      created_at: string;
    }>`
      with taken as (
        select w.organization_id, w.id as webhook_id, d.id from webhook w
        cross join lateral (${first}) as d
        where d.due_at <= ${now} and (w.organization_id, w.id) in
          (select organization_id, id from jsonb_to_recordset(${JSON.stringify(free)}::jsonb)
            as f (organization_id uuid, id uuid))
      ),
      busy as (
        update webhook w set busy_until = ${busyUntil}
        from taken t where w.organization_id = t.organization_id and w.id = t.webhook_id
        returning w.*
      )
      update webhook_delivery d set attempts = d.attempts + 1
      from taken t join busy w on w.organization_id = t.organization_id and w.id = t.webhook_id
      where d.organization_id = t.organization_id and d.id = t.id
      returning d.organization_id, d.webhook_id, d.id, w.url, w.secret, w.previous_secret,
        w.previous_secret_until, d.payload, d.attempts, d.created_at
    `.execute(db);
    return rows.map((row) => {
      const sealed = [row.secret];
      const { previous_secret: previous, previous_secret_until: until } = row;
      if (previous !== null && until !== null && new Date(until) > now) sealed.push(previous);
      const context = webhookContext(row.organization_id, row.webhook_id);
      return {
        organizationId: row.organization_id,
        webhookId: row.webhook_id,
        id: row.id,
        url: row.url,
        secrets: sealed.map((one) => secrets.open(one, context)).filter((one) => one !== undefined),
        payload: row.payload,
        attempts: row.attempts,
        createdAt: new Date(row.created_at),
        busyUntil,
      };
    });
  });
}

/**
 * Records how an attempt ended, and gives the webhook back. After a failure the next attempt is later each
 * time, and after a day there is none. What another attempt has overtaken records nothing.
 */
export async function finishWebhookDelivery(
  em: SqlEntityManager,
  delivery: ClaimedDelivery,
  { status, error }: DeliveryOutcome,
  now: Date,
): Promise<void> {
  const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** (delivery.attempts - 1));
  const due = new Date(now.getTime() + wait);
  const late = due.getTime() > delivery.createdAt.getTime() + giveUpAfterMs;
  const state = error === undefined ? 'delivered' : late ? 'abandoned' : 'queued';
  await sql`
    with finished as (
      update webhook_delivery set state = ${state}, due_at = ${due}, last_status = ${status ?? null},
        last_error = ${error?.slice(0, 500) ?? null},
        finished_at = ${state === 'queued' ? null : now}
      where organization_id = ${delivery.organizationId} and id = ${delivery.id}
        and state = 'queued' and attempts = ${delivery.attempts}
    )
    update webhook set busy_until = null
    where organization_id = ${delivery.organizationId} and id = ${delivery.webhookId}
      and busy_until = ${delivery.busyUntil}
  `.execute(em.getKysely());
}

/** How many deliveries wait, of all organizations. */
export async function countQueuedDeliveries(em: SqlEntityManager): Promise<number> {
  return em.count(WebhookDelivery, { state: 'queued' });
}
