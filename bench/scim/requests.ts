import { type Server, token } from './servers.ts';

/** Sends one request and reads the answer whole. @throws when it is not a success */
export async function send(
  server: Server,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ json: unknown; ms: number }> {
  const begun = performance.now();
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const ms = performance.now() - begun;
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return { json: text === '' ? undefined : JSON.parse(text), ms };
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
