import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  changeDepartment,
  createDepartment,
  type DepartmentNode,
  deleteDepartment,
  departmentTree,
  transferDepartmentMembers,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { entityTag, IfMatch, ifMatch } from '../entity-tag.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const DepartmentNodeBody = z
  .object({
    id: z.uuid(),
    parentId: z.uuid().nullable().openapi({ description: 'Null for the root only.' }),
    name: z.string(),
    position: z.number().int().openapi({ description: 'Order among siblings, from 0 on.' }),
    version: z.number().int().openapi({ description: 'What the ETag carries.' }),
  })
  .openapi('DepartmentNode');

const Department = DepartmentNodeBody.extend({
  memberCount: z.number().int().openapi({ description: 'Members of this very department.' }),
  totalMemberCount: z
    .number()
    .int()
    .openapi({ description: 'With those of all below it, each counted once.' }),
}).openapi('Department');

const name = z.string().min(1).max(256);
const position = z.number().int().min(0).max(100_000).openapi({
  description: 'Among the children of the parent; beyond the last means after the last.',
});

const NewDepartment = z
  .strictObject({
    name,
    parentId: z.uuid().optional().openapi({ description: 'Below this one.' }),
    besideId: z
      .uuid()
      .optional()
      .openapi({ description: 'Or on the same level as this one, next after it.' }),
    position: position.optional(),
  })
  .refine(({ parentId, besideId }) => (parentId === undefined) !== (besideId === undefined), {
    path: ['parentId'],
    error: 'parentId or besideId is needed, not both',
  })
  .refine(({ besideId, position }) => besideId === undefined || position === undefined, {
    path: ['position'],
    error: 'position goes with parentId',
  })
  .openapi('NewDepartment');

const DepartmentChange = z
  .strictObject({
    name: name.optional(),
    parentId: z.uuid().optional(),
    position: position.optional(),
  })
  .openapi('DepartmentChange');

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
  404: problemResponse('There is no such department'),
};

const tree = createRoute({
  method: 'get',
  path: '/departments',
  summary: 'The department tree, depth first, with member counts',
  tags: ['Departments'],
  responses: {
    200: {
      description: 'The tree',
      content: json(z.object({ departments: z.array(Department) })),
    },
    ...refusals,
  },
});

const create = createRoute({
  method: 'post',
  path: '/departments',
  summary: 'Create a department below or beside another',
  tags: ['Departments'],
  request: { body: { required: true, content: json(NewDepartment) } },
  responses: {
    201: { description: 'Made', headers: etag, content: json(DepartmentNodeBody) },
    400: problemResponse('A value is not acceptable'),
    409: problemResponse('A sibling has the name; beside the root; too deep, or one too many'),
    ...refusals,
  },
});

const change = createRoute({
  method: 'patch',
  path: '/departments/{id}',
  summary: 'Rename, move or reorder a department',
  description: 'The name of the root is changed by the initial administrator only.',
  tags: ['Departments'],
  request: {
    params,
    headers: IfMatch,
    body: { required: true, content: json(DepartmentChange) },
  },
  responses: {
    200: { description: 'As it is now', headers: etag, content: json(DepartmentNodeBody) },
    ...refusalsOfOne,
    409: problemResponse('A sibling has the name; the root would move; too deep'),
    412: problemResponse('Changed since it was read'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/departments/{id}',
  summary: 'Delete a department that is empty',
  tags: ['Departments'],
  request: { params, headers: IfMatch },
  responses: {
    204: { description: 'Deleted' },
    ...refusalsOfOne,
    409: problemResponse('It is the root; or `counts` says what stands in the way'),
    412: problemResponse('Changed since it was read'),
  },
});

const transfer = createRoute({
  method: 'post',
  path: '/departments/{id}/transfer',
  summary: 'Bring all members of a department into another one',
  description: 'Members of the departments below it stay where they are.',
  tags: ['Departments'],
  request: {
    params,
    body: { required: true, content: json(z.strictObject({ to: z.uuid() })) },
  },
  responses: {
    200: {
      description: 'How many members left the department',
      content: json(z.object({ moved: z.number().int() })),
    },
    ...refusalsOfOne,
  },
});

/** The department tree. */
export function departmentRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(tree, async (c) =>
      c.json({ departments: await departmentTree(c.get('session')) }, 200),
    )
    .openapi(create, async (c) => {
      const { name, parentId = '', besideId, position } = c.req.valid('json');
      const place = besideId === undefined ? { parentId, position } : { besideId };
      const made = await createDepartment(c.get('session'), { name, ...place });
      return c.json(present(made), 201, { etag: entityTag(made.version) });
    })
    .openapi(change, async (c) => {
      const changed = await changeDepartment(
        c.get('session'),
        c.req.valid('param').id,
        c.req.valid('json'),
        ifMatch(c.req.valid('header')),
      );
      return c.json(present(changed), 200, { etag: entityTag(changed.version) });
    })
    .openapi(remove, async (c) => {
      const condition = ifMatch(c.req.valid('header'));
      await deleteDepartment(c.get('session'), c.req.valid('param').id, condition);
      return c.body(null, 204);
    })
    .openapi(transfer, async (c) => {
      const { id } = c.req.valid('param');
      const moved = await transferDepartmentMembers(c.get('session'), id, c.req.valid('json'));
      return c.json({ moved }, 200);
    });
}

function present({ id, parentId, name, position, version }: DepartmentNode) {
  return { id, parentId, name, position, version };
}
