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
  'slow-down': { type: 'slow-down', title: 'Too many attempts', status: 429 },
};

export function problemOf(error: DirectoryError): Problem {
  const { type, title, status } = directoryProblems[error.code];
  return {
    type: `/problems/${type}`,
    title,
    status,
    detail: error.message,
    ...(error.field === undefined
      ? {}
      : { errors: [{ field: error.field, message: error.message }] }),
    ...(error.counts === undefined ? {} : { counts: error.counts }),
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
