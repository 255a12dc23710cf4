import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { DirectoryError } from '../directory/index.ts';
import { type ProblemName, problemKinds } from './problem-types.ts';

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

/** The stable `type` of an error. */
export function problemType(name: ProblemName): string {
  return `/problems/${name}`;
}

/** A problem of a kind. */
export function problem(name: ProblemName, more: Partial<Problem> = {}): Problem {
  const { title, status } = problemKinds[name];
  return { type: problemType(name), title, status, ...more };
}

export function problemOf(error: DirectoryError): Problem {
  return problem(error.code, {
    detail: error.message,
    ...(error.field === undefined
      ? {}
      : { errors: [{ field: error.field, message: error.message }] }),
    ...(error.counts === undefined ? {} : { counts: error.counts }),
    ...(error.organizations === undefined ? {} : { organizations: [...error.organizations] }),
  });
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

export const unauthenticated = problem('unauthenticated');
