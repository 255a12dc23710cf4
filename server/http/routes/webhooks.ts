import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  changeWebhook,
  createWebhook,
  type Directory,
  deleteWebhook,
  listWebhooks,
  rotateWebhookSecret,
  type WebhookPolicy,
  type WebhookView,
  webhookPatterns,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { entityTag, IfMatch, ifMatch } from '../entity-tag.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const Webhook = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string(),
    events: z.array(z.enum(webhookPatterns)),
    enabled: z.boolean(),
    previousSecretUntil: z.iso.datetime().nullable().openapi({
      description: 'Until then the secret before the last rotation signs too.',
    }),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.number().int().openapi({ description: 'What the ETag carries.' }),
  })
  .openapi('Webhook');

const WebhookWithSecret = Webhook.extend({
  secret: z.string().openapi({ description: 'Told this once.', example: 'whsec_…' }),
}).openapi('WebhookWithSecret');

const url = z.string().max(2048).openapi({ example: 'https://product.example/roster-events' });
const description = z.string().max(256);
const events = z.array(z.enum(webhookPatterns)).min(1);
const NewWebhook = z
  .strictObject({
    url,
    description: description.default(''),
    events,
    enabled: z.boolean().default(true),
  })
  .openapi('NewWebhook');
const WebhookChange = z
  .strictObject({
    url: url.optional(),
    description: description.optional(),
    events: events.optional(),
    enabled: z.boolean().optional(),
  })
  .openapi('WebhookChange');

const params = z.object({ id: z.uuid() });
const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
const etag = z.object({ etag: z.string() });

const refusals = {
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};
const refusalsOfOne = {
  ...refusals,
  400: problemResponse('A value is not acceptable'),
  404: problemResponse('There is no such webhook'),
};

const list = createRoute({
  method: 'get',
  path: '/webhooks',
  summary: 'The webhooks',
  tags: ['Webhooks'],
  responses: {
    200: {
      description: 'Oldest first',
      content: json(z.object({ webhooks: z.array(Webhook) })),
    },
    ...refusals,
  },
});

const create = createRoute({
  method: 'post',
  path: '/webhooks',
  summary: 'Create a webhook',
  description: 'Messages follow the Standard Webhooks specification; the secret signs them.',
  tags: ['Webhooks'],
  request: { body: { required: true, content: json(NewWebhook) } },
  responses: {
    201: { description: 'Made', headers: etag, content: json(WebhookWithSecret) },
    ...refusals,
    400: problemResponse('A value is not acceptable; the URL must be https and public'),
    409: problemResponse('One webhook too many'),
  },
});

const change = createRoute({
  method: 'patch',
  path: '/webhooks/{id}',
  summary: 'Change, disable or enable a webhook',
  tags: ['Webhooks'],
  request: { params, headers: IfMatch, body: { required: true, content: json(WebhookChange) } },
  responses: {
    200: { description: 'As it is now', headers: etag, content: json(Webhook) },
    ...refusalsOfOne,
    412: problemResponse('Changed since it was read'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/webhooks/{id}',
  summary: 'Delete a webhook with all that was on its way to it',
  tags: ['Webhooks'],
  request: { params, headers: IfMatch },
  responses: {
    204: { description: 'Deleted' },
    ...refusalsOfOne,
    412: problemResponse('Changed since it was read'),
  },
});

const rotate = createRoute({
  method: 'post',
  path: '/webhooks/{id}/rotate',
  summary: 'Give a webhook a new secret',
  description: 'For 24 hours the one before signs too.',
  tags: ['Webhooks'],
  request: { params },
  responses: {
    200: {
      description: 'As it is now, with its new secret',
      headers: etag,
      content: json(WebhookWithSecret),
    },
    ...refusalsOfOne,
  },
});

/** Webhooks, without what became of their deliveries. */
export function webhookRoutes(directory: Directory, policy: WebhookPolicy) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(list, async (c) => {
      const webhooks = await listWebhooks(c.get('session'));
      return c.json({ webhooks: webhooks.map(present) }, 200);
    })
    .openapi(create, async (c) => {
      const made = await createWebhook(c.get('session'), directory, c.req.valid('json'), policy);
      return c.json({ ...present(made), secret: made.secret }, 201, {
        etag: entityTag(made.version),
      });
    })
    .openapi(change, async (c) => {
      const changed = await changeWebhook(
        c.get('session'),
        c.req.valid('param').id,
        c.req.valid('json'),
        policy,
        ifMatch(c.req.valid('header')),
      );
      return c.json(present(changed), 200, { etag: entityTag(changed.version) });
    })
    .openapi(remove, async (c) => {
      const condition = ifMatch(c.req.valid('header'));
      await deleteWebhook(c.get('session'), c.req.valid('param').id, condition);
      return c.body(null, 204);
    })
    .openapi(rotate, async (c) => {
      const { id } = c.req.valid('param');
      const rotated = await rotateWebhookSecret(c.get('session'), directory, id);
      return c.json({ ...present(rotated), secret: rotated.secret }, 200, {
        etag: entityTag(rotated.version),
      });
    });
}

function present(webhook: WebhookView): z.infer<typeof Webhook> {
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    events: webhook.events,
    enabled: webhook.enabled,
    previousSecretUntil: webhook.previousSecretUntil?.toISOString() ?? null,
    createdBy: webhook.createdBy.name,
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
    version: webhook.version,
  };
}
