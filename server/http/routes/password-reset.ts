import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type Correspondence,
  completePasswordReset,
  createPasswordReset,
  type Directory,
  languages,
  lookUpPasswordReset,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { originOf } from '../remote-address.ts';
import { refuseInvalid } from '../validation.ts';
import { MemberId } from './members.ts';

const Token = z.string().min(1).max(256).openapi({ description: "From the link's fragment." });

const IssuedReset = z
  .object({
    link: z.url().nullable().openapi({
      description: 'Told this once; null for a self-owned account, whose owner gets it by mail.',
    }),
    mailedTo: z.string().nullable().openapi({ description: 'Masked.' }),
    expiresAt: z.iso.datetime(),
  })
  .openapi('PasswordResetLink');

const PasswordReset = z
  .object({
    organization: z.string(),
    name: z.string(),
    username: z.string().nullable(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('PasswordReset');

const linkRefusals = {
  404: problemResponse('There is no such link'),
  410: problemResponse('The link has expired, was used, withdrawn, or replaced by a newer one'),
};

const issue = createRoute({
  method: 'post',
  path: '/members/{id}/password-reset',
  summary: "Make a link that sets a member's password",
  tags: ['Members'],
  request: {
    params: MemberId,
    body: {
      content: {
        'application/json': {
          schema: z.object({
            language: z.enum(languages).optional().openapi({
              description: "Of the mail; without it, the organization's.",
            }),
          }),
        },
      },
    },
  },
  responses: {
    201: {
      description: 'The link; it revokes the one before',
      content: { 'application/json': { schema: IssuedReset } },
    },
    400: problemResponse('A value is not acceptable'),
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing, or the member holds more than the caller'),
    404: problemResponse('There is no such member'),
    409: problemResponse('The member is not enabled, or its address is not known'),
    429: problemResponse('The address got enough mails within the hour'),
  },
});

const lookUp = createRoute({
  method: 'post',
  path: '/password-reset/lookup',
  summary: 'What a reset link is for',
  description: 'Uses nothing up.',
  tags: ['Password reset'],
  security: [],
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ token: Token }) } },
    },
  },
  responses: {
    200: {
      description: 'Whose password',
      content: { 'application/json': { schema: PasswordReset } },
    },
    400: problemResponse('The request is malformed'),
    ...linkRefusals,
  },
});

const complete = createRoute({
  method: 'post',
  path: '/password-reset/complete',
  summary: 'Set the password, once',
  tags: ['Password reset'],
  security: [],
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({ token: Token, password: z.string().min(1).max(4096) }),
        },
      },
    },
  },
  responses: {
    204: { description: 'Set; every session of the account has ended' },
    400: problemResponse('The password is not acceptable'),
    ...linkRefusals,
    429: problemResponse('Too many at once; Retry-After says when to try again'),
  },
});

/** Making reset links, for who manages members. */
export function passwordResetIssueRoutes(correspondence: Correspondence) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid }).openapi(
    issue,
    async (c) => {
      const { id } = c.req.valid('param');
      const { language } = c.req.valid('json') ?? {};
      const issued = await createPasswordReset(c.get('session'), id, correspondence, { language });
      return c.json({ ...issued, expiresAt: issued.expiresAt.toISOString() }, 201, {
        'cache-control': 'no-store',
      });
    },
  );
}

/** Using a reset link: whoever holds it is the caller. */
export function passwordResetRoutes(
  directory: Directory,
  correspondence: Pick<Correspondence, 'texts'>,
) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(lookUp, async (c) => {
      const found = await lookUpPasswordReset(directory, c.req.valid('json').token);
      return c.json({ ...found, expiresAt: found.expiresAt.toISOString() }, 200, {
        'cache-control': 'no-store',
      });
    })
    .openapi(complete, async (c) => {
      await completePasswordReset(
        directory,
        { ...c.req.valid('json'), origin: originOf(c) },
        correspondence,
      );
      return c.body(null, 204);
    });
}
