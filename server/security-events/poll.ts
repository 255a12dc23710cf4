import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import {
  authenticatePollingStream,
  type Directory,
  type PollingStream,
  settleSecurityEvents,
  waitingSecurityEvents,
} from '../directory/index.ts';
import { ReceiverError, reasonOf } from './receiver-error.ts';
import { openSigner, publishedKeys } from './sign.ts';

const jti = z.string().max(255);
const PollRequest = z.object({
  maxEvents: z.int().min(0).default(100),
  returnImmediately: z.boolean().default(false),
  ack: z.array(jti).max(10_000).default([]),
  setErrs: z.record(jti, ReceiverError).default({}),
});

const eventsAtOnce = 100;
const bodyBytes = 1024 * 1024;
const lookEveryMs = 500;
const keysCachedSeconds = 3600;
/** Who would be one more is answered at once. */
const mostWaiting = { ofStream: 2, inAll: 500 };

export interface PollingOptions {
  /** For how long a poll waits for news at the most. */
  longestWaitMs?: number;
  /** Ends the waiting: the process stops. */
  stopping?: AbortSignal | undefined;
}

/** Where receivers fetch security events (RFC 8936), and the keys to verify them with. */
export function securityEventRoutes(
  directory: Directory,
  { longestWaitMs = 25_000, stopping }: PollingOptions = {},
): Hono {
  const waiting = new Map<string, number>();
  let waitingInAll = 0;

  const waitForEvents = async (stream: PollingStream, limit: number, signal: AbortSignal) => {
    const look = () => waitingSecurityEvents(directory, stream, limit);
    const until = Date.now() + longestWaitMs;
    const here = waiting.get(stream.id) ?? 0;
    let found = await look();
    if (here >= mostWaiting.ofStream || waitingInAll >= mostWaiting.inAll) return found;
    waiting.set(stream.id, here + 1);
    waitingInAll += 1;
    try {
      while (found.events.length === 0 && Date.now() < until && !signal.aborted) {
        await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
        found = await look();
      }
      return found;
    } finally {
      waitingInAll -= 1;
      const left = (waiting.get(stream.id) ?? 1) - 1;
      if (left > 0) waiting.set(stream.id, left);
      else waiting.delete(stream.id);
    }
  };

  return new Hono()
    .get('/.well-known/jwks.json', async (c) =>
      c.json(await publishedKeys(directory), 200, {
        'cache-control': `public, max-age=${keysCachedSeconds}`,
        'access-control-allow-origin': '*',
      }),
    )
    .post(
      '/scim/events/:stream',
      bodyLimit({
        maxSize: bodyBytes,
        onError: (c) => {
          // The rest of the body is not read.
          c.header('connection', 'close');
          return refuse(c, 413, 'invalid_request', `More than ${bodyBytes} bytes.`);
        },
      }),
      async (c) => {
        c.header('cache-control', 'no-store');
        const authenticate = () =>
          streamOf(directory, c.req.param('stream'), c.req.header('authorization'));
        const stream = await authenticate();
        if (stream === undefined) {
          c.header('www-authenticate', 'Bearer realm="SCIM events"');
          return refuse(c, 401, 'authentication_failed', 'The secret of this stream is needed.');
        }
        if (!stream.enabled) return refuse(c, 403, 'access_denied', 'The stream is disabled.');
        const read = PollRequest.safeParse(await c.req.json().catch(() => undefined));
        if (!read.success) {
          const [issue] = read.error.issues;
          const where = issue?.path.join('.') || 'The body';
          return refuse(c, 400, 'invalid_request', `${where}: ${issue?.message ?? 'wrong'}`);
        }
        const { maxEvents, returnImmediately, ack, setErrs } = read.data;
        const refused = Object.entries(setErrs).map(([id, error]) => ({
          id,
          reason: reasonOf(error),
        }));
        await settleSecurityEvents(directory, stream, { taken: ack, refused });
        const limit = Math.min(maxEvents, eventsAtOnce);
        // Who wants none only acknowledges (RFC 8936 section 2.4).
        const { events, more } =
          returnImmediately || limit === 0
            ? await waitingSecurityEvents(directory, stream, limit)
            : await waitForEvents(stream, limit, endOf(c, stopping));
        // While it waited its secret may have ended.
        if ((await authenticate())?.enabled !== true) {
          return refuse(c, 403, 'access_denied', 'The stream was just closed.');
        }
        const sign = events.length === 0 ? undefined : await openSigner(directory);
        const sets: Record<string, string> = {};
        for (const { id, payload } of events) if (sign) sets[id] = await sign(payload);
        return c.json({ sets, moreAvailable: more });
      },
    );
}

async function streamOf(directory: Directory, id: string, authorization: string | undefined) {
  const secret = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return secret === undefined ? undefined : authenticatePollingStream(directory, id, secret);
}

function endOf(c: Context, stopping: AbortSignal | undefined): AbortSignal {
  const { signal } = c.req.raw;
  return stopping === undefined ? signal : AbortSignal.any([signal, stopping]);
}

function refuse(c: Context, status: 400 | 401 | 403 | 413, err: string, description: string) {
  return c.json({ err, description }, status);
}
