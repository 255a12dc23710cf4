import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type ApiKeyView,
  createApiKey,
  deleteApiKey,
  listApiKeys,
  permissions,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { Creator, ExpiresAt, expiryOf, secretOf, stamp } from './credential-contract.ts';

const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    permissions: z.array(z.enum(permissions)),
    creator: Creator,
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'To the minute.' }),
  })
  .openapi('ApiKey');

const NewApiKey = z
  .strictObject({
    name: z.string().min(1).max(256),
    permissions: z.array(z.enum(permissions)),
    expiresAt: ExpiresAt,
  })
  .openapi('NewApiKey');

const IssuedApiKey = ApiKey.extend({ secret: secretOf('Authorization: Bearer') }).openapi(
  'IssuedApiKey',
);

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });

const list = createRoute({
  method: 'get',
  path: '/api-keys',
  summary: 'The API keys',
  tags: ['Credentials'],
  responses: {
    200: { description: 'Oldest first', content: json(z.object({ items: z.array(ApiKey) })) },
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
  },
});

const create = createRoute({
  method: 'post',
  path: '/api-keys',
  summary: 'Make an API key',
  description: 'Nobody grants what they do not hold. The secret is told this once.',
  tags: ['Credentials'],
  request: { body: { required: true, content: json(NewApiKey) } },
  responses: {
    201: { description: 'Made', content: json(IssuedApiKey) },
    400: problemResponse('A value is not acceptable'),
    401: problemResponse('Not signed in'),
    403: problemResponse('A permission is missing: to write tokens, or one that it shall have'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/api-keys/{id}',
  summary: 'End an API key, with the widget tokens that it minted',
  tags: ['Credentials'],
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    204: { description: 'Ended' },
    400: problemResponse('The id is not one'),
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
    404: problemResponse('There is no such API key'),
  },
});

/** What products' back ends call this API with. */
export function apiKeyRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(list, async (c) =>
      c.json({ items: (await listApiKeys(c.get('session'))).map(present) }, 200),
    )
    .openapi(create, async (c) => {
      const { expiresAt, ...wanted } = c.req.valid('json');
      const { secret, ...made } = await createApiKey(c.get('session'), {
        ...wanted,
        expiresAt: expiryOf(expiresAt),
      });
      return c.json({ ...present(made), secret }, 201);
    })
    .openapi(remove, async (c) => {
      await deleteApiKey(c.get('session'), c.req.valid('param').id);
      return c.body(null, 204);
    });
}

function present(key: ApiKeyView): z.infer<typeof ApiKey> {
  return {
    id: key.id,
    name: key.name,
    permissions: key.permissions,
    creator: key.creator,
    createdAt: key.createdAt.toISOString(),
    expiresAt: stamp(key.expiresAt),
    lastUsedAt: stamp(key.lastUsedAt),
  };
}
