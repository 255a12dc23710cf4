import type { Context, MiddlewareHandler } from 'hono';
import { type Directory, isEmbeddingOrigin } from '../directory/index.ts';
import { crossSiteRefused, widgetToken } from './authentication.ts';
import { sendProblem } from './problem.ts';

const maximumOrigin = 512;

/**
 * Lets pages of embedding products use the API with a widget token, and with nothing else: no answer
 * allows cookies. A preflight says nothing of an organization, so an origin that any of them lists passes
 * it; whether it is the token's own is for the request itself.
 */
export function cors(directory: Directory): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const isPreflight =
      c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;
    const isAllowed =
      origin !== undefined &&
      origin.length <= maximumOrigin &&
      (isPreflight || widgetToken(c) !== undefined) &&
      (await isEmbeddingOrigin(directory, origin));
    if (isPreflight) {
      answerPreflight(c, isAllowed);
    } else {
      await next();
    }
    c.header('vary', 'Origin', { append: true });
    if (!isAllowed) return;
    c.header('access-control-allow-origin', origin);
    c.header('access-control-expose-headers', 'ETag, Location, Retry-After');
  };
}

function answerPreflight(c: Context, isAllowed: boolean): void {
  if (!isAllowed) {
    c.res = sendProblem(c, { ...crossSiteRefused, detail: 'No organization lists this origin.' });
    return;
  }
  c.res = c.body(null, 204, {
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers':
      'Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID',
    'access-control-max-age': '600',
  });
}
