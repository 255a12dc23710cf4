import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { bearerToken } from './authentication.ts';
import { sendProblem, unauthenticated } from './problem.ts';

/**
 * Lets only the instance's operator pass, who has the key that ROSTER_OPERATOR_KEY sets. Where none is
 * set, nobody passes.
 */
export function authenticateOperator(operatorKey: string | undefined): MiddlewareHandler {
  return async (c, next) => {
    const given = bearerToken(c);
    if (operatorKey === undefined || given === undefined || !isEqual(given, operatorKey)) {
      return sendProblem(c, unauthenticated, { 'www-authenticate': 'Bearer' });
    }
    return next();
  };
}

// Digests have one length, which timingSafeEqual asks for.
function isEqual(given: string, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(key));
}
