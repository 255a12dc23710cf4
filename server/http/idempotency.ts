import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { answerOnce } from '../directory/index.ts';
import type { AuthenticatedEnv } from './authentication.ts';
import { problem, sendProblem } from './problem.ts';

const keptHeaders = ['content-type', 'etag', 'location', 'cache-control'];

interface KeptResponse {
  status: number;
  headers: [string, string][];
  /** Base64. */
  body: string;
}

/**
 * A POST with the header `Idempotency-Key` is worked off once: sent again within 24 hours by the same
 * caller, it gets the first answer, with `Idempotent-Replayed: true`. What failed on our side, and what
 * came too often, is not kept.
 */
export function idempotency(): MiddlewareHandler<AuthenticatedEnv> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (key === undefined || c.req.method !== 'POST') return next();
    if (!/^[\x20-\x7E]{1,255}$/.test(key)) return sendProblem(c, unusableKey);
    const signedIn = c.get('signedIn');
    const content = createHash('sha256')
      .update(JSON.stringify([c.req.method, c.req.path, new URL(c.req.url).search]))
      // The first answer is for who may do the same: not for a widget token of the person who signed in,
      // nor after a permission was taken away.
      .update(JSON.stringify([signedIn !== undefined, [...c.get('session').permissions].sort()]))
      .update(Buffer.from(await c.req.arrayBuffer()))
      .digest();
    const outcome = await answerOnce(c.get('session'), { key, content }, async (session) => {
      c.set('session', session);
      if (signedIn !== undefined) c.set('signedIn', { ...signedIn, session });
      await next();
      return isKept(c.res) ? pack(c.res.clone()) : undefined;
    });
    switch (outcome.kind) {
      case 'answered':
        return;
      case 'repeated':
        return unpack(outcome.answer);
      case 'running':
        return sendProblem(c, problem('idempotency-running'), { 'retry-after': '1' });
      case 'reused':
        return sendProblem(c, problem('idempotency-key-reused'));
    }
  };
}

const unusableKey = problem('invalid-value', {
  detail: 'Idempotency-Key: 1 to 255 printable characters of ASCII.',
  errors: [{ field: 'Idempotency-Key', message: '1 to 255 printable characters of ASCII' }],
});

function isKept({ status }: Response): boolean {
  return status < 500 && status !== 429;
}

async function pack(response: Response): Promise<Uint8Array> {
  const kept: KeptResponse = {
    status: response.status,
    headers: [...response.headers].filter(([name]) => keptHeaders.includes(name)),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  };
  return Buffer.from(JSON.stringify(kept));
}

function unpack(answer: Uint8Array): Response {
  const { status, headers, body }: KeptResponse = JSON.parse(Buffer.from(answer).toString());
  return new Response(status === 204 ? null : Buffer.from(body, 'base64'), {
    status,
    headers: [...headers, ['idempotent-replayed', 'true']],
  });
}
