import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import {
  type AuditEventView,
  type AuditFilter as AuditFilterInput,
  type AuditPage as AuditPageView,
  actorKinds,
  auditSubjects,
  type DirectorySession,
  demand,
  type FieldChange,
  listAuditEvents,
  memberHistory,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { MemberId } from './members.ts';

const FieldValue = z
  .union([
    z.string(),
    z.number(),
    z.boolean(),
    z.object({
      count: z.number().int(),
      names: z.array(z.string()).openapi({ description: 'The first few.' }),
    }),
  ])
  .nullable();

const AuditEvent = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    action: z.string().openapi({ example: 'member.disabled' }),
    actor: z.object({
      kind: z.enum(actorKinds),
      id: z.uuid().nullable(),
      name: z.string().openapi({ description: 'What it was called then.' }),
    }),
    subject: z.object({
      kind: z.enum(auditSubjects),
      id: z.uuid(),
      name: z.string().nullable().openapi({ description: 'What it was called then.' }),
    }),
    address: z.string().nullable().openapi({ description: 'Remote address.' }),
    requestId: z.string().nullable(),
    changes: z
      .array(z.object({ field: z.string(), before: FieldValue, after: FieldValue }))
      .openapi({
        description: "A secret's change has neither value.",
        example: [{ field: 'status', before: 'enabled', after: 'disabled' }],
      }),
  })
  .openapi('AuditEvent');

const AuditPage = z
  .object({
    items: z.array(AuditEvent),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().nullable(),
  })
  .openapi('AuditPage');

const time = z.iso.datetime({ offset: true });

const HistoryFilter = z.object({
  from: time.optional(),
  until: time.optional().openapi({ description: 'Not included.' }),
  action: z
    .string()
    .regex(/^[a-z-]{1,64}\.[a-z-]{0,64}$/, 'is not an action, nor the start of one up to its dot')
    .optional()
    .openapi({ description: 'One action (`member.disabled`), or all of a kind (`member.`).' }),
  actor: z.uuid().optional().openapi({ description: 'Id of who did it.' }),
});

const AuditFilter = HistoryFilter.extend({
  subject: z.enum(auditSubjects).optional(),
  subjectId: z.uuid().optional(),
  search: z.string().min(1).max(256).optional().openapi({
    description: "Part of the subject's name; case does not count.",
  }),
});

const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(256).optional(),
};

const refusals = {
  400: problemResponse('A parameter is not acceptable'),
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};
const answer = {
  description: 'The page, the newest first',
  content: { 'application/json': { schema: AuditPage } },
};

const exportEvents = createRoute({
  method: 'get',
  path: '/audit/export',
  summary: 'What was done, as CSV',
  tags: ['Audit'],
  request: { query: AuditFilter },
  responses: {
    200: { description: 'UTF-8, header row', content: { 'text/csv': { schema: z.string() } } },
    ...refusals,
  },
});

const list = createRoute({
  method: 'get',
  path: '/audit',
  summary: 'Who did what to whom, from where, when',
  tags: ['Audit'],
  request: { query: AuditFilter.extend(page) },
  responses: { 200: answer, ...refusals },
});

const history = createRoute({
  method: 'get',
  path: '/members/{id}/history',
  summary: 'What was done to a member, who may be gone',
  tags: ['Audit'],
  request: { params: MemberId, query: HistoryFilter.extend(page) },
  responses: { 200: answer, ...refusals, 404: problemResponse('There never was such a member') },
});

/** Makes the export of the events that a filter matches, piece by piece. */
export type AuditExport = (
  session: DirectorySession,
  filter: AuditFilterInput,
) => AsyncIterable<string>;

/** The audit, a page at a time or whole as a file. */
export function auditRoutes(exportCsv: AuditExport) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(exportEvents, (c) => {
      const session = c.get('session');
      demand(session, 'audit:read');
      const pieces = exportCsv(session, timed(c.req.valid('query')));
      c.header('content-type', 'text/csv; charset=utf-8');
      c.header('content-disposition', 'attachment; filename="audit.csv"');
      c.header('cache-control', 'no-store');
      return stream(c, async (out) => {
        for await (const piece of pieces) {
          if (out.aborted) return;
          await out.write(piece);
        }
      }) as never;
    })
    .openapi(list, async (c) =>
      c.json(present(await listAuditEvents(c.get('session'), timed(c.req.valid('query')))), 200),
    )
    .openapi(history, async (c) => {
      const { id } = c.req.valid('param');
      const found = await memberHistory(c.get('session'), id, timed(c.req.valid('query')));
      return c.json(present(found), 200);
    });
}

function timed<T extends { from?: string | undefined; until?: string | undefined }>({
  from,
  until,
  ...rest
}: T) {
  return {
    ...rest,
    from: from === undefined ? undefined : new Date(from),
    until: until === undefined ? undefined : new Date(until),
  };
}

function present({ events, ...cursors }: AuditPageView): z.infer<typeof AuditPage> {
  return { items: events.map(presentEvent), ...cursors };
}

function presentEvent(event: AuditEventView): z.infer<typeof AuditEvent> {
  return {
    id: event.id,
    at: event.at.toISOString(),
    action: event.action,
    actor: { kind: event.actor.kind, id: event.actor.id, name: event.actor.name },
    subject: { kind: event.subject.kind, id: event.subject.id, name: event.subject.name },
    address: event.address,
    requestId: event.requestId,
    changes: Object.entries(event.fields).map(([field, { before, after }]) => ({
      field,
      before: presentValue(before),
      after: presentValue(after),
    })),
  };
}

function presentValue(value: FieldChange['before']): z.infer<typeof FieldValue> {
  if (value === undefined || value === null || typeof value !== 'object') return value ?? null;
  return { count: value.count, names: [...value.names] };
}
