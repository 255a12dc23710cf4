import type { Logger } from 'pino';
import { type Directory, forgetTheOld } from './directory/index.ts';

export interface Housekeeper {
  /** Ends what runs, after the batch it is at. */
  close(): Promise<void>;
}

/** Deletes once an hour what nobody needs any more; every node may do it. */
export function startHousekeeper(
  directory: Directory,
  log: Pick<Logger, 'info' | 'error'>,
  { everyMs = 60 * 60_000, firstAfterMs = 60_000 } = {},
): Housekeeper {
  let closed = false;
  let running: Promise<void> | undefined;

  const tidy = async () => {
    try {
      const forgotten = await forgetTheOld(directory, () => closed);
      if (Object.values(forgotten).some((count) => count > 0)) {
        log.info({ forgotten }, 'old rows deleted');
      }
    } catch (error) {
      log.error({ err: error }, 'old rows could not be deleted');
    } finally {
      running = undefined;
    }
  };
  const run = () => {
    running ??= tidy();
  };
  const first = setTimeout(run, firstAfterMs);
  const timer = setInterval(run, everyMs);

  return {
    close: async () => {
      closed = true;
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
