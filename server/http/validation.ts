import type { Context } from 'hono';
import type { z } from 'zod';
import { problem, sendProblem } from './problem.ts';

const mostErrors = 20;
const longestMessage = 200;

/** Answers a request that does not fit its contract with the fields at fault. */
export function refuseInvalid(
  result: { success: true } | { success: false; error: z.core.$ZodError },
  c: Context,
): Response | undefined {
  if (result.success) return undefined;
  const errors = result.error.issues
    .flatMap((issue) => errorsOf(issue, []))
    .slice(0, mostErrors)
    .map(({ field, message }) => ({
      field: shorten(field),
      message: shorten(message),
    }));
  return sendProblem(
    c,
    problem('invalid-value', {
      detail: errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
      errors,
    }),
  );
}

type FieldError = { field: string; message: string };

/** @param above where the value stands that the issue is about */
function errorsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): FieldError[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: nameOf([...path, key]),
      message: 'There is no such field',
    }));
  }
  // Of the alternatives, the one that fits best says what is wrong.
  const [nearest] =
    issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => a.length - b.length) : [];
  if (nearest !== undefined && nearest.length > 0) {
    return nearest.flatMap((inner) => errorsOf(inner, path));
  }
  return [{ field: nameOf(path), message: wordsOf(issue) }];
}

function wordsOf({ code, message }: z.core.$ZodIssue): string {
  if (code === 'invalid_type' && message.endsWith(', received undefined')) return 'is missing';
  return message.replace(/^Invalid (input|option): /, '');
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'body';
}

// What was sent stands in it, and can be long.
function shorten(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage).toWellFormed()}…`;
}
