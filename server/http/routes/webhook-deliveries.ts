import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  listWebhookDeliveries,
  retryWebhookDelivery,
  testWebhook,
  type WebhookDeliveryView,
  webhookDeliveryStates,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const Delivery = z
  .object({
    id: z.uuid().openapi({ description: 'Also the header `webhook-id`.' }),
    event: z.string().openapi({ example: 'member.created' }),
    state: z.enum(webhookDeliveryStates),
    attempts: z.number().int(),
    dueAt: z.iso.datetime().nullable().openapi({ description: 'Of the next attempt.' }),
    lastStatus: z.number().int().nullable().openapi({ description: 'Of the last answer.' }),
    lastError: z.string().nullable(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('WebhookDelivery');

const params = z.object({ id: z.uuid() });
const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });

const refusals = {
  400: problemResponse('A value is not acceptable'),
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
  404: problemResponse('There is no such webhook or delivery'),
};

const list = createRoute({
  method: 'get',
  path: '/webhooks/{id}/deliveries',
  summary: 'What became of what a webhook was to be told',
  description: 'Finished deliveries are forgotten after a month.',
  tags: ['Webhooks'],
  request: {
    params,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(100).optional(),
      state: z.enum(webhookDeliveryStates).optional(),
    }),
  },
  responses: {
    200: {
      description: 'Newest first',
      content: json(z.object({ deliveries: z.array(Delivery), nextCursor: z.string().nullable() })),
    },
    ...refusals,
  },
});

const test = createRoute({
  method: 'post',
  path: '/webhooks/{id}/test',
  summary: 'Send the event `webhook.test` to a webhook',
  tags: ['Webhooks'],
  request: { params },
  responses: {
    202: { description: 'Queued', content: json(Delivery) },
    ...refusals,
    409: problemResponse('The webhook is disabled'),
  },
});

const retry = createRoute({
  method: 'post',
  path: '/webhooks/{id}/deliveries/{deliveryId}/retry',
  summary: 'Deliver once more, at once',
  tags: ['Webhooks'],
  request: { params: params.extend({ deliveryId: z.uuid() }) },
  responses: {
    202: { description: 'Queued', content: json(Delivery) },
    ...refusals,
    409: problemResponse('The webhook is disabled'),
  },
});

/** What became of the deliveries of a webhook. */
export function webhookDeliveryRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(list, async (c) => {
      const { deliveries, nextCursor } = await listWebhookDeliveries(
        c.get('session'),
        c.req.valid('param').id,
        c.req.valid('query'),
      );
      return c.json({ deliveries: deliveries.map(present), nextCursor }, 200);
    })
    .openapi(test, async (c) => {
      const queued = await testWebhook(c.get('session'), c.req.valid('param').id);
      return c.json(present(queued), 202);
    })
    .openapi(retry, async (c) => {
      const { id, deliveryId } = c.req.valid('param');
      return c.json(present(await retryWebhookDelivery(c.get('session'), id, deliveryId)), 202);
    });
}

function present(delivery: WebhookDeliveryView): z.infer<typeof Delivery> {
  return {
    id: delivery.id,
    event: delivery.event,
    state: delivery.state,
    attempts: delivery.attempts,
    dueAt: delivery.dueAt?.toISOString() ?? null,
    lastStatus: delivery.lastStatus,
    lastError: delivery.lastError,
    createdAt: delivery.createdAt.toISOString(),
    finishedAt: delivery.finishedAt?.toISOString() ?? null,
  };
}
