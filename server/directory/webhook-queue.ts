import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { FeedChange } from './changes.ts';
import {
  type ClaimedDelivery,
  claimDeliveries,
  type DeliveryOutcome,
  type DeliveryQueue,
  finishDelivery,
} from './delivery-queue.ts';
import type { Directory } from './directory.ts';
import { WebhookDelivery } from './entities/webhook.ts';
import { readOnce } from './feed-cursor.ts';
import { asksFor, type WebhookPattern, webhookEventOf } from './webhook-events.ts';
import { webhookContext } from './webhooks.ts';

export interface ClaimedWebhookDelivery extends ClaimedDelivery {
  url: string;
  /** Each signs. Empty when the key of the instance is not the one that they were encrypted with. */
  secrets: string[];
}

const queue: DeliveryQueue = {
  receivers: 'webhook',
  deliveries: 'webhook_delivery',
  receiver: 'webhook_id',
  giveUpAfterMs: 24 * 3_600_000,
};

/**
 * Turns the next changes of the feed into deliveries, each change once over all nodes.
 *
 * @returns whether there can be more at once
 */
export async function queueWebhookDeliveries(
  em: SqlEntityManager,
  now: Date,
  limit = 500,
): Promise<boolean> {
  return readOnce(em, 'webhooks', limit, (tx, changes) => insertDeliveries(tx, changes, now));
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

/** Takes what is due, of each webhook that nobody else is calling one. */
export async function claimWebhookDeliveries(
  { entityManager, secrets }: Pick<Directory, 'entityManager' | 'secrets'>,
  now: Date,
  limit: number,
): Promise<ClaimedWebhookDelivery[]> {
  return entityManager().transactional(async (tx) => {
    const claimed = await claimDeliveries(tx, queue, now, limit);
    if (claimed.length === 0) return [];
    const { rows } = await sql<{
      id: string;
      url: string;
      secret: string;
      previous_secret: string | null;
      previous_secret_until: string | null;
    }>`
      select id, url, secret, previous_secret, previous_secret_until from webhook
      where organization_id = any(${claimed.map(({ organizationId }) => organizationId)}::uuid[])
        and id = any(${claimed.map(({ receiverId }) => receiverId)}::uuid[])
    `.execute(tx.getKysely());
    const webhooks = new Map(rows.map((row) => [row.id, row]));
    return claimed.flatMap((delivery) => {
      const webhook = webhooks.get(delivery.receiverId);
      if (webhook === undefined) return [];
      const sealed = [webhook.secret];
      const { previous_secret: previous, previous_secret_until: until } = webhook;
      if (previous !== null && until !== null && new Date(until) > now) sealed.push(previous);
      const context = webhookContext(delivery.organizationId, webhook.id);
      return [
        {
          ...delivery,
          url: webhook.url,
          secrets: sealed
            .map((one) => secrets.open(one, context))
            .filter((one) => one !== undefined),
        },
      ];
    });
  });
}

/** Records how an attempt ended, and gives the webhook back; after a day of failures there is no other. */
export async function finishWebhookDelivery(
  em: SqlEntityManager,
  delivery: ClaimedDelivery,
  outcome: DeliveryOutcome,
  now: Date,
): Promise<void> {
  await finishDelivery(em, queue, delivery, outcome, now);
}

/** How many deliveries wait, of all organizations. */
export async function countQueuedDeliveries(em: SqlEntityManager): Promise<number> {
  return em.count(WebhookDelivery, { state: 'queued' });
}
