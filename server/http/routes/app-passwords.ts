import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type AppPasswordView,
  createAppPassword,
  deleteAppPassword,
  deleteOwnAppPassword,
  listAppPasswords,
  listOwnAppPasswords,
} from '../../directory/index.ts';
import { type AuthenticatedEnv, personOf } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { secretOf, stamp } from './credential-contract.ts';

const AppPassword = z
  .object({
    id: z.uuid(),
    name: z.string(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'To the minute.' }),
  })
  .openapi('AppPassword');

const NewAppPassword = z
  .strictObject({
    name: z.string().min(1).max(256).openapi({ description: 'What it is for.' }),
  })
  .openapi('NewAppPassword');

const IssuedAppPassword = AppPassword.extend({
  secret: secretOf('LDAP binds with the DN of its owner').openapi({
    example: 'bcdfg-hjkmn-pqrst-vwxyz-bcdfg',
  }),
}).openapi('IssuedAppPassword');

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
const items = {
  description: 'Oldest first',
  content: json(z.object({ items: z.array(AppPassword) })),
};
const personal = {
  401: problemResponse('Not signed in'),
  403: problemResponse('No person is signed in: an API key speaks for none'),
};
const ofMember = {
  400: problemResponse('The id is not one'),
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
  404: problemResponse('There is no such member or app password'),
};

const listOwn = createRoute({
  method: 'get',
  path: '/me/app-passwords',
  summary: "One's own app passwords",
  tags: ['Me'],
  responses: { 200: items, ...personal },
});

const create = createRoute({
  method: 'post',
  path: '/me/app-passwords',
  summary: 'Make an app password for a legacy application',
  description:
    'It opens LDAP binds in this organization and nothing else, until it is deleted or its owner disabled. The secret is told this once.',
  tags: ['Me'],
  request: { body: { required: true, content: json(NewAppPassword) } },
  responses: {
    201: { description: 'Made', content: json(IssuedAppPassword) },
    400: problemResponse('The name is not acceptable'),
    ...personal,
    409: problemResponse('There are too many'),
  },
});

const removeOwn = createRoute({
  method: 'delete',
  path: '/me/app-passwords/{id}',
  summary: "End one of one's own app passwords, and what is bound with it",
  tags: ['Me'],
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    204: { description: 'Ended' },
    400: problemResponse('The id is not one'),
    ...personal,
    404: problemResponse('There is no such app password'),
  },
});

const list = createRoute({
  method: 'get',
  path: '/members/{id}/app-passwords',
  summary: "A member's app passwords",
  tags: ['Members'],
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: items, ...ofMember },
});

const remove = createRoute({
  method: 'delete',
  path: '/members/{id}/app-passwords/{appPasswordId}',
  summary: "End a member's app password, and what is bound with it",
  tags: ['Members'],
  request: { params: z.object({ id: z.uuid(), appPasswordId: z.uuid() }) },
  responses: { 204: { description: 'Ended' }, ...ofMember },
});

/** What members let legacy applications bind with, for themselves and for their administrators. */
export function appPasswordRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(listOwn, async (c) => {
      const own = await listOwnAppPasswords(personOf(c).session);
      return c.json({ items: own.map(present) }, 200);
    })
    .openapi(create, async (c) => {
      const { session } = personOf(c);
      const { secret, ...made } = await createAppPassword(session, c.req.valid('json'));
      return c.json({ ...present(made), secret }, 201);
    })
    .openapi(removeOwn, async (c) => {
      await deleteOwnAppPassword(personOf(c).session, c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(list, async (c) => {
      const found = await listAppPasswords(c.get('session'), c.req.valid('param').id);
      return c.json({ items: found.map(present) }, 200);
    })
    .openapi(remove, async (c) => {
      const { id, appPasswordId } = c.req.valid('param');
      await deleteAppPassword(c.get('session'), id, appPasswordId);
      return c.body(null, 204);
    });
}

function present(password: AppPasswordView): z.infer<typeof AppPassword> {
  return {
    id: password.id,
    name: password.name,
    createdAt: password.createdAt.toISOString(),
    lastUsedAt: stamp(password.lastUsedAt),
  };
}
