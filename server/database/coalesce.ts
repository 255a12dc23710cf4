/** Calls at once after a quiet time, else once for all who ask until it is over. */
export function coalesce(call: () => void, quietMs: number): { ask(): void; close(): void } {
  let last = Number.NEGATIVE_INFINITY;
  let pending: NodeJS.Timeout | undefined;
  const run = () => {
    pending = undefined;
    last = performance.now();
    call();
  };
  return {
    ask: () => {
      if (pending !== undefined) return;
      const wait = last + quietMs - performance.now();
      if (wait <= 0) run();
      else pending = setTimeout(run, wait);
    },
    close: () => clearTimeout(pending),
  };
}
