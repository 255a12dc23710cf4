import type { Problem } from './types.ts';

/** What went wrong, as far as a reader of the page needs to know it. */
export type FailureKind =
  | 'offline'
  | 'credentials'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'invalid'
  | 'throttled'
  | 'server';

/** A request that failed. `AbortError` is not one of these: an aborted request has no result. */
export class RequestError extends Error {
  override readonly name: string = 'RequestError';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The server answered, and the answer was no (RFC 9457). */
export class ProblemError extends RequestError {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  /** seconds to wait (`Retry-After`, RFC 9110 section 10.2.3) */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(kindOf(problem), problem.detail ?? problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** @returns whether the server refused with this type of problem */
export function isProblem(error: unknown, type: string): error is ProblemError {
  return error instanceof ProblemError && error.problem.type === `/problems/${type}`;
}

/** @returns what the server says of one field; a nested field is known by its last name */
export function fieldMessage(error: unknown, field: string): string | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  return error.problem.errors?.find((one) => one.field.split('.').at(-1) === field)?.message;
}

function kindOf({ type, status }: Problem): FailureKind {
  if (type === '/problems/invalid-credentials') return 'credentials';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 429) return 'throttled';
  return status < 500 ? 'invalid' : 'server';
}

/** No answer came: the network, the server or its address is away. */
export class NetworkError extends RequestError {
  override readonly name = 'NetworkError';

  constructor(cause: unknown) {
    super('offline', 'The server could not be reached', { cause });
  }
}

/** @returns whether `error` only says that the request was given up */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Any thrown value as a `RequestError`, so that a view has one thing to show. */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  return new RequestError('server', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
