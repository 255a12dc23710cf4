import type { MiddlewareHandler } from 'hono';

/** Told of each answered request; `surface` is `scim`, `api` or `pages`. */
export type RequestObserver = (
  method: string,
  surface: string,
  status: number,
  seconds: number,
) => void;

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Times every request. Paths are not told: they carry ids, and each would be a series of its own. */
export function observeRequests(observe: RequestObserver): MiddlewareHandler {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const surface = /^\/(scim|api)\//.exec(c.req.path)?.[1] ?? 'pages';
    const method = methods.has(c.req.method) ? c.req.method : 'OTHER';
    observe(method, surface, c.res.status, (performance.now() - start) / 1000);
  };
}
