import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import { DirectoryError, unavailable } from '../directory/index.ts';
import { problem, problemOf, sendProblem } from './problem.ts';
import type { ProblemName } from './problem-types.ts';

const ofHttpStatus: Record<number, ProblemName> = {
  413: 'too-large',
  415: 'unsupported-media-type',
};

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
      const name = ofHttpStatus[error.status] ?? 'bad-request';
      return sendProblem(c, problem(name, { detail: error.message }));
    }
    log.error({ err: error, requestId: c.get('requestId') }, 'a request failed');
    return sendProblem(c, problem('internal'));
  };
}

export function answerNowhere(c: Context) {
  return sendProblem(c, problem('not-found'));
}
