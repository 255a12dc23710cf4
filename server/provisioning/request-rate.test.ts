import { expect, test } from 'vitest';
import { createRequestRate } from './request-rate.ts';

let now = 0;
const rate = () => createRequestRate({ perSecond: 50, burst: 200, now: () => now });

/** How many of so many requests at once are taken. */
const taken = (of: ReturnType<typeof rate>, token: string, requests: number) =>
  Array.from({ length: requests }, () => of.take(token)).filter((wait) => wait === 0).length;

test('a burst is taken, then what the bucket fills by', () => {
  const limit = rate();
  expect(taken(limit, 'entra', 300)).toBe(200);
  now += 1000;
  expect(taken(limit, 'entra', 300)).toBe(50);
  now += 3_600_000;
  expect(taken(limit, 'entra', 300)).toBe(200);
});

test('a token waits for itself only', () => {
  const limit = rate();
  taken(limit, 'entra', 300);
  expect(taken(limit, 'okta', 300)).toBe(200);
});

test('the wait is in whole seconds, and waiting it is enough', () => {
  for (const perSecond of [50, 1, 0.25]) {
    const limit = createRequestRate({ perSecond, burst: 1, now: () => now });
    expect(limit.take('entra')).toBe(0);
    const wait = limit.take('entra');
    expect(wait).toBe(Math.ceil(1 / perSecond));
    now += wait * 1000;
    expect(limit.take('entra')).toBe(0);
  }
});
