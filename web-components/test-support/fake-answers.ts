import type { Problem } from '../data/types.ts';

export interface Failure {
  readonly status: number;
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: Problem['errors'];
  readonly organizations?: Problem['organizations'];
  readonly headers?: Record<string, string>;
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

export function problem({
  status,
  type,
  title,
  detail,
  errors,
  organizations,
  headers = {},
}: Failure): Response {
  const body: Problem = {
    type: type ?? 'about:blank',
    title: title ?? `Status ${status}`,
    status,
    ...(detail && { detail }),
    ...(errors && { errors }),
    ...(organizations && { organizations }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}

/** The server's refusal of a password of fewer than 15 characters. */
export function refuseShort(password: string, field: string): Response | undefined {
  if (password.length >= 15) return undefined;
  const message = `${field} has fewer than 15 characters`;
  const type = '/problems/invalid-value';
  return problem({ status: 400, type, detail: message, errors: [{ field, message }] });
}
