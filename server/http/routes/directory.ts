import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import {
  type DirectorySession,
  demand,
  listMembers,
  type MemberListQuery,
  type MemberView,
  memberSorts,
  memberStatuses,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const refusals = {
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};

const Member = z
  .object({
    id: z.uuid(),
    name: z.string(),
    username: z.string().nullable(),
    email: z.string().nullable(),
    status: z.enum(memberStatuses),
    departments: z.array(z.object({ id: z.uuid(), name: z.string(), primary: z.boolean() })),
    roles: z.array(z.object({ id: z.uuid(), name: z.string() })),
    managed: z.boolean().openapi({ description: 'This organization manages the account.' }),
    createdAt: z.iso.datetime(),
    activatedAt: z.iso.datetime().nullable(),
    lastLoginAt: z.iso.datetime().nullable(),
    version: z.number().int(),
  })
  .openapi('Member');

const sorts = memberSorts.flatMap((sort) => [sort, `-${sort}`] as const);

const MemberQuery = z.object({
  search: z.string().max(256).optional().openapi({
    description: 'Part of a name, a username or an e-mail address; case does not count.',
  }),
  status: z.enum(memberStatuses).optional(),
  department: z.uuid().optional(),
  includeDescendants: z.enum(['true', 'false']).default('false'),
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
      .openapi({ description: 'By status, for the same search and department.' }),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().nullable(),
  })
  .openapi('MemberPage');

const ExportQuery = MemberQuery.pick({
  search: true,
  status: true,
  department: true,
  includeDescendants: true,
});

const exportMembers = createRoute({
  method: 'get',
  path: '/members/export',
  summary: 'The members that a filter matches, as CSV',
  tags: ['Members'],
  request: { query: ExportQuery },
  responses: {
    200: { description: 'UTF-8, header row', content: { 'text/csv': { schema: z.string() } } },
    400: problemResponse('A parameter is not acceptable'),
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
    400: problemResponse('A parameter is not acceptable'),
    ...refusals,
  },
});

/** Makes the export of the members that a query matches, piece by piece. */
export type MemberExport = (
  session: DirectorySession,
  query: Pick<MemberListQuery, 'search' | 'status' | 'department' | 'includeDescendants'>,
) => AsyncIterable<string>;

/** What the member page reads. */
export function directoryRoutes(exportCsv: MemberExport) {
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
      const { sort, includeDescendants, ...query } = c.req.valid('query');
      const page = await listMembers(c.get('session'), {
        ...query,
        includeDescendants: includeDescendants === 'true',
        sort: sort.replace(/^-/, '') as (typeof memberSorts)[number],
        descending: sort.startsWith('-'),
      });
      const { members: found, ...rest } = page;
      return c.json({ ...rest, items: found.map(presentMember) }, 200);
    });
}

export function presentMember(member: MemberView): z.infer<typeof Member> {
  return {
    id: member.id,
    name: member.displayName,
    username: member.username,
    email: member.email,
    status: member.status,
    departments: member.departments,
    roles: member.roles,
    managed: member.managed,
    createdAt: member.createdAt.toISOString(),
    activatedAt: member.activatedAt?.toISOString() ?? null,
    lastLoginAt: member.lastLoginAt?.toISOString() ?? null,
    version: member.version,
  };
}
