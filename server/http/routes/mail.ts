import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type DirectorySession,
  listMail,
  mailStates,
  sendTestMail,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const Mail = z
  .object({
    id: z.uuid(),
    to: z.string(),
    subject: z.string(),
    state: z.enum(mailStates),
    attempts: z.number().int(),
    lastError: z.string().nullable(),
    createdAt: z.iso.datetime(),
    sentAt: z.iso.datetime().nullable(),
  })
  .openapi('Mail');

const list = createRoute({
  method: 'get',
  path: '/mail',
  summary: 'The newest mails of the outbox',
  tags: ['Mail'],
  responses: {
    200: {
      description: 'Newest first',
      content: { 'application/json': { schema: z.object({ items: z.array(Mail) }) } },
    },
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
  },
});

const test = createRoute({
  method: 'post',
  path: '/mail/test',
  summary: 'Send a test mail',
  tags: ['Mail'],
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ to: z.string().min(3).max(320) }) } },
    },
  },
  responses: {
    202: {
      description: 'In the outbox',
      content: { 'application/json': { schema: z.object({ id: z.uuid() }) } },
    },
    400: problemResponse('The address is not one'),
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
  },
});

/** The outbox, as an administrator sees it. */
export function mailRoutes(
  testMail: (session: DirectorySession) => { subject: string; text: string },
) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(list, async (c) => {
      const mails = await listMail(c.get('session'));
      const items = mails.map((mail) => ({
        ...mail,
        createdAt: mail.createdAt.toISOString(),
        sentAt: mail.sentAt?.toISOString() ?? null,
      }));
      return c.json({ items }, 200);
    })
    .openapi(test, async (c) => {
      const session = c.get('session');
      const { to } = c.req.valid('json');
      return c.json({ id: await sendTestMail(session, { address: to }, testMail(session)) }, 202);
    });
}
