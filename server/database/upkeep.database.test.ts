import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { createMember } from '../directory/index.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('the planner learns soon how many members a directory holds that is being filled', async () => {
  const session = world.session();
  await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      createMember(session, { username: `u${index}`, enabled: true, profile: {} }),
    ),
  );
  await vi.waitFor(
    async () => {
      const { rows } = await sql<{ known: number }>`
        select reltuples as known from pg_class where relname = 'member'
      `.execute(session.em.getKysely());
      expect(rows[0]?.known).toBeGreaterThanOrEqual(200);
    },
    { timeout: 15_000, interval: 200 },
  );
});

test('what runs often is planned once a connection', async ({ skip }) => {
  skip(world.database.kind === 'embedded', 'it keeps no plans');
  const session = world.session();
  await session.em.transactional(async (em) => {
    for (let index = 0; index < 3; index++) {
      await createMember({ ...session, em }, { username: `p${index}`, enabled: true, profile: {} });
    }
    const { rows } = await sql<{ runs: number }>`
      select (generic_plans + custom_plans)::int as runs from pg_prepared_statements
      where statement like '%insert into member%' and statement not like '%recorded%'
    `.execute(em.getKysely());
    expect(rows).toEqual([{ runs: expect.toSatisfy((runs: number) => runs >= 3) }]);
  });
});
