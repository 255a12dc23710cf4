import type { Context } from 'hono';
import { basePath } from 'hono/route';

/**
 * The request without the slashes that a client had too many, when it joined a base URL that ended in one
 * with a path: `/scim/v2//Users/` asks for `/Users`. Its path begins below the mount.
 *
 * @returns undefined when there was none too many.
 */
export function withoutSpareSlashes(context: Context): Request | undefined {
  const { pathname, search, origin } = new URL(context.req.url);
  const path = pathname.slice(basePath(context).replace(/\/$/, '').length);
  const tidy = path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  const atRoot = path === '/' && pathname !== '/';
  if (tidy === path && !atRoot) return undefined;
  return new Request(new URL(`${tidy}${search}`, origin), context.req.raw);
}
