import { defineEntity, p } from '@mikro-orm/core';
import type { ActorReference } from '../session.ts';
import type { WebhookPattern } from '../webhook-events.ts';
import { tenantKey } from './tenant-key.ts';

/** Where an organization wants to be told of events. It is the organization's: nobody inherits it. */
const webhookSchema = defineEntity({
  name: 'Webhook',
  comment: 'Where an organization wants to be told of events.',
  properties: {
    ...tenantKey,
    url: p.text(),
    description: p.text(),
    events: p.array<WebhookPattern>().columnType('text[]'),
    secret: p.text().comment('Signs what is sent; encrypted with the key of the instance.'),
    previousSecret: p
      .text()
      .nullable()
      .comment('Signs too until its time is over; encrypted as the secret is.'),
    previousSecretUntil: p.datetime().nullable(),
    enabled: p.boolean(),
    busyUntil: p
      .datetime()
      .nullable()
      .comment('A node is delivering to it; when the node dies, others go on at this time.'),
    createdBy: p.json<ActorReference>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    version: p.integer().default(1),
  },
});

export class Webhook extends webhookSchema.class {}
webhookSchema.setClass(Webhook);

export const webhookDeliveryStates = ['queued', 'delivered', 'abandoned'] as const;
export type WebhookDeliveryState = (typeof webhookDeliveryStates)[number];

/** An event on its way to one webhook. */
const deliverySchema = defineEntity({
  name: 'WebhookDelivery',
  comment: 'An event on its way to one webhook.',
  uniques: [
    {
      name: 'webhook_delivery_change_unique',
      properties: ['organization', 'webhook', 'change'],
    },
  ],
  indexes: [
    { name: 'webhook_delivery_order_index', properties: ['organization', 'webhook', 'number'] },
    {
      name: 'webhook_delivery_queue_index',
      properties: ['organization', 'webhook', 'number'],
      where: "state = 'queued'",
    },
    { name: 'webhook_delivery_finished_index', properties: ['finishedAt'] },
  ],
  properties: {
    ...tenantKey,
    webhook: () =>
      p
        .manyToOne(Webhook)
        .joinColumns('organization_id', 'webhook_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    number: p.bigint('string').autoincrement().comment('Order of delivery.'),
    change: p
      .bigint('string')
      .nullable()
      .comment('Number of the change that it tells; null for a test.'),
    event: p.text(),
    payload: p.text().comment('JSON, byte for byte as it is sent and signed.'),
    state: p.enum(webhookDeliveryStates),
    attempts: p.integer().default(0),
    dueAt: p.datetime().comment('Not before this time; moves on with each failed attempt.'),
    lastStatus: p.integer().nullable().comment('What the receiver answered last.'),
    lastError: p.text().nullable(),
    createdAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
  },
});

export class WebhookDelivery extends deliverySchema.class {}
deliverySchema.setClass(WebhookDelivery);
