import type { ProfileName, Tolerance } from '../profiles.ts';
import { idOf, type Reply, startService } from './service.ts';

/** An identity provider that sends to an empty service with headers of its own. */
export function startProvider(
  headers: Readonly<Record<string, string>>,
  { profile = 'lenient' }: { readonly profile?: ProfileName } = {},
) {
  const service = startService({ profile });
  const send = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
    service.send(method, path, body, { ...headers, ...more });
  return {
    ...service,
    send,
    get: (path: string) => send('GET', path),
    post: (path: string, body: unknown) => send('POST', path, body),
    put: (path: string, body: unknown) => send('PUT', path, body),
    patch: (path: string, body: unknown) => send('PATCH', path, body),
    delete: (path: string) => send('DELETE', path),
    /** Makes a resource and tells its id. */
    make: async (path: string, body: unknown) => idOf(await send('POST', path, body)),
    /** What was tolerated since this was last asked. */
    leanedOn: (): readonly Tolerance[] => {
      const used = [...service.used].sort();
      service.used.clear();
      return used;
    },
  };
}

export type Provider = ReturnType<typeof startProvider>;

/** The query of a filter, as a client encodes it. */
export function filterBy(filter: string): string {
  return `filter=${encodeURIComponent(filter)}`;
}

/** The `value` of each member of a group. */
export function memberIds({ body }: Reply): readonly string[] {
  const { members = [] } = body as { readonly members?: readonly { readonly value: string }[] };
  return members.map(({ value }) => value);
}
