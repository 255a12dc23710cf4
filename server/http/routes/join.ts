import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  acceptInvitation,
  type Directory,
  declineInvitation,
  lookUpInvitation,
} from '../../directory/index.ts';
import { problemResponse } from '../problem.ts';
import { remoteAddress } from '../remote-address.ts';
import { refuseInvalid } from '../validation.ts';

const Token = z.string().min(1).max(256).openapi({ description: "From the link's fragment." });

const Join = z
  .object({
    organization: z.string(),
    inviter: z.string(),
    name: z.string(),
    email: z.string().nullable().openapi({ description: 'Masked; null if it was not mailed.' }),
    username: z.string().nullable().openapi({ description: 'What the member is called already.' }),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Join');

const username = z.string().min(1).max(1024);
const password = z.string().min(1).max(4096);

const Accept = z
  .object({
    token: Token,
    account: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('register'), username, password }),
      z.object({
        kind: z.literal('sign-in'),
        organization: z.string().min(1).max(63).optional().openapi({
          description: 'Slug, for an account that an organization manages.',
        }),
        username,
        password,
      }),
    ]),
    username: username.optional().openapi({
      description: 'What the member is called here, if not as the account is.',
    }),
  })
  .openapi('JoinAcceptance');

const Joined = z
  .object({
    organization: z.object({ id: z.uuid(), slug: z.string(), name: z.string() }),
    member: z.object({ id: z.uuid(), name: z.string(), username: z.string() }),
  })
  .openapi('Joined');

const json = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
});
const refusals = {
  400: problemResponse('A value is not acceptable; `errors` names the field'),
  404: problemResponse('There is no such link'),
  410: problemResponse('The link has expired, was used, withdrawn, or replaced by a newer one'),
};

const lookUp = createRoute({
  method: 'post',
  path: '/join/lookup',
  summary: 'What an invitation is for',
  description: 'Uses nothing up.',
  tags: ['Joining'],
  security: [],
  request: { body: json(z.object({ token: Token })) },
  responses: {
    200: {
      description: 'Who invites, to what, until when',
      content: { 'application/json': { schema: Join } },
    },
    ...refusals,
  },
});

const accept = createRoute({
  method: 'post',
  path: '/join/accept',
  summary: 'Join, with a new account or one that is there',
  tags: ['Joining'],
  security: [],
  request: { body: json(Accept) },
  responses: {
    201: { description: 'Joined', content: { 'application/json': { schema: Joined } } },
    ...refusals,
    401: problemResponse('The username or the password is wrong'),
    403: problemResponse('The password is for the first sign-in only'),
    409: problemResponse('The username is taken, or the account is a member already'),
    429: problemResponse('Too many failed attempts; Retry-After says when to try again'),
  },
});

const decline = createRoute({
  method: 'post',
  path: '/join/decline',
  summary: 'Decline an invitation',
  tags: ['Joining'],
  security: [],
  request: { body: json(z.object({ token: Token })) },
  responses: { 204: { description: 'Declined' }, ...refusals },
});

/** Answering an invitation: whoever holds its link is the caller. */
export function joinRoutes(directory: Directory) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(lookUp, async (c) => {
      const found = await lookUpInvitation(directory, c.req.valid('json').token);
      return c.json({ ...found, expiresAt: found.expiresAt.toISOString() }, 200, {
        'cache-control': 'no-store',
      });
    })
    .openapi(accept, async (c) => {
      const { account, ...rest } = c.req.valid('json');
      const joined = await acceptInvitation(directory, {
        ...rest,
        account:
          account.kind === 'register'
            ? account
            : { ...account, organization: account.organization, address: remoteAddress(c) },
      });
      return c.json(joined, 201);
    })
    .openapi(decline, async (c) => {
      await declineInvitation(directory, c.req.valid('json').token);
      return c.body(null, 204);
    });
}
