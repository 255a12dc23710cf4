import type { Logger } from 'pino';
import { type CallOptions, call } from '../delivery/call.ts';
import { type DeliveryWorker, startDeliveryWorker } from '../delivery/worker.ts';
import {
  type ClaimedWebhookDelivery,
  claimWebhookDeliveries,
  type Directory,
  finishWebhookDelivery,
  queueWebhookDeliveries,
} from '../directory/index.ts';
import { signatureHeaders } from './signature.ts';

/** Tells the webhooks what the change feed has for them. */
export function startWebhookSender(
  directory: Directory,
  log: Logger,
  { pollMs, ...options }: CallOptions & { pollMs?: number },
): DeliveryWorker {
  return startDeliveryWorker<ClaimedWebhookDelivery>(
    directory,
    log,
    {
      receiver: 'webhook',
      queue: (now) => queueWebhookDeliveries(directory.entityManager(), now),
      claim: (now, limit) => claimWebhookDeliveries(directory, now, limit),
      attempt: async ({ id, url, secrets, payload: body }, signal) => {
        if (secrets.length === 0) return { error: 'the key of this node does not open the secret' };
        const headers = {
          ...signatureHeaders({ id, secrets, body }, directory.now()),
          'content-type': 'application/json',
        };
        const { status } = await call({ url, headers, body, signal }, options);
        if (status >= 200 && status < 300) return { status };
        return { status, error: `answered ${status}` };
      },
      finish: (delivery, outcome, now) =>
        finishWebhookDelivery(directory.entityManager(), delivery, outcome, now),
    },
    { pollMs },
  );
}
