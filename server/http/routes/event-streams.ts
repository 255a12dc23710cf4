import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  changeEventStream,
  createEventStream,
  type Directory,
  deleteEventStream,
  type EventStreamView,
  eventStreamMethods,
  listEventStreams,
  rotateEventStreamSecret,
  securityEventUris,
  type WebhookPolicy,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { entityTag, IfMatch, ifMatch } from '../entity-tag.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const EventStream = z
  .object({
    id: z.uuid(),
    method: z.enum(eventStreamMethods),
    url: z.string().openapi({ description: 'Where it is pushed to, or polls.' }),
    hasToken: z.boolean().openapi({ description: 'Whether it is pushed to with a token.' }),
    audience: z.string(),
    events: z.array(z.enum(securityEventUris)),
    description: z.string(),
    enabled: z.boolean(),
    waiting: z.number().int().openapi({ description: 'Events that are not acknowledged yet.' }),
    lastError: z.string().nullable().openapi({ description: 'Of the events of a week.' }),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.number().int().openapi({ description: 'What the ETag carries.' }),
  })
  .openapi('EventStream');

const EventStreamWithSecret = EventStream.extend({
  secret: z.string().nullable().openapi({
    description: 'What it polls with, told this once; null where it is pushed to.',
    example: 'rk_events_…',
  }),
}).openapi('EventStreamWithSecret');

const url = z.string().max(2048).openapi({
  description: 'Where it is pushed to; only then.',
  example: 'https://receiver.example/events',
});
const token = z.string().max(4096).nullable().openapi({
  description: 'What it is pushed to with, as a bearer token; never told again.',
});
const audience = z.string().max(2048).openapi({
  description: 'The `aud` of what it gets.',
  example: 'https://receiver.example',
});
const description = z.string().max(256);
const events = z.array(z.enum(securityEventUris)).min(1);
const NewEventStream = z
  .strictObject({
    method: z.enum(eventStreamMethods),
    url: url.optional(),
    token: token.optional(),
    audience,
    events: events.default([...securityEventUris]),
    description: description.default(''),
    enabled: z.boolean().default(true),
  })
  .openapi('NewEventStream');
const EventStreamChange = z
  .strictObject({
    url: url.optional(),
    token: token.optional(),
    audience: audience.optional(),
    events: events.optional(),
    description: description.optional(),
    enabled: z.boolean().optional(),
  })
  .openapi('EventStreamChange');

const params = z.object({ id: z.uuid() });
const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
const etag = z.object({ etag: z.string() });
const tags = ['Event streams'];

const refusals = {
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};
const refusalsOfOne = {
  ...refusals,
  400: problemResponse('A value is not acceptable'),
  404: problemResponse('There is no such event stream'),
};

const list = createRoute({
  method: 'get',
  path: '/event-streams',
  summary: 'The receivers of security events',
  tags,
  responses: {
    200: {
      description: 'Oldest first',
      content: json(z.object({ streams: z.array(EventStream) })),
    },
    ...refusals,
  },
});

const create = createRoute({
  method: 'post',
  path: '/event-streams',
  summary: 'Make a receiver of security events',
  description: 'Signed tokens (RFC 8417, RFC 9967), pushed (RFC 8935) or fetched (RFC 8936).',
  tags,
  request: { body: { required: true, content: json(NewEventStream) } },
  responses: {
    201: { description: 'Made', headers: etag, content: json(EventStreamWithSecret) },
    ...refusals,
    400: problemResponse('A value is not acceptable; a URL must be https and public'),
    409: problemResponse('One event stream too many'),
  },
});

const change = createRoute({
  method: 'patch',
  path: '/event-streams/{id}',
  summary: 'Change, disable or enable a receiver of security events',
  tags,
  request: { params, headers: IfMatch, body: { required: true, content: json(EventStreamChange) } },
  responses: {
    200: { description: 'As it is now', headers: etag, content: json(EventStream) },
    ...refusalsOfOne,
    412: problemResponse('Changed since it was read'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/event-streams/{id}',
  summary: 'Delete a receiver of security events with all that was on its way to it',
  tags,
  request: { params, headers: IfMatch },
  responses: {
    204: { description: 'Deleted' },
    ...refusalsOfOne,
    412: problemResponse('Changed since it was read'),
  },
});

const rotate = createRoute({
  method: 'post',
  path: '/event-streams/{id}/rotate',
  summary: 'Give a receiver another secret to poll with',
  description: 'The one before ends at once.',
  tags,
  request: { params },
  responses: {
    200: {
      description: 'As it is now, with its new secret',
      headers: etag,
      content: json(EventStreamWithSecret),
    },
    ...refusalsOfOne,
    409: problemResponse('It is pushed to'),
  },
});

/** Receivers of security events. */
export function eventStreamRoutes(
  directory: Directory,
  { publicUrl, policy }: { publicUrl: string; policy: WebhookPolicy },
) {
  const present = (stream: EventStreamView): z.infer<typeof EventStream> => ({
    id: stream.id,
    method: stream.method,
    url: stream.url ?? `${publicUrl}/scim/events/${stream.id}`,
    hasToken: stream.hasToken,
    audience: stream.audience,
    events: stream.events,
    description: stream.description,
    enabled: stream.enabled,
    waiting: stream.waiting,
    lastError: stream.lastError,
    createdBy: stream.createdBy.name,
    createdAt: stream.createdAt.toISOString(),
    updatedAt: stream.updatedAt.toISOString(),
    version: stream.version,
  });
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(list, async (c) => {
      const streams = await listEventStreams(c.get('session'));
      return c.json({ streams: streams.map(present) }, 200);
    })
    .openapi(create, async (c) => {
      const made = await createEventStream(
        c.get('session'),
        directory,
        c.req.valid('json'),
        policy,
      );
      return c.json({ ...present(made), secret: made.secret }, 201, {
        etag: entityTag(made.version),
      });
    })
    .openapi(change, async (c) => {
      const changed = await changeEventStream(
        c.get('session'),
        directory,
        c.req.valid('param').id,
        c.req.valid('json'),
        policy,
        ifMatch(c.req.valid('header')),
      );
      return c.json(present(changed), 200, { etag: entityTag(changed.version) });
    })
    .openapi(remove, async (c) => {
      const condition = ifMatch(c.req.valid('header'));
      await deleteEventStream(c.get('session'), c.req.valid('param').id, condition);
      return c.body(null, 204);
    })
    .openapi(rotate, async (c) => {
      const rotated = await rotateEventStreamSecret(c.get('session'), c.req.valid('param').id);
      return c.json({ ...present(rotated), secret: rotated.secret }, 200, {
        etag: entityTag(rotated.version),
      });
    });
}
