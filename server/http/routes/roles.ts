import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  builtInRoles,
  changeRole,
  createRole,
  deleteRole,
  getRole,
  listPermissions,
  listRoles,
  permissions,
  type RoleView,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { entityTag, IfMatch, ifMatch } from '../entity-tag.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const Permission = z.enum(permissions);
const builtIns = Object.keys(builtInRoles) as (keyof typeof builtInRoles)[];

const Role = z
  .object({
    id: z.uuid(),
    name: z.string(),
    builtIn: z.enum(builtIns).nullable().openapi({ description: 'Null for a custom role.' }),
    permissions: z.array(Permission),
    memberCount: z.number().int().openapi({ description: 'How many members hold it.' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.number().int().openapi({ description: 'What the ETag carries.' }),
  })
  .openapi('Role');

const name = z.string().min(1).max(256);
const NewRole = z.strictObject({ name, permissions: z.array(Permission) }).openapi('NewRole');
const RoleChange = z
  .strictObject({ name: name.optional(), permissions: z.array(Permission).optional() })
  .openapi('RoleChange');

const PermissionDescription = z
  .object({ permission: Permission, description: z.string() })
  .openapi('PermissionDescription');

const params = z.object({ id: z.uuid() });
const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
const etag = z.object({ etag: z.string() });
const answer = (description: string) => ({ description, headers: etag, content: json(Role) });

const refusals = {
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};
const refusalsOfOne = {
  400: problemResponse('A value is not acceptable'),
  401: problemResponse('Not signed in'),
  403: problemResponse('A permission is missing: to write roles, or one that the role has'),
  404: problemResponse('There is no such role'),
};

const catalogue = createRoute({
  method: 'get',
  path: '/permissions',
  summary: 'Every permission that a role can have',
  tags: ['Roles'],
  responses: {
    200: {
      description: 'In the order in which people see them',
      content: json(z.object({ permissions: z.array(PermissionDescription) })),
    },
    ...refusals,
  },
});

const list = createRoute({
  method: 'get',
  path: '/roles',
  summary: 'The roles',
  tags: ['Roles'],
  responses: {
    200: {
      description: 'The built-in ones first',
      content: json(z.object({ roles: z.array(Role) })),
    },
    ...refusals,
  },
});

const create = createRoute({
  method: 'post',
  path: '/roles',
  summary: 'Create a role',
  description: 'Nobody grants what they do not hold.',
  tags: ['Roles'],
  request: { body: { required: true, content: json(NewRole) } },
  responses: {
    201: answer('Made'),
    400: problemResponse('A value is not acceptable'),
    401: problemResponse('Not signed in'),
    403: problemResponse('A permission is missing: to write roles, or one that it shall have'),
    409: problemResponse('Another role has the name'),
  },
});

const read = createRoute({
  method: 'get',
  path: '/roles/{id}',
  summary: 'One role',
  tags: ['Roles'],
  request: { params },
  responses: { 200: answer('The role'), ...refusalsOfOne },
});

const change = createRoute({
  method: 'patch',
  path: '/roles/{id}',
  summary: 'Rename a custom role or change what it allows',
  tags: ['Roles'],
  request: { params, headers: IfMatch, body: { required: true, content: json(RoleChange) } },
  responses: {
    200: answer('As it is now'),
    ...refusalsOfOne,
    409: problemResponse('Another role has the name; or it is built in'),
    412: problemResponse('Changed since it was read'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/roles/{id}',
  summary: 'Delete a custom role that nobody holds',
  tags: ['Roles'],
  request: { params, headers: IfMatch },
  responses: {
    204: { description: 'Deleted' },
    ...refusalsOfOne,
    409: problemResponse('It is built in; or `counts` says how many members hold it'),
    412: problemResponse('Changed since it was read'),
  },
});

/** Roles, and the permissions that they are made of. */
export function roleRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(catalogue, (c) => c.json({ permissions: listPermissions(c.get('session')) }, 200))
    .openapi(list, async (c) => {
      const roles = await listRoles(c.get('session'));
      return c.json({ roles: roles.map(present) }, 200);
    })
    .openapi(create, async (c) => {
      const made = await createRole(c.get('session'), c.req.valid('json'));
      return c.json(present(made), 201, { etag: entityTag(made.version) });
    })
    .openapi(read, async (c) => {
      const role = await getRole(c.get('session'), c.req.valid('param').id);
      return c.json(present(role), 200, { etag: entityTag(role.version) });
    })
    .openapi(change, async (c) => {
      const changed = await changeRole(
        c.get('session'),
        c.req.valid('param').id,
        c.req.valid('json'),
        ifMatch(c.req.valid('header')),
      );
      return c.json(present(changed), 200, { etag: entityTag(changed.version) });
    })
    .openapi(remove, async (c) => {
      const condition = ifMatch(c.req.valid('header'));
      await deleteRole(c.get('session'), c.req.valid('param').id, condition);
      return c.body(null, 204);
    });
}

function present(role: RoleView): z.infer<typeof Role> {
  return {
    id: role.id,
    name: role.name,
    builtIn: role.builtIn,
    permissions: role.permissions,
    memberCount: role.memberCount,
    createdAt: role.createdAt.toISOString(),
    updatedAt: role.updatedAt.toISOString(),
    version: role.version,
  };
}
