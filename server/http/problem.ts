import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { DirectoryError, DirectoryErrorCode } from '../directory/index.ts';

/** The one shape of every refusal (RFC 9457). `type` is stable, relative to the public URL. */
export const Problem = z
  .object({
    type: z.string().openapi({ example: '/problems/invalid-value' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'The fields at fault.' }),
    counts: z
      .record(z.string(), z.number().int())
      .optional()
      .openapi({ description: 'What stands in the way, and how many.', example: { members: 3 } }),
    organizations: z
      .array(z.object({ slug: z.string(), name: z.string(), username: z.string().nullable() }))
      .optional()
      .openapi({
        description: 'Those to choose from, with the username that the person has in each.',
      }),
  })
  .openapi('Problem');

export type Problem = z.infer<typeof Problem>;

interface ProblemKind {
  type: string;
  title: string;
  status: ContentfulStatusCode;
}

/** How each error of the directory looks over HTTP. */
const directoryProblems: Record<DirectoryErrorCode, ProblemKind> = {
  'not-found': { type: 'not-found', title: 'Not found', status: 404 },
  forbidden: { type: 'forbidden', title: 'Not allowed', status: 403 },
  'invalid-value': { type: 'invalid-value', title: 'A value is not acceptable', status: 400 },
  'not-unique': { type: 'not-unique', title: 'Already taken', status: 409 },
  'unknown-reference': { type: 'unknown-reference', title: 'Unknown reference', status: 400 },
  'version-mismatch': { type: 'version-mismatch', title: 'Changed meanwhile', status: 412 },
  conflict: { type: 'conflict', title: 'Not possible now', status: 409 },
  'in-use': { type: 'in-use', title: 'Something stands in the way', status: 409 },
  'invalid-credentials': { type: 'invalid-credentials', title: 'Sign-in refused', status: 401 },
  'choose-organization': {
    type: 'choose-organization',
    title: 'Choose an organization',
    status: 409,
  },
  'password-change-required': {
    type: 'password-change-required',
    title: 'Choose a password of your own first',
    status: 403,
  },
  'password-expired': { type: 'password-expired', title: 'The password ran out', status: 403 },
  'link-expired': { type: 'link-expired', title: 'The link has expired', status: 410 },
  'link-replaced': { type: 'link-replaced', title: 'There is a newer link', status: 410 },
  'link-revoked': { type: 'link-revoked', title: 'The link was withdrawn', status: 410 },
  'link-used': { type: 'link-used', title: 'The link was used already', status: 410 },
  unavailable: { type: 'unavailable', title: 'Try again in a moment', status: 503 },
  'slow-down': { type: 'slow-down', title: 'Too many attempts', status: 429 },
};

/** The stable `type` of an error. */
export function problemType(code: DirectoryErrorCode): string {
  return `/problems/${directoryProblems[code].type}`;
}

export function problemOf(error: DirectoryError): Problem {
  const { title, status } = directoryProblems[error.code];
  return {
    type: problemType(error.code),
    title,
    status,
    detail: error.message,
    ...(error.field === undefined
      ? {}
      : { errors: [{ field: error.field, message: error.message }] }),
    ...(error.counts === undefined ? {} : { counts: error.counts }),
    ...(error.organizations === undefined ? {} : { organizations: [...error.organizations] }),
  };
}

/** Answers with a problem document. */
export function sendProblem(c: Context, problem: Problem, headers: Record<string, string> = {}) {
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...headers,
  });
}

/** What an OpenAPI route declares for a refusal. */
export const problemResponse = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

export const unauthenticated: Problem = {
  type: '/problems/unauthenticated',
  title: 'Sign in first',
  status: 401,
};
