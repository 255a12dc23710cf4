import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { answerOnce } from './idempotency.ts';
import { createRole, listRoles } from './index.ts';

let now = new Date('2026-11-24T12:00:00Z');
let world: World;
beforeAll(async () => {
  world = await openWorld({ now: () => now });
});
afterAll(() => world.close());

const content = Buffer.from('a request');
let names = 0;

/** Work that leaves a trace and tells a secret. */
const work = (secret = 'a secret') => {
  const name = `Role ${++names}`;
  return {
    name,
    run: async (session: Parameters<typeof createRole>[0]) => {
      await createRole(session, { name, permissions: [] });
      return Buffer.from(secret);
    },
  };
};
const madeRoles = async () => (await listRoles(world.session())).map(({ name }) => name);

test('work is done once, and its answer is told again', async () => {
  const [first, again] = [work('told once'), work()];
  expect(await answerOnce(world.session(), { key: 'k', content }, first.run)).toEqual({
    kind: 'answered',
  });
  expect(await answerOnce(world.session(), { key: 'k', content }, again.run)).toEqual({
    kind: 'repeated',
    answer: Buffer.from('told once'),
  });
  expect(await madeRoles()).toContain(first.name);
  expect(await madeRoles()).not.toContain(again.name);
});

test('another request with the key is not done', async () => {
  const other = work();
  const request = { key: 'k', content: Buffer.from('another') };
  expect(await answerOnce(world.session(), request, other.run)).toEqual({ kind: 'reused' });
  expect(await madeRoles()).not.toContain(other.name);
});

test('each actor has keys of its own', async () => {
  const theirs = work();
  const session = {
    ...world.session(),
    actor: { kind: 'api-key' as const, id: crypto.randomUUID(), name: 'x' },
  };
  expect((await answerOnce(session, { key: 'k', content }, theirs.run)).kind).toBe('answered');
});

test('who reads the database reads no answer and no key', async () => {
  const key = 'a-key-that-nobody-guesses';
  await answerOnce(world.session(), { key, content }, work('rk_a-secret').run);
  const { rows } = await sql`select to_jsonb(t)::text as row from idempotent_answer t`.execute(
    world.database.entityManager().getKysely(),
  );
  expect(rows.length).toBeGreaterThan(0);
  const stored = JSON.stringify(rows);
  for (const secret of [key, 'rk_a-secret', Buffer.from('rk_a-secret').toString('base64')]) {
    expect(stored).not.toContain(secret);
  }
});

test('what fails, or is not to be kept, leaves nothing behind and can be done again', async () => {
  const [failing, refused, fine] = [work(), work(), work()];
  const key = 'failing';
  await expect(
    answerOnce(world.session(), { key, content }, async (session) => {
      await failing.run(session);
      throw new Error('The node died.');
    }),
  ).rejects.toThrow('The node died.');
  await answerOnce(world.session(), { key, content }, async (session) => {
    await refused.run(session);
    return undefined;
  });
  const made = await madeRoles();
  expect(made).not.toContain(failing.name);
  expect(made).not.toContain(refused.name);
  expect((await answerOnce(world.session(), { key, content }, fine.run)).kind).toBe('answered');
});

test('readers of the feed are told after the commit, and only then', async () => {
  let toldInside = false;
  let told = 0;
  const announce = () => {
    told++;
  };
  const done = work();
  const session = { ...world.session(), announce };
  await answerOnce(session, { key: 'told', content }, async (inside) => {
    const answer = await done.run(inside);
    toldInside = told > 0;
    return answer;
  });
  expect({ toldInside, told }).toEqual({ toldInside: false, told: 1 });
});

test('after a day the key is free', async () => {
  const key = 'daily';
  await answerOnce(world.session(), { key, content }, work().run);
  now = new Date(now.getTime() + 24 * 3_600_000 - 1);
  expect((await answerOnce(world.session(), { key, content }, work().run)).kind).toBe('repeated');
  now = new Date(now.getTime() + 1);
  expect((await answerOnce(world.session(), { key, content }, work().run)).kind).toBe('answered');
});

// The embedded database has one connection: there the second waits for the first.
test.skipIf(!inject('postgresUrl'))(
  'while one works, another with its key is sent away',
  async () => {
    const [slow, other] = [work(), work()];
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const first = answerOnce(world.session(), { key: 'slow', content }, async (session) => {
      const answer = await slow.run(session);
      started.resolve();
      await gate.promise;
      return answer;
    });
    await started.promise;
    expect(await answerOnce(world.session(), { key: 'slow', content }, other.run)).toEqual({
      kind: 'running',
    });
    gate.resolve();
    expect(await first).toEqual({ kind: 'answered' });
    expect((await answerOnce(world.session(), { key: 'slow', content }, other.run)).kind).toBe(
      'repeated',
    );
  },
);
