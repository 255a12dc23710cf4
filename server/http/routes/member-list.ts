import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import {
  type DirectorySession,
  demand,
  invitationStates,
  listMembers,
  type MemberListFilter,
  memberSorts,
  memberStatuses,
  withActions,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { Member, presentMember } from './member-presenter.ts';

const refusals = {
  400: problemResponse('A parameter is not acceptable'),
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};

/** The filters of the member list; all of them together narrow it. */
export const MemberFilter = z.object({
  search: z.string().max(256).optional().openapi({
    description:
      'Words of a name, a username or an e-mail address. Case and accents do not count, nor does a typo where nobody is as written.',
  }),
  status: z.enum(memberStatuses).optional(),
  invitation: z.enum(invitationStates).optional().openapi({
    description: 'State of the newest invitation.',
  }),
  role: z.uuid().optional(),
  department: z.uuid().optional(),
  includeDescendants: z.enum(['true', 'false']).default('false'),
});

const sorts = memberSorts.flatMap((sort) => [sort, `-${sort}`] as const);

const MemberQuery = MemberFilter.extend({
  sort: z.enum(sorts).default('name'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2048).optional(),
});

const MemberPage = z
  .object({
    items: z.array(Member),
    total: z.number().int(),
    counts: z
      .object({
        pending: z.number().int(),
        enabled: z.number().int(),
        disabled: z.number().int(),
      })
      .openapi({ description: 'By status, for the same other filters.' }),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().nullable(),
  })
  .openapi('MemberPage');

const exportMembers = createRoute({
  method: 'get',
  path: '/members/export',
  summary: 'The members that a filter matches, as CSV',
  tags: ['Members'],
  request: { query: MemberFilter },
  responses: {
    200: { description: 'UTF-8, header row', content: { 'text/csv': { schema: z.string() } } },
    ...refusals,
  },
});

const members = createRoute({
  method: 'get',
  path: '/members',
  summary: 'A page of the members',
  tags: ['Members'],
  request: { query: MemberQuery },
  responses: {
    200: { description: 'The page', content: { 'application/json': { schema: MemberPage } } },
    ...refusals,
  },
});

/** Makes the export of the members that a query matches, piece by piece. */
export type MemberExport = (
  session: DirectorySession,
  query: MemberListFilter,
) => AsyncIterable<string>;

/** The member list, a page at a time or whole as a file. */
export function memberListRoutes(exportCsv: MemberExport) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(exportMembers, (c) => {
      const session = c.get('session');
      demand(session, 'members:read');
      const { includeDescendants, ...query } = c.req.valid('query');
      const pieces = exportCsv(session, {
        ...query,
        includeDescendants: includeDescendants === 'true',
      });
      c.header('content-type', 'text/csv; charset=utf-8');
      c.header('content-disposition', 'attachment; filename="members.csv"');
      c.header('cache-control', 'no-store');
      return stream(c, async (out) => {
        for await (const piece of pieces) await out.write(piece);
      }) as never;
    })
    .openapi(members, async (c) => {
      const session = c.get('session');
      const { sort, includeDescendants, ...query } = c.req.valid('query');
      const { members: found, ...rest } = await listMembers(session, {
        ...query,
        includeDescendants: includeDescendants === 'true',
        sort: sort.replace(/^-/, '') as (typeof memberSorts)[number],
        descending: sort.startsWith('-'),
      });
      return c.json(
        { ...rest, items: (await withActions(session, found)).map(presentMember) },
        200,
      );
    });
}
