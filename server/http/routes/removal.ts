import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { previewRemoval, removeMember } from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { IfMatch, ifMatch } from '../entity-tag.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { MemberId } from './members.ts';

const Held = z
  .object({
    count: z.number().int(),
    names: z.array(z.string()).openapi({ description: 'Of the first few.' }),
  })
  .openapi('HeldThings');

const Preview = z
  .object({
    handsOver: z.boolean().openapi({ description: 'False for a pending member.' }),
    defaultHeir: z
      .object({ id: z.uuid(), name: z.string() })
      .nullable()
      .openapi({ description: 'Who takes over where nobody is named.' }),
    holdings: z.object({
      directReports: Held,
      invitations: Held,
      apiKeys: Held,
      serviceAccounts: Held,
    }),
  })
  .openapi('RemovalPreview');

const refusals = {
  400: problemResponse('A parameter is not acceptable; the heir is not an enabled member'),
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
  404: problemResponse('There is no such member'),
};

const preview = createRoute({
  method: 'get',
  path: '/members/{id}/removal',
  summary: 'What the removal of a member would hand over',
  tags: ['Members'],
  request: { params: MemberId },
  responses: {
    200: {
      description: 'Nothing is done yet',
      content: { 'application/json': { schema: Preview } },
    },
    ...refusals,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/members/{id}',
  summary: 'Remove a member; an heir takes over what it holds',
  tags: ['Members'],
  request: {
    params: MemberId,
    headers: IfMatch,
    query: z.object({
      heir: z.uuid().optional().openapi({ description: 'An enabled member.' }),
    }),
  },
  responses: {
    204: { description: 'Removed; the account stays' },
    ...refusals,
    409: problemResponse('The member has to stay'),
    412: problemResponse('The member was changed since it was read'),
  },
});

/** Taking a member out of the organization. */
export function removalRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(preview, async (c) =>
      c.json(await previewRemoval(c.get('session'), c.req.valid('param').id), 200),
    )
    .openapi(remove, async (c) => {
      const { heir } = c.req.valid('query');
      const condition = ifMatch(c.req.valid('header'));
      await removeMember(c.get('session'), c.req.valid('param').id, { heir, ...condition });
      return c.body(null, 204);
    });
}
