import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

test('the first is called at once, those who come soon after are called for together', async () => {
  let calls = 0;
  const { ask } = coalesce(() => void calls++, 30);
  ask();
  expect(calls).toBe(1);
  for (let index = 0; index < 10; index++) ask();
  expect(calls).toBe(1);
  await sleep(60);
  expect(calls).toBe(2);
  await sleep(60);
  expect(calls).toBe(2);
  ask();
  expect(calls).toBe(3);
});

test('nobody is called after the end', async () => {
  let calls = 0;
  const { ask, close } = coalesce(() => void calls++, 10);
  ask();
  ask();
  close();
  await sleep(30);
  expect(calls).toBe(1);
});
