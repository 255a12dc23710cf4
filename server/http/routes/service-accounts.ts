import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  createServiceAccount,
  type Directory,
  deleteServiceAccount,
  listServiceAccounts,
  type ServiceAccountView,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { Creator, secretOf, stamp } from './credential-contract.ts';

const ServiceAccount = z
  .object({
    id: z.uuid(),
    name: z
      .string()
      .openapi({ description: "Binds as cn=name,ou=services below the organization's DN." }),
    creator: Creator,
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'To the minute.' }),
  })
  .openapi('ServiceAccount');

const NewServiceAccount = z
  .strictObject({ name: z.string().min(1).max(256) })
  .openapi('NewServiceAccount');

const IssuedServiceAccount = ServiceAccount.extend({
  secret: secretOf('an LDAP bind'),
}).openapi('IssuedServiceAccount');

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });

const list = createRoute({
  method: 'get',
  path: '/service-accounts',
  summary: 'The accounts that legacy applications bind with',
  tags: ['Credentials'],
  responses: {
    200: {
      description: 'Oldest first',
      content: json(z.object({ items: z.array(ServiceAccount) })),
    },
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
  },
});

const create = createRoute({
  method: 'post',
  path: '/service-accounts',
  summary: 'Make a service account for LDAP',
  description:
    'It reads members and groups: nobody grants what they do not hold. The secret is told this once.',
  tags: ['Credentials'],
  request: { body: { required: true, content: json(NewServiceAccount) } },
  responses: {
    201: { description: 'Made', content: json(IssuedServiceAccount) },
    400: problemResponse('A value is not acceptable'),
    401: problemResponse('Not signed in'),
    403: problemResponse('A permission is missing: to write tokens, or one that it carries'),
    409: problemResponse('Another service account has the name'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/service-accounts/{id}',
  summary: 'End a service account, and what is bound with it',
  tags: ['Credentials'],
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    204: { description: 'Ended' },
    400: problemResponse('The id is not one'),
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
    404: problemResponse('There is no such service account'),
  },
});

/** What legacy applications bind with before they search. */
export function serviceAccountRoutes(directory: Pick<Directory, 'passwords'>) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(list, async (c) =>
      c.json({ items: (await listServiceAccounts(c.get('session'))).map(present) }, 200),
    )
    .openapi(create, async (c) => {
      const { secret, ...made } = await createServiceAccount(
        c.get('session'),
        directory,
        c.req.valid('json'),
      );
      return c.json({ ...present(made), secret }, 201);
    })
    .openapi(remove, async (c) => {
      await deleteServiceAccount(c.get('session'), c.req.valid('param').id);
      return c.body(null, 204);
    });
}

function present(account: ServiceAccountView): z.infer<typeof ServiceAccount> {
  return {
    id: account.id,
    name: account.name,
    creator: account.creator,
    createdAt: account.createdAt.toISOString(),
    lastUsedAt: stamp(account.lastUsedAt),
  };
}
