import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Webhook, WebhookDeliveryState } from './entities/webhook.ts';
import { DirectoryError } from './errors.ts';
import { isUuid, type Sql } from './filter-sql.ts';
import { type DirectorySession, demand } from './session.ts';
import { findWebhook, webhookName } from './webhooks.ts';
import { write } from './write.ts';

/** What became of an event on its way to a webhook. */
export interface WebhookDeliveryView {
  /** Also what the receiver knows it by: the header `webhook-id`. */
  id: string;
  event: string;
  state: WebhookDeliveryState;
  attempts: number;
  /** Of the next attempt; null when there is none. */
  dueAt: Date | null;
  /** HTTP status of the last answer; null where there was none. */
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface WebhookDeliveryList {
  deliveries: WebhookDeliveryView[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** The event of a delivery that only tries the webhook. */
export const testEvent = 'webhook.test';

/**
 * Deliveries of a webhook, newest first. Finished ones are forgotten after a month.
 *
 * @throws DirectoryError `not-found`; `invalid-value` for a cursor that is none of ours
 */
export async function listWebhookDeliveries(
  session: DirectorySession,
  webhookId: string,
  {
    limit,
    cursor,
    state,
  }: {
    limit: number;
    /** From the page before. */
    cursor?: string | undefined;
    state?: WebhookDeliveryState | undefined;
  },
): Promise<WebhookDeliveryList> {
  demand(session, 'webhooks:read');
  const webhook = await findWebhook(session, webhookId);
  const older = cursor === undefined ? sql`true` : await olderThan(session, webhook.id, cursor);
  const loaded = await load(
    session,
    sql`webhook_id = ${webhook.id} and ${older}
      and ${state === undefined ? sql`true` : sql`state = ${state}`}
      order by number desc limit ${limit + 1}`,
  );
  const deliveries = loaded.slice(0, limit);
  return {
    deliveries,
    nextCursor: loaded.length > limit ? (deliveries.at(-1)?.id ?? null) : null,
  };
}

// A cursor is the id of the last delivery of the page before.
async function olderThan(session: DirectorySession, webhook: string, cursor: string): Promise<Sql> {
  const [last] = isUuid(cursor)
    ? await load(session, sql`webhook_id = ${webhook} and id = ${cursor}`)
    : [];
  if (last === undefined) {
    throw new DirectoryError('invalid-value', 'This cursor is not one of ours.', {
      field: 'cursor',
    });
  }
  return sql`number < (select number from webhook_delivery
    where organization_id = ${session.organization.id} and id = ${last.id})`;
}

/**
 * Queues an event that only tries the webhook.
 *
 * @throws DirectoryError `not-found`; `conflict` for a disabled one
 */
export async function testWebhook(
  session: DirectorySession,
  webhookId: string,
): Promise<WebhookDeliveryView> {
  demand(session, 'webhooks:write');
  const made = await write(session, async (tx) => {
    const webhook = await findWebhook(tx, webhookId, true);
    if (!webhook.enabled) throw new DirectoryError('conflict', 'The webhook is disabled.');
    const id = uuidv7();
    const { slug } = tx.organization;
    const payload = JSON.stringify({
      type: testEvent,
      timestamp: tx.now.toISOString(),
      organization: { id: tx.organization.id, slug },
      data: {},
    });
    await sql`
      insert into webhook_delivery
        (organization_id, id, webhook_id, event, payload, state, due_at, created_at)
      values (${tx.organization.id}, ${id}, ${webhook.id}, ${testEvent}, ${payload}, 'queued',
        ${tx.now}, ${tx.now})
    `.execute(tx.em.getKysely());
    tx.note({ ...subjectOf(webhook), action: 'webhook.tested' });
    return loadOne(tx, webhook.id, id);
  });
  session.announce();
  return made;
}

/**
 * Delivers once more, at once, whatever became of it. What is older than a day gets this one attempt.
 *
 * @throws DirectoryError `not-found`; `conflict` when the webhook is disabled
 */
export async function retryWebhookDelivery(
  session: DirectorySession,
  webhookId: string,
  id: string,
): Promise<WebhookDeliveryView> {
  demand(session, 'webhooks:write');
  const queued = await write(session, async (tx) => {
    const webhook = await findWebhook(tx, webhookId, true);
    if (!webhook.enabled) throw new DirectoryError('conflict', 'The webhook is disabled.');
    const delivery = await loadOne(tx, webhook.id, id);
    await sql`
      update webhook_delivery set state = 'queued', due_at = ${tx.now}, finished_at = null,
        attempts = case when state = 'queued' then attempts else 0 end
      where organization_id = ${tx.organization.id} and id = ${delivery.id}
    `.execute(tx.em.getKysely());
    tx.note({ ...subjectOf(webhook), action: 'webhook.delivery-retried' });
    return loadOne(tx, webhook.id, delivery.id);
  });
  session.announce();
  return queued;
}

function subjectOf(webhook: Webhook) {
  return { subject: 'webhook', subjectId: webhook.id, name: webhookName(webhook) } as const;
}

/** @throws DirectoryError `not-found` */
async function loadOne(
  session: DirectorySession,
  webhook: string,
  id: string,
): Promise<WebhookDeliveryView> {
  const [delivery] = isUuid(id)
    ? await load(session, sql`webhook_id = ${webhook} and id = ${id}`)
    : [];
  if (delivery === undefined) {
    throw new DirectoryError('not-found', 'There is no such delivery.');
  }
  return delivery;
}

async function load(session: DirectorySession, condition: Sql): Promise<WebhookDeliveryView[]> {
  const { rows } = await sql<{
    id: string;
    event: string;
    state: WebhookDeliveryState;
    attempts: number;
    due_at: string;
    last_status: number | null;
    last_error: string | null;
    created_at: string;
    finished_at: string | null;
  }>`
    select id, event, state, attempts, due_at, last_status, last_error, created_at, finished_at
    from webhook_delivery
    where organization_id = ${session.organization.id} and ${condition}
  `.execute(session.em.getKysely());
  return rows.map((row) => ({
    id: row.id,
    event: row.event,
    state: row.state,
    attempts: row.attempts,
    dueAt: row.state === 'queued' ? new Date(row.due_at) : null,
    lastStatus: row.last_status,
    lastError: row.last_error,
    createdAt: new Date(row.created_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
  }));
}
