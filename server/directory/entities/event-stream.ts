import { defineEntity, p } from '@mikro-orm/core';
import type { SecurityEventUri } from '../security-event-uris.ts';
import type { ActorReference } from '../session.ts';
import { tenantKey } from './tenant-key.ts';
import { webhookDeliveryStates } from './webhook.ts';

export const eventStreamMethods = ['push', 'poll'] as const;
export type EventStreamMethod = (typeof eventStreamMethods)[number];

/** A receiver of signed security events. It is the organization's: nobody inherits it. */
const streamSchema = defineEntity({
  name: 'EventStream',
  comment:
    'A receiver of signed security events (RFC 8935 where it is pushed to, RFC 8936 where it polls).',
  properties: {
    ...tenantKey,
    method: p.enum(eventStreamMethods),
    url: p.text().nullable().comment('Where it is pushed to.'),
    token: p
      .text()
      .nullable()
      .comment('What it is pushed to with; encrypted with the key of the instance.'),
    secretHash: p
      .text()
      .nullable()
      .unique('event_stream_secret_unique')
      .comment('SHA-256 of what it polls with.'),
    audience: p.text(),
    events: p.array<SecurityEventUri>().columnType('text[]'),
    description: p.text(),
    enabled: p.boolean(),
    busyUntil: p
      .datetime()
      .nullable()
      .comment('A node is pushing to it; when the node dies, others go on at this time.'),
    createdBy: p.json<ActorReference>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    version: p.integer().default(1),
  },
});

export class EventStream extends streamSchema.class {}
streamSchema.setClass(EventStream);

/** A security event on its way to one stream. */
const eventSchema = defineEntity({
  name: 'SecurityEvent',
  comment: 'A security event on its way to one stream.',
  uniques: [
    { name: 'security_event_change_unique', properties: ['organization', 'stream', 'change'] },
  ],
  indexes: [
    { name: 'security_event_order_index', properties: ['organization', 'stream', 'number'] },
    {
      name: 'security_event_queue_index',
      properties: ['organization', 'stream', 'number'],
      where: "state = 'queued'",
    },
    {
      name: 'security_event_error_index',
      properties: ['organization', 'stream', 'number'],
      where: 'last_error is not null',
    },
    { name: 'security_event_age_index', properties: ['createdAt'] },
  ],
  properties: {
    organization: tenantKey.organization,
    id: p.uuid().primary().comment('Its jti.'),
    stream: () =>
      p
        .manyToOne(EventStream)
        .joinColumns('organization_id', 'stream_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    number: p.bigint('string').autoincrement().comment('Order of delivery.'),
    change: p.bigint('string').comment('Number of the change that it tells.'),
    payload: p.text().comment('Its claims (RFC 8417), which are signed when they are sent.'),
    state: p.enum(webhookDeliveryStates),
    attempts: p.integer().default(0),
    dueAt: p.datetime().comment('Not pushed before this time; moves on with each failed attempt.'),
    lastStatus: p.integer().nullable().comment('What the receiver answered last.'),
    lastError: p.text().nullable(),
    createdAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
  },
});

export class SecurityEvent extends eventSchema.class {}
eventSchema.setClass(SecurityEvent);
