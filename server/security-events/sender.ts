import type { Logger } from 'pino';
import { type Answered, type CallOptions, call } from '../delivery/call.ts';
import { type DeliveryWorker, startDeliveryWorker } from '../delivery/worker.ts';
import {
  type ClaimedSecurityEvent,
  claimSecurityEvents,
  type DeliveryOutcome,
  type Directory,
  finishSecurityEvent,
  queueSecurityEvents,
  type SecurityEventTeller,
} from '../directory/index.ts';
import { reasonGiven } from './receiver-error.ts';
import { openSigner } from './sign.ts';

/** Queues what the change feed has for event streams, and pushes it to those that want that (RFC 8935). */
export function startSecurityEventSender(
  directory: Directory,
  tell: SecurityEventTeller,
  log: Logger,
  { pollMs, ...options }: CallOptions & { pollMs?: number },
): DeliveryWorker {
  return startDeliveryWorker<ClaimedSecurityEvent>(
    directory,
    log,
    {
      receiver: 'event-stream',
      queue: (now) => queueSecurityEvents(directory.entityManager(), tell, now),
      claim: (now, limit) => claimSecurityEvents(directory, now, limit),
      attempt: async ({ url, token, payload }, signal) => {
        if (token === null) return { error: 'the key of this node does not open the token' };
        const sign = await openSigner(directory);
        const headers = {
          'content-type': 'application/secevent+jwt',
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        };
        const body = await sign(payload);
        return outcomeOf(await call({ url, headers, body, signal, reads: true }, options));
      },
      finish: (event, outcome, now) =>
        finishSecurityEvent(directory.entityManager(), event, outcome, now),
    },
    { pollMs },
  );
}

// What a receiver says of the event itself stays true when it is asked again (RFC 8935 section 2.4); a key,
// a token or a permission can be mended.
const final = new Set(['invalid_request', 'invalid_issuer', 'invalid_audience']);

function outcomeOf({ status, body }: Answered): DeliveryOutcome {
  if (status >= 200 && status < 300) return { status };
  const given = status === 400 ? reasonGiven(body) : undefined;
  if (given === undefined) return { status, error: `answered ${status}` };
  return { status, error: given.reason, refused: final.has(given.code) };
}
