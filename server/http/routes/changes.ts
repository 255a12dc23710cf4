import type { HttpBindings } from '@hono/node-server';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { changeSubjects } from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import type { LiveChanges } from '../live-changes.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const Subjects = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(changeSubjects)))
  .optional()
  .openapi({
    type: 'string',
    description: 'Only these, by commas; without it, all that the caller may read.',
    example: 'member,department',
  });

const changes = createRoute({
  method: 'get',
  path: '/changes',
  summary: 'Changes of the organization as they happen',
  description:
    'Server-sent events, named by subject and kind (`member.updated`); the data is JSON: ' +
    '`{subject, id, kind, at, heirId?}`. `Last-Event-ID` goes on where a stream ended: every change ' +
    'comes at least once. The event `reset` says that some cannot be told any more: load anew.',
  tags: ['Changes'],
  request: {
    query: z.object({
      subjects: Subjects,
      after: z.string().max(200).optional().openapi({
        description: 'As `Last-Event-ID`, which it yields to.',
      }),
    }),
    headers: z.object({
      'last-event-id': z.string().max(200).optional().openapi({
        description: 'The last id that was received.',
      }),
    }),
  },
  responses: {
    200: {
      description: 'A stream that ends with the credential, and can end at any time',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    400: problemResponse('The position or a subject is not one'),
    401: problemResponse('Not signed in'),
    403: problemResponse('None of the subjects may be read'),
    429: problemResponse('Too many streams are open'),
    503: problemResponse('The node is being stopped'),
  },
});

/** Live changes of an organization. */
export function changeRoutes(liveChanges: LiveChanges) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid }).openapi(
    changes,
    async (c) => {
      const { subjects, after } = c.req.valid('query');
      // Undefined where there is no socket.
      const outgoing = (c.env as HttpBindings | undefined)?.outgoing;
      const stream = await liveChanges.open(
        {
          session: c.get('session'),
          authenticateAgain: c.get('authenticateAgain'),
          cut: outgoing && (() => void outgoing.destroy()),
        },
        { subjects, after: c.req.valid('header')['last-event-id'] || after },
      );
      return c.body(stream, 200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
    },
  );
}
