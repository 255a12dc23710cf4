import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type BulkVerdict,
  type Correspondence,
  changeMembersInBulk,
  languages,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse, problemType } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { MemberFilter } from './member-list.ts';

const ids = z.array(z.uuid()).max(1000);

const Action = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(['disable', 'enable', 'revoke']) }),
    z.object({ kind: z.literal('remove'), heir: z.uuid().optional() }),
    z.object({ kind: z.literal('invite'), language: z.enum(languages).optional() }).openapi({
      description: 'By mail, to where the invitation before went, else the organization e-mail.',
    }),
    z.object({
      kind: z.literal('edit'),
      departments: z.array(z.uuid()).min(1).max(100).optional(),
      roles: z.array(z.uuid()).min(1).max(100).optional(),
    }),
  ])
  .openapi('BulkAction');

const Selection = z
  .union([
    z.strictObject({ ids: ids.min(1) }),
    z.strictObject({
      filter: MemberFilter.extend({ includeDescendants: z.boolean().default(false) }).strict(),
      except: ids.optional(),
    }),
  ])
  .openapi('BulkSelection', {
    description: 'Members by id, or all that a filter matches but some.',
  });

const Verdict = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    done: z.boolean(),
    type: z.string().nullable().openapi({ description: 'Of the problem, where it was refused.' }),
    detail: z.string().nullable(),
  })
  .openapi('BulkVerdict');

const bulk = createRoute({
  method: 'post',
  path: '/members/bulk',
  summary: 'Do one thing with many members',
  description: 'At most 1,000 at once; what is refused for one leaves the others done.',
  tags: ['Members'],
  request: {
    body: {
      required: true,
      content: {
        'application/json': { schema: z.object({ action: Action, selection: Selection }) },
      },
    },
  },
  responses: {
    200: {
      description: 'A verdict on every member',
      content: {
        'application/json': {
          schema: z.object({ done: z.number().int(), verdicts: z.array(Verdict) }),
        },
      },
    },
    400: problemResponse('A value is not acceptable, or too many members are selected'),
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
  },
});

/** What is done with many members. */
export function memberBulkRoutes(correspondence: Correspondence) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid }).openapi(
    bulk,
    async (c) => {
      const input = c.req.valid('json');
      const verdicts = await changeMembersInBulk(c.get('session'), input, correspondence);
      const done = verdicts.filter(({ refusal }) => refusal === null).length;
      return c.json({ done, verdicts: verdicts.map(present) }, 200);
    },
  );
}

function present({ id, name, refusal }: BulkVerdict): z.infer<typeof Verdict> {
  return {
    id,
    name,
    done: refusal === null,
    type: refusal && problemType(refusal.code),
    detail: refusal?.message ?? null,
  };
}
