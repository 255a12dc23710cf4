import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import { DirectoryError, unavailable } from '../directory/index.ts';
import { problemOf, sendProblem } from './problem.ts';

/** Answers whatever a route throws with a problem document; what nobody foresaw is logged, not told. */
export function answerFailures(log: Pick<Logger, 'error'>): ErrorHandler {
  return (failure, c) => {
    const error = unavailable(failure) ?? failure;
    if (error instanceof DirectoryError) {
      const wait = error.retryAfterSeconds;
      const headers: Record<string, string> =
        wait === undefined ? {} : { 'retry-after': String(wait) };
      return sendProblem(c, problemOf(error), headers);
    }
    if (error instanceof HTTPException) {
      return sendProblem(c, {
        type: '/problems/bad-request',
        title: error.status === 413 ? 'Too large' : 'The request cannot be read',
        status: error.status,
        detail: error.message,
      });
    }
    log.error({ err: error, requestId: c.get('requestId') }, 'a request failed');
    return sendProblem(c, {
      type: '/problems/internal',
      title: 'Something failed here',
      status: 500,
    });
  };
}

export function answerNowhere(c: Context) {
  return sendProblem(c, { type: '/problems/not-found', title: 'Not found', status: 404 });
}
