import { ProblemError } from './errors.ts';
import type { OfferedOrganization, Problem } from './types.ts';

const maxBody = 64 * 1024;

/** Reads a failed response as a problem (RFC 9457); a proxy's HTML page becomes one too. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const text = (await response.text().catch(() => '')).slice(0, maxBody);
  return new ProblemError(
    parseProblem(text, response),
    retryAfterSeconds(response.headers.get('Retry-After')),
  );
}

function parseProblem(text: string, response: Response): Problem {
  const blank: Problem = {
    type: 'about:blank',
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
  };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return blank;
  }
  if (!isRecord(body)) return blank;
  const errors = Array.isArray(body.errors) ? body.errors.filter(isFieldError) : [];
  const { organizations: all } = body;
  const organizations = Array.isArray(all) ? all.filter(isOfferedOrganization) : [];
  return {
    ...blank,
    ...(typeof body.type === 'string' && { type: body.type }),
    ...(typeof body.title === 'string' && { title: body.title }),
    ...(typeof body.detail === 'string' && { detail: body.detail }),
    ...(errors.length > 0 && { errors }),
    ...(organizations.length > 0 && { organizations }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFieldError(value: unknown): value is { field: string; message: string } {
  return isRecord(value) && typeof value.field === 'string' && typeof value.message === 'string';
}

function isOfferedOrganization(value: unknown): value is OfferedOrganization {
  return (
    isRecord(value) &&
    typeof value.slug === 'string' &&
    typeof value.name === 'string' &&
    (value.username === null || typeof value.username === 'string')
  );
}

/** `Retry-After` is seconds or a date (RFC 9110 section 10.2.3). */
export function retryAfterSeconds(header: string | null, now = Date.now()): number | null {
  if (header === null) return null;
  const trimmed = header.trim();
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed);
  const date = Date.parse(trimmed);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000));
}
