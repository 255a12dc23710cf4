import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { createMember, getMember } from '../directory/index.ts';
import { userStorage } from './user-storage.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('an invited member is no User until it has joined', async () => {
  const storage = userStorage(world.directory, { publicUrl: '', texts: plainTexts });
  const { id } = await createMember(world.session(), {
    invited: true,
    displayName: 'Guest',
    enabled: true,
    profile: {},
  });
  const query = { filter: { op: 'all' }, sort: undefined, offset: 0, limit: 10 } as const;
  const { total, rows } = await storage.list(world.session(), query, []);
  expect(total).toBe(1);
  expect(rows.map((resource) => resource.attributes.userName)).toEqual(['admin']);
  const nobody = { code: 'not-found' };
  await expect(storage.get(world.session(), id, [])).rejects.toMatchObject(nobody);
  await expect(
    storage.modify(world.session(), id, () => ({ attributes: { userName: 'x' } }) as never, []),
  ).rejects.toMatchObject(nobody);
  await expect(storage.delete(world.session(), id, () => {})).rejects.toMatchObject(nobody);
  expect((await getMember(world.session(), id)).status).toBe('pending');
});
