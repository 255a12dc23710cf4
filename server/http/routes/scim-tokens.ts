import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  changeScimToken,
  createScimToken,
  deleteScimToken,
  listScimTokens,
  rotateScimToken,
  rotationOverlapHours,
  type ScimTokenView,
  scimProfiles,
  scimScopes,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { ExpiresAt, expiryOf, secretOf, stamp } from './credential-contract.ts';

const ScimToken = z
  .object({
    id: z.uuid(),
    name: z.string(),
    profile: z.enum(scimProfiles).openapi({ description: 'How strictly requests are read.' }),
    scopes: z.array(z.enum(scimScopes)),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'To the minute.' }),
    previousSecretUntil: z.iso.datetime().nullable().openapi({
      description: 'Until when the secret before the last rotation is good too.',
    }),
  })
  .openapi('ScimToken');

const name = z.string().min(1).max(256);

const NewScimToken = z
  .strictObject({
    name,
    profile: z.enum(scimProfiles).optional().openapi({ description: 'Else `lenient`.' }),
    scopes: z.array(z.enum(scimScopes)).min(1).optional().openapi({ description: 'Else both.' }),
    expiresAt: ExpiresAt,
  })
  .openapi('NewScimToken');

const ScimTokenChange = z
  .strictObject({ name: name.optional(), profile: z.enum(scimProfiles).optional() })
  .openapi('ScimTokenChange');

const { minimum, standard, maximum } = rotationOverlapHours;
const ScimTokenRotation = z
  .strictObject({
    overlapHours: z
      .number()
      .min(minimum)
      .max(maximum)
      .optional()
      .openapi({
        description: `For how long the present secret stays good. Else ${standard}.`,
      }),
    expiresAt: ExpiresAt.openapi({ description: 'A new end; without it the end stays.' }),
  })
  .openapi('ScimTokenRotation');

const IssuedScimToken = ScimToken.extend({
  secret: secretOf('the identity provider'),
}).openapi('IssuedScimToken');

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
const params = z.object({ id: z.uuid() });
const refusalsOfOne = {
  400: problemResponse('A value is not acceptable'),
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
  404: problemResponse('There is no such SCIM token'),
};
const grants = 'A permission is missing: to write tokens, or one that the token carries';

const list = createRoute({
  method: 'get',
  path: '/scim-tokens',
  summary: 'The SCIM tokens',
  tags: ['Credentials'],
  responses: {
    200: { description: 'Oldest first', content: json(z.object({ items: z.array(ScimToken) })) },
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
  },
});

const create = createRoute({
  method: 'post',
  path: '/scim-tokens',
  summary: 'Make a SCIM token',
  description:
    'It reads, and with the scope `write` writes, members, groups, departments and roles: nobody grants what they do not hold. The secret is told this once.',
  tags: ['Credentials'],
  request: { body: { required: true, content: json(NewScimToken) } },
  responses: {
    201: { description: 'Made', content: json(IssuedScimToken) },
    400: problemResponse('A value is not acceptable'),
    401: problemResponse('Not signed in'),
    403: problemResponse(grants),
  },
});

const change = createRoute({
  method: 'patch',
  path: '/scim-tokens/{id}',
  summary: 'Rename a SCIM token or read it by another profile',
  tags: ['Credentials'],
  request: { params, body: { required: true, content: json(ScimTokenChange) } },
  responses: {
    200: { description: 'As it is now', content: json(ScimToken) },
    ...refusalsOfOne,
  },
});

const rotate = createRoute({
  method: 'post',
  path: '/scim-tokens/{id}/rotate',
  summary: 'Give a SCIM token a new secret',
  description:
    'The present secret stays good for the overlap, so that the identity provider is changed over without a gap. One that an earlier rotation left ends now.',
  tags: ['Credentials'],
  request: { params, body: { required: false, content: json(ScimTokenRotation) } },
  responses: {
    200: { description: 'With the new secret', content: json(IssuedScimToken) },
    ...refusalsOfOne,
    403: problemResponse(grants),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/scim-tokens/{id}',
  summary: 'End a SCIM token',
  tags: ['Credentials'],
  request: { params },
  responses: { 204: { description: 'Ended' }, ...refusalsOfOne },
});

/** What identity providers write the directory with. */
export function scimTokenRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(list, async (c) =>
      c.json({ items: (await listScimTokens(c.get('session'))).map(present) }, 200),
    )
    .openapi(create, async (c) => {
      const { expiresAt, ...wanted } = c.req.valid('json');
      const { secret, ...made } = await createScimToken(c.get('session'), {
        ...wanted,
        expiresAt: expiryOf(expiresAt),
      });
      return c.json({ ...present(made), secret }, 201);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const changed = await changeScimToken(c.get('session'), id, c.req.valid('json'));
      return c.json(present(changed), 200);
    })
    .openapi(rotate, async (c) => {
      const { overlapHours, expiresAt } = c.req.valid('json') ?? {};
      const { secret, ...rotated } = await rotateScimToken(
        c.get('session'),
        c.req.valid('param').id,
        { overlapHours, expiresAt: expiryOf(expiresAt) },
      );
      return c.json({ ...present(rotated), secret }, 200);
    })
    .openapi(remove, async (c) => {
      await deleteScimToken(c.get('session'), c.req.valid('param').id);
      return c.body(null, 204);
    });
}

function present(token: ScimTokenView): z.infer<typeof ScimToken> {
  return {
    id: token.id,
    name: token.name,
    profile: token.profile,
    scopes: token.scopes,
    createdAt: token.createdAt.toISOString(),
    expiresAt: stamp(token.expiresAt),
    lastUsedAt: stamp(token.lastUsedAt),
    previousSecretUntil: stamp(token.previousSecretUntil),
  };
}
