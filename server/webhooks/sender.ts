import type { Logger } from 'pino';
import {
  type ClaimedDelivery,
  claimWebhookDeliveries,
  type DeliveryOutcome,
  type Directory,
  finishWebhookDelivery,
  queueWebhookDeliveries,
} from '../directory/index.ts';
import { type CallOptions, call, PrivateAddressError } from './call.ts';
import { signatureHeaders } from './signature.ts';

export interface WebhookSender {
  /** Looks for news now instead of at the next poll. */
  wake(): void;
  close(): Promise<void>;
}

// A slow receiver holds one of these, and no more than one.
const slots = 32;
const graceMs = 2000;

/**
 * Turns the change feed into deliveries and delivers them, on whichever node takes them first. Each webhook
 * gets one at a time.
 */
export function startWebhookSender(
  directory: Directory,
  log: Logger,
  { pollMs = 1000, ...options }: CallOptions & { pollMs?: number },
): WebhookSender {
  const inFlight = new Set<Promise<void>>();
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const attempt = async (delivery: ClaimedDelivery): Promise<DeliveryOutcome> => {
    const { id, url, secrets, payload: body } = delivery;
    if (secrets.length === 0) return { error: 'the key of this node does not open the secret' };
    try {
      const headers = signatureHeaders({ id, secrets, body }, directory.now());
      const status = await call({ url, headers, body, signal: stop.signal }, options);
      if (status >= 200 && status < 300) return { status };
      return { status, error: `answered ${status}` };
    } catch (error) {
      return { error: reasonOf(error) };
    }
  };
  const deliver = async (delivery: ClaimedDelivery) => {
    const outcome = await attempt(delivery);
    const { id, webhookId: webhook, attempts } = delivery;
    if (outcome.error === undefined) log.info({ webhook, delivery: id, attempts }, 'webhook told');
    else log.warn({ webhook, delivery: id, attempts, reason: outcome.error }, 'webhook not told');
    await finishWebhookDelivery(directory.entityManager(), delivery, outcome, directory.now());
  };
  const start = (delivery: ClaimedDelivery) => {
    // What cannot be recorded is delivered again when its lease ends.
    const done = deliver(delivery)
      .catch((error) => log.error({ err: error }, 'the end of a delivery cannot be recorded'))
      .finally(() => {
        inFlight.delete(done);
        wake();
      });
    inFlight.add(done);
  };
  const run = async () => {
    try {
      do {
        again = false;
        const more = await queueWebhookDeliveries(directory.entityManager(), directory.now());
        const free = slots - inFlight.size;
        const claimed =
          free === 0 ? [] : await claimWebhookDeliveries(directory, directory.now(), free);
        claimed.forEach(start);
        again ||= more;
      } while (again && !closed);
    } catch (error) {
      log.error({ err: error }, 'the queue of the webhooks cannot be read');
    } finally {
      running = undefined;
    }
  };
  const wake = () => {
    if (closed) return;
    again = true;
    running ??= run();
  };
  const timer = setInterval(wake, pollMs);

  return {
    wake,
    close: async () => {
      closed = true;
      clearInterval(timer);
      await running;
      const cut = setTimeout(() => stop.abort(), graceMs);
      await Promise.all(inFlight);
      clearTimeout(cut);
    },
  };
}

/** What an administrator reads: never more of a stranger's answer than its kind. */
function reasonOf(error: unknown): string {
  if (error instanceof PrivateAddressError) return 'the address is not public';
  const { code, name, cause } = error as { code?: string; name?: string; cause?: unknown };
  if ((cause as Error | undefined)?.name === 'TimeoutError') return 'no answer in time';
  if (name === 'AbortError') return 'the node was stopped meanwhile';
  return typeof code === 'string' ? code : 'the call failed';
}
