import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gather } from './gather.ts';

const fulfilled = <T>(value: T): PromiseSettledResult<T> => ({ status: 'fulfilled', value });

test('what is asked for while the work before is under way is done together, in its order', async () => {
  const batches: number[][] = [];
  const double = gather(async (items: readonly number[]) => {
    batches.push([...items]);
    await sleep(5);
    return items.map((item) => fulfilled(item * 2));
  });
  const first = double(1);
  await sleep(1);
  expect(await Promise.all([first, double(2), double(3), double(4)])).toEqual([2, 4, 6, 8]);
  expect(await double(5)).toBe(10);
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
});

test('work begins after the last of its items was asked for', async () => {
  let asked = 0;
  const seen = gather(async (items: readonly number[]) => items.map(() => fulfilled(asked)));
  const answers = Array.from({ length: 20 }, async (_, index) => {
    await sleep(index % 5);
    const mine = ++asked;
    return (await seen(0)) >= mine;
  });
  expect(await Promise.all(answers)).not.toContain(false);
});

test('each hears of its own failure, and all of the failure of the work', async () => {
  const refuse = gather(async (items: readonly string[]) => {
    if (items.includes('all')) throw new Error('gone');
    return items.map((item) =>
      item === 'bad'
        ? { status: 'rejected' as const, reason: new Error('refused') }
        : fulfilled(item),
    );
  });
  const outcomes = await Promise.allSettled([refuse('good'), refuse('bad')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await expect(Promise.all([refuse('all'), refuse('good')])).rejects.toThrow('gone');
  expect(await refuse('good')).toBe('good');
});

test('work that is held up holds others up for a moment only; more than fits goes into the next', async () => {
  const sizes: number[] = [];
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const pass = gather(
    async (items: readonly string[]) => {
      sizes.push(items.length);
      if (items.includes('held')) await held;
      return items.map(fulfilled);
    },
    { most: 3, patienceMs: 20 },
  );
  const first = pass('held');
  await sleep(5);
  expect(await Promise.all(['a', 'b', 'c', 'd'].map(pass))).toEqual(['a', 'b', 'c', 'd']);
  expect(sizes).toEqual([1, 3, 1]);
  release();
  expect(await first).toBe('held');
});
