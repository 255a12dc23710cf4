import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  endOtherSessions,
  endOwnSession,
  listOwnOrganizations,
  listOwnSessions,
  type OwnOrganization,
  type OwnSessionView,
} from '../../directory/index.ts';
import { type AuthenticatedEnv, personOf } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const OwnSession = z
  .object({
    id: z.uuid(),
    current: z.boolean().openapi({ description: 'The one that asks.' }),
    address: z.string().nullable().openapi({ description: 'Where it signed in from.' }),
    userAgent: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().openapi({ description: 'To the minute.' }),
    expiresAt: z.iso.datetime(),
  })
  .openapi('OwnSession');

const OwnOrganizationSchema = z
  .object({
    slug: z.string(),
    name: z.string(),
    username: z.string().nullable().openapi({ description: 'What one is called there.' }),
    current: z.boolean().openapi({ description: 'The one of this session.' }),
  })
  .openapi('OwnOrganization');

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
const refusals = {
  401: problemResponse('Not signed in'),
  403: problemResponse('No person is signed in: an API key speaks for none'),
};

const sessions = createRoute({
  method: 'get',
  path: '/me/sessions',
  summary: 'Where one is signed in to this organization',
  tags: ['Me'],
  responses: {
    200: {
      description: 'The last seen first',
      content: json(z.object({ items: z.array(OwnSession) })),
    },
    ...refusals,
  },
});

const endOthers = createRoute({
  method: 'delete',
  path: '/me/sessions',
  summary: 'Sign out everywhere else',
  tags: ['Me'],
  responses: { 204: { description: 'All but this one are ended' }, ...refusals },
});

const endOne = createRoute({
  method: 'delete',
  path: '/me/sessions/{id}',
  summary: 'Sign out somewhere',
  tags: ['Me'],
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    204: { description: 'Ended' },
    400: problemResponse('The id is not one'),
    ...refusals,
    404: problemResponse('There is no such session'),
  },
});

const organizations = createRoute({
  method: 'get',
  path: '/me/organizations',
  summary: 'The organizations that one is an enabled member of',
  tags: ['Me'],
  responses: {
    200: {
      description: 'By name',
      content: json(z.object({ items: z.array(OwnOrganizationSchema) })),
    },
    ...refusals,
  },
});

/** What a person sees and ends of their own. */
export function meRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(sessions, async (c) => {
      const own = await listOwnSessions(personOf(c));
      return c.json({ items: own.map(presentSession) }, 200);
    })
    .openapi(endOthers, async (c) => {
      await endOtherSessions(personOf(c));
      return c.body(null, 204);
    })
    .openapi(endOne, async (c) => {
      await endOwnSession(personOf(c), c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(organizations, async (c) => {
      const person = personOf(c);
      const own = await listOwnOrganizations(person);
      const items = own.map((each) => presentOrganization(each, person.session.organization.id));
      return c.json({ items }, 200);
    });
}

function presentSession(session: OwnSessionView): z.infer<typeof OwnSession> {
  return {
    id: session.id,
    current: session.current,
    address: session.address,
    userAgent: session.userAgent,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}

function presentOrganization(
  { organization: { id, slug, name }, member: { username } }: OwnOrganization,
  present: string,
): z.infer<typeof OwnOrganizationSchema> {
  return { slug, name, username, current: id === present };
}
