import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import {
  authenticateSession,
  type BrowserOrigin,
  type Correspondence,
  changeOwnPassword,
  type Directory,
  permissions,
  type SignedIn,
  signIn,
  signOut,
  switchOrganization,
} from '../../directory/index.ts';
import {
  type AuthenticatedEnv,
  crossSiteRefused,
  personOf,
  sessionCookieName,
  whoseWidgetToken,
  widgetToken,
} from '../authentication.ts';
import { problemResponse, sendProblem, unauthenticated } from '../problem.ts';
import { originOf, remoteAddress } from '../remote-address.ts';
import { refuseInvalid } from '../validation.ts';

const Session = z
  .object({
    organization: z.object({ id: z.uuid(), slug: z.string(), name: z.string() }),
    member: z.object({ id: z.uuid(), name: z.string(), username: z.string().nullable() }),
    permissions: z.array(z.enum(permissions)),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Session');

const Credentials = z
  .object({
    organization: z.string().min(1).max(63).optional().openapi({
      description:
        'Slug. Without it: the only organization, or, where there are several, that of the self-owned account with this username.',
    }),
    username: z.string().min(1).max(256),
    password: z.string().min(1).max(1024),
  })
  .openapi('Credentials');

const PasswordChange = Credentials.partial({ username: true })
  .extend({ newPassword: z.string().min(1).max(4096) })
  .openapi('PasswordChange');

const create = createRoute({
  method: 'post',
  path: '/session',
  summary: 'Sign in',
  tags: ['Session'],
  security: [],
  request: { body: { required: true, content: { 'application/json': { schema: Credentials } } } },
  responses: {
    200: { description: 'Signed in', content: { 'application/json': { schema: Session } } },
    400: problemResponse('The request is malformed'),
    401: problemResponse('The username or the password is wrong'),
    403: problemResponse(
      'The password is for the first sign-in only and must be changed, or the request comes from another site',
    ),
    409: problemResponse(
      'The person is in several organizations, which `organizations` names: sign in again with one of them, and the username there',
    ),
    429: problemResponse('Too many failed attempts; Retry-After says when to try again'),
  },
});

const read = createRoute({
  method: 'get',
  path: '/session',
  summary: 'Who is signed in, by session cookie or widget token',
  tags: ['Session'],
  responses: {
    200: { description: 'Signed in', content: { 'application/json': { schema: Session } } },
    401: problemResponse('Not signed in'),
  },
});

const end = createRoute({
  method: 'delete',
  path: '/session',
  summary: 'Sign out',
  tags: ['Session'],
  responses: {
    204: { description: 'Signed out' },
    403: problemResponse('The request comes from another site'),
  },
});

const changePassword = createRoute({
  method: 'post',
  path: '/session/password',
  summary: "Change one's own password, and sign in with the new one",
  description:
    'Without a session, organization and username say whose it is: so a password for the first sign-in is changed.',
  tags: ['Session'],
  security: [],
  request: {
    body: { required: true, content: { 'application/json': { schema: PasswordChange } } },
  },
  responses: {
    200: { description: 'Signed in', content: { 'application/json': { schema: Session } } },
    400: problemResponse('The new password is not acceptable'),
    401: problemResponse('The username or the password is wrong'),
    403: problemResponse('The password ran out, or the request comes from another site'),
    429: problemResponse('Too many failed attempts; Retry-After says when to try again'),
  },
});

const change = createRoute({
  method: 'post',
  path: '/session/organization',
  summary: "Go on in another of one's organizations",
  description: 'A new session takes the place of the present one, and ends when that would have.',
  tags: ['Session'],
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              organization: z.string().min(1).max(63).openapi({ description: 'Slug.' }),
            })
            .openapi('OrganizationSwitch'),
        },
      },
    },
  },
  responses: {
    200: { description: 'Signed in there', content: { 'application/json': { schema: Session } } },
    400: problemResponse('The request is malformed'),
    401: problemResponse('Not signed in'),
    403: problemResponse('No person is signed in: an API key speaks for none'),
    404: problemResponse('There is no such organization of the person'),
  },
});

/** Sign-in, sign-out and the question who is signed in, by session cookie. */
export function sessionRoutes(
  directory: Directory,
  { secureCookie, texts }: { secureCookie: boolean } & Pick<Correspondence, 'texts'>,
) {
  const cookie = sessionCookieName(secureCookie);
  const attributes = cookieAttributes(secureCookie);
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(create, async (c) => {
      if (isCrossSite(c)) return sendProblem(c, crossSiteRefused) as never;
      const { organization, username, password } = c.req.valid('json');
      const signedIn = await signIn(directory, {
        organization,
        username,
        password,
        ...browserOf(c),
      });
      const before = getCookie(c, cookie);
      if (before !== undefined) await signOut(directory, before, originOf(c));
      setCookie(c, cookie, signedIn.secret, attributes);
      return c.json(present(signedIn), 200, { 'cache-control': 'no-store' });
    })
    .openapi(read, async (c) => {
      const secret = getCookie(c, cookie);
      const signedIn =
        widgetToken(c) !== undefined
          ? await whoseWidgetToken(c, directory)
          : secret === undefined
            ? undefined
            : await authenticateSession(directory, secret, originOf(c));
      if (signedIn === undefined) return sendProblem(c, unauthenticated) as never;
      return c.json(present(signedIn), 200, { 'cache-control': 'no-store' });
    })
    .openapi(changePassword, async (c) => {
      if (isCrossSite(c)) return sendProblem(c, crossSiteRefused) as never;
      const { newPassword, ...given } = c.req.valid('json');
      const secret = getCookie(c, cookie);
      const signedIn =
        secret === undefined || given.username !== undefined
          ? undefined
          : await authenticateSession(directory, secret, originOf(c));
      const username = given.username ?? signedIn?.member.username;
      if (username == null) return sendProblem(c, unauthenticated) as never;
      const credentials = {
        organization: signedIn?.session.organization.slug ?? given.organization,
        username,
        ...browserOf(c),
      };
      await changeOwnPassword(
        directory,
        { ...credentials, password: given.password, newPassword },
        { texts },
      );
      const again = await signIn(directory, { ...credentials, password: newPassword });
      setCookie(c, cookie, again.secret, attributes);
      return c.json(present(again), 200, { 'cache-control': 'no-store' });
    })
    .openapi(end, async (c) => {
      if (isCrossSite(c)) return sendProblem(c, crossSiteRefused) as never;
      const secret = getCookie(c, cookie);
      if (secret !== undefined) await signOut(directory, secret, originOf(c));
      deleteCookie(c, cookie, attributes);
      return c.body(null, 204);
    });
}

/** The switch from one organization to another, for who is signed in. */
export function switchRoutes(directory: Directory, { secureCookie }: { secureCookie: boolean }) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid }).openapi(
    change,
    async (c) => {
      const { organization } = c.req.valid('json');
      const browser = browserOf(c);
      const signedIn = await switchOrganization(directory, personOf(c), organization, browser);
      const name = sessionCookieName(secureCookie);
      setCookie(c, name, signedIn.secret, cookieAttributes(secureCookie));
      return c.json(present(signedIn), 200, { 'cache-control': 'no-store' });
    },
  );
}

function cookieAttributes(secure: boolean) {
  return { httpOnly: true, sameSite: 'Lax', secure, path: '/' } as const;
}

function browserOf(c: Context): BrowserOrigin {
  return { ...originOf(c), address: remoteAddress(c), userAgent: c.req.header('user-agent') };
}

// A foreign page must not sign its visitor in or out either.
function isCrossSite(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function present({
  session,
  member,
  expiresAt,
}: Pick<SignedIn, 'session' | 'member' | 'expiresAt'>): z.infer<typeof Session> {
  return {
    organization: session.organization,
    member,
    permissions: [...session.permissions],
    expiresAt: expiresAt.toISOString(),
  };
}
