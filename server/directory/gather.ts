const standard = { most: 100, patienceMs: 50 };

interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (outcome: O | PromiseLike<O>) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Does together what is asked for while the work before is under way; what is asked for alone is done
 * at once. The work begins after the last of its items was asked for.
 *
 * @param work answers for each item, in their order
 * @param most items that are done together
 * @param patienceMs for how long others wait for work that is held up
 *
 * @example
 * const find = gather(async (ids: readonly string[]) => inTheOrderOf(ids, await findAll(ids)));
 * await Promise.all([find('a'), find('b')]);
 */
export function gather<I, O>(
  work: (items: readonly I[]) => Promise<readonly PromiseSettledResult<O>[]>,
  { most = standard.most, patienceMs = standard.patienceMs } = standard,
): (item: I) => Promise<O> {
  const waiting: Waiting<I, O>[] = [];
  let running = false;

  const together = async (batch: readonly Waiting<I, O>[]) => {
    try {
      const outcomes = await work(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome?.status === 'fulfilled') resolve(outcome.value);
        else reject(outcome?.reason ?? new Error('No outcome is told.'));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const run = async () => {
    while (waiting.length > 0) {
      const { promise: patience, resolve: lost } = Promise.withResolvers<void>();
      const timer = setTimeout(lost, patienceMs);
      await Promise.race([together(waiting.splice(0, most)), patience]);
      clearTimeout(timer);
    }
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      // After the sockets that can be read now.
      setImmediate(() => void run());
    });
}
