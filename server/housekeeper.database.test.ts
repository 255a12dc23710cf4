import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openWorld, type World } from '../test/support/world.ts';
import { currentPosition, readChanges } from './directory/index.ts';
import { startHousekeeper } from './housekeeper.ts';

let now = new Date('2024-03-01T00:00:00Z');
let world: World;
beforeAll(async () => {
  world = await openWorld({ now: () => now });
});
afterAll(() => world.close());

test('what is old goes by itself, and the log says how much', async () => {
  now = new Date('2024-05-01T00:00:00Z');
  const log = { info: vi.fn(), error: vi.fn() };
  const housekeeper = startHousekeeper(world.directory, log, { firstAfterMs: 0 });
  await vi.waitFor(() => expect(log.info).toHaveBeenCalledOnce());
  await housekeeper.close();
  const start = { ...(await currentPosition(world.directory.entityManager())), transaction: '0' };
  expect((await readChanges(world.directory.entityManager(), start)).changes).toEqual([]);
  expect(log.error).not.toHaveBeenCalled();
});

test('a housekeeper that is told to end does nothing more', async () => {
  const log = { info: vi.fn(), error: vi.fn() };
  const entityManager = vi.fn(world.directory.entityManager);
  const housekeeper = startHousekeeper({ ...world.directory, entityManager }, log, {
    firstAfterMs: 0,
    everyMs: 1,
  });
  await vi.waitFor(() => expect(entityManager).toHaveBeenCalled());
  await housekeeper.close();
  const calls = entityManager.mock.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(entityManager.mock.calls.length).toBe(calls);
});
