import type { Logger } from 'pino';
import type { ClaimedDelivery, DeliveryOutcome, Directory } from '../directory/index.ts';
import { PrivateAddressError } from './call.ts';

export interface DeliveryWorker {
  /** Looks for news now instead of at the next poll. */
  wake(): void;
  close(): Promise<void>;
}

/** What a worker delivers, and how. */
export interface DeliveryWork<D extends ClaimedDelivery> {
  /** In the log. */
  receiver: string;
  /** Turns news of the change feed into deliveries, and answers whether there can be more at once. */
  queue(now: Date): Promise<boolean>;
  claim(now: Date, limit: number): Promise<D[]>;
  /** May fail as `call` does. */
  attempt(delivery: D, signal: AbortSignal): Promise<DeliveryOutcome>;
  finish(delivery: D, outcome: DeliveryOutcome, now: Date): Promise<void>;
}

// A slow receiver holds one of these, and no more than one.
const slots = 32;
const graceMs = 2000;

/**
 * Turns the change feed into deliveries and delivers them, on whichever node takes them first. Each
 * receiver gets one at a time.
 */
export function startDeliveryWorker<D extends ClaimedDelivery>(
  directory: Pick<Directory, 'now'>,
  log: Logger,
  work: DeliveryWork<D>,
  { pollMs = 1000 }: { pollMs?: number | undefined } = {},
): DeliveryWorker {
  const inFlight = new Set<Promise<void>>();
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const deliver = async (delivery: D) => {
    const outcome = await work
      .attempt(delivery, stop.signal)
      .catch((error): DeliveryOutcome => ({ error: reasonOf(error) }));
    const { id, receiverId, attempts } = delivery;
    const told = { [work.receiver]: receiverId, delivery: id, attempts };
    if (outcome.error === undefined) log.info(told, `${work.receiver} told`);
    else log.warn({ ...told, reason: outcome.error }, `${work.receiver} not told`);
    await work.finish(delivery, outcome, directory.now());
  };
  const start = (delivery: D) => {
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
        const more = await work.queue(directory.now());
        const free = slots - inFlight.size;
        const claimed = free === 0 ? [] : await work.claim(directory.now(), free);
        claimed.forEach(start);
        again ||= more;
      } while (again && !closed);
    } catch (error) {
      log.error({ err: error }, `the queue for each ${work.receiver} cannot be read`);
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
