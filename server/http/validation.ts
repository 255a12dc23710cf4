import type { Context } from 'hono';
import type { z } from 'zod';
import { sendProblem } from './problem.ts';

/** Answers a request that does not fit its contract with the fields at fault. */
export function refuseInvalid(
  result: { success: true } | { success: false; error: z.core.$ZodError },
  c: Context,
): Response | undefined {
  if (result.success) return undefined;
  const errors = result.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    message: issue.message,
  }));
  return sendProblem(c, {
    type: '/problems/invalid-value',
    title: 'A value is not acceptable',
    status: 400,
    detail: errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    errors,
  });
}
