import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { bootstrap } from '../directory/index.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('what the migrations make is what the entities say', async () => {
  const em = world.database.entityManager();
  const generator = em.getPlatform().getSchemaGenerator(em.getDriver(), em) as {
    getUpdateSchemaSQL(): Promise<string>;
  };
  expect(await generator.getUpdateSchemaSQL()).toBe('');
});

test('a second first run does nothing', async () => {
  const again = await bootstrap(world.directory, {
    organization: 'Other',
    username: 'root',
    scimProfile: 'rfc',
  });
  expect(again).toBeUndefined();
});

test('the database answers', async () => {
  await world.database.ping();
});
