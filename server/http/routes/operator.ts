import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Directory, foundOrganization, listOrganizations } from '../../directory/index.ts';
import { authenticateOperator } from '../operator-authentication.ts';
import { problemResponse } from '../problem.ts';
import { originOf } from '../remote-address.ts';
import { refuseInvalid } from '../validation.ts';

const Organization = z
  .object({ id: z.uuid(), slug: z.string(), name: z.string() })
  .openapi('Organization');

const text = z.string().min(1).max(256);

const NewOrganization = z
  .strictObject({
    name: text,
    slug: z.string().min(1).max(63).optional().openapi({
      description: 'Lower-case letters, digits and hyphens; without it, what the name gives.',
    }),
    rootDepartment: text.optional().openapi({
      description: 'Name of the root department; without it, that of the organization.',
    }),
    administrator: z.strictObject({
      username: text,
      displayName: text.optional(),
      email: z.string().min(3).max(320).optional(),
      password: z
        .string()
        .min(8)
        .max(1024)
        .optional()
        .openapi({ description: 'Without it, one is generated.' }),
    }),
  })
  .openapi('NewOrganization');

const FoundedOrganization = z
  .object({
    organization: Organization,
    administrator: z.object({
      id: z.uuid(),
      username: z.string(),
      password: z.string().openapi({ description: 'Told this once.' }),
    }),
  })
  .openapi('FoundedOrganization');

const security = [{ operatorKey: [] }];
const refused = problemResponse('The key is not that of the operator');

const list = createRoute({
  method: 'get',
  path: '/organizations',
  summary: 'Every organization of the instance',
  tags: ['Operator'],
  security,
  responses: {
    200: {
      description: 'In the order of their making',
      content: {
        'application/json': { schema: z.object({ organizations: z.array(Organization) }) },
      },
    },
    401: refused,
  },
});

const create = createRoute({
  method: 'post',
  path: '/organizations',
  summary: 'Found an organization with its initial administrator',
  tags: ['Operator'],
  security,
  request: {
    body: { required: true, content: { 'application/json': { schema: NewOrganization } } },
  },
  responses: {
    201: {
      description: 'Founded',
      content: { 'application/json': { schema: FoundedOrganization } },
    },
    400: problemResponse('A value is not acceptable'),
    401: refused,
    409: problemResponse('The slug, or the administrator, is somebody else'),
  },
});

/** What the operator of the instance does, who belongs to no organization. */
export function operatorRoutes(directory: Directory, operatorKey: string | undefined) {
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.use('/organizations', authenticateOperator(operatorKey));
  return app
    .openapi(list, async (c) => {
      const organizations = await listOrganizations(directory.entityManager());
      return c.json({ organizations }, 200);
    })
    .openapi(create, async (c) => {
      const founded = await foundOrganization(directory, c.req.valid('json'), originOf(c));
      return c.json(founded, 201, { 'cache-control': 'no-store' });
    });
}
