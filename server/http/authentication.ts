import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import {
  authenticateApiKey,
  authenticateSession,
  authenticateWidgetToken,
  type Directory,
  DirectoryError,
  type DirectorySession,
  type SignedIn,
} from '../directory/index.ts';
import { problem, sendProblem, unauthenticated } from './problem.ts';
import { originOf } from './remote-address.ts';

/** What an authenticated request carries. */
export interface AuthenticatedEnv {
  Variables: {
    session: DirectorySession;
    /** The session as it is now, for what outlives a request; undefined when its credential is over. */
    authenticateAgain: () => Promise<DirectorySession | undefined>;
    /** Only where a person signed in. */
    signedIn: SignedIn | undefined;
  };
}

// The prefix makes browsers keep other hosts of the domain from setting it; it needs https.
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-roster_session' : 'roster_session';
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Authenticates by API key or widget token (`Authorization: Bearer`) or by session cookie. A write with
 * the cookie needs the header `X-Requested-With: roster`, which another origin cannot send without our
 * leave.
 */
export function authenticate(
  directory: Directory,
  { secureCookie }: { secureCookie: boolean },
): MiddlewareHandler<AuthenticatedEnv> {
  return async (c, next) => {
    const key = bearerToken(c);
    if (key !== undefined) {
      const origin = originOf(c);
      const authenticateNow = async () =>
        isWidgetToken(key)
          ? (await whoseWidgetToken(c, directory))?.session
          : authenticateApiKey(directory, key, origin);
      const session = await authenticateNow();
      if (session === undefined)
        return sendProblem(c, unauthenticated, { 'www-authenticate': 'Bearer' });
      c.set('session', session);
      c.set('authenticateAgain', authenticateNow);
      return next();
    }
    const secret = getCookie(c, sessionCookieName(secureCookie));
    const signedIn =
      secret === undefined ? undefined : await authenticateSession(directory, secret, originOf(c));
    if (signedIn === undefined)
      return sendProblem(c, unauthenticated, { 'www-authenticate': 'Bearer' });
    if (!safeMethods.has(c.req.method) && c.req.header('x-requested-with') !== 'roster') {
      return sendProblem(c, crossSiteRefused);
    }
    c.set('session', signedIn.session);
    c.set('authenticateAgain', async () => {
      const still = await authenticateSession(directory, secret ?? '', undefined, {
        idle: true,
      });
      return still?.session;
    });
    c.set('signedIn', signedIn);
    return next();
  };
}

/**
 * The person who signed in.
 *
 * @throws DirectoryError `forbidden` where a credential asks
 */
export function personOf(c: Context<AuthenticatedEnv>): SignedIn {
  const signedIn = c.get('signedIn');
  if (signedIn !== undefined) return signedIn;
  throw new DirectoryError('forbidden', 'Only a person who signed in can do this.');
}

export const crossSiteRefused = problem('cross-site', {
  detail: 'A write with a session cookie carries the header X-Requested-With: roster.',
});

/** The widget token of a request, if it has one. */
export function widgetToken(c: Context): string | undefined {
  const token = bearerToken(c);
  return token !== undefined && isWidgetToken(token) ? token : undefined;
}

/** The member for whom a request has a widget token that is good for the page that asks. */
export async function whoseWidgetToken(c: Context, directory: Directory) {
  const token = widgetToken(c);
  return token === undefined
    ? undefined
    : authenticateWidgetToken(directory, { token, page: c.req.header('origin') }, originOf(c));
}

function isWidgetToken(token: string): boolean {
  return token.startsWith('rk_widget_');
}

/** The token of `Authorization: Bearer`; empty where the header is something else. */
export function bearerToken(c: Context): string | undefined {
  const header = c.req.header('authorization');
  return header === undefined ? undefined : (/^Bearer +(\S+)$/i.exec(header)?.[1] ?? '');
}
