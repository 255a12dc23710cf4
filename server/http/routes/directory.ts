import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { departmentTree } from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const refusals = {
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};

const Organization = z
  .object({ id: z.uuid(), slug: z.string(), name: z.string() })
  .openapi('Organization');

const Department = z
  .object({
    id: z.uuid(),
    parentId: z.uuid().nullable().openapi({ description: 'Null for the root only.' }),
    name: z.string(),
    position: z.number().int().openapi({ description: 'Order among siblings, ascending.' }),
    memberCount: z.number().int().openapi({ description: 'Members of this very department.' }),
    totalMemberCount: z.number().int().openapi({ description: 'With those of all below it.' }),
  })
  .openapi('Department');

const organization = createRoute({
  method: 'get',
  path: '/organization',
  summary: 'The organization of the caller',
  tags: ['Organization'],
  responses: {
    200: {
      description: 'The organization',
      content: { 'application/json': { schema: Organization } },
    },
    ...refusals,
  },
});

const departments = createRoute({
  method: 'get',
  path: '/departments',
  summary: 'The department tree, depth first, with member counts',
  tags: ['Departments'],
  responses: {
    200: {
      description: 'The tree',
      content: { 'application/json': { schema: z.object({ departments: z.array(Department) }) } },
    },
    ...refusals,
  },
});

/** The organization and its departments. */
export function directoryRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(organization, (c) => c.json(c.get('session').organization, 200))
    .openapi(departments, async (c) =>
      c.json({ departments: await departmentTree(c.get('session')) }, 200),
    );
}
