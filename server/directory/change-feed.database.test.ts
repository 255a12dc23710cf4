import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { changesKeptMs, currentPosition, followChanges, readChanges } from './change-feed.ts';
import type { FeedChange } from './changes.ts';
import { createMember } from './create-member.ts';
import { createGroup } from './groups.ts';
import { write } from './write.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('every write carries its change in the same transaction', async () => {
  const from = await currentPosition(world.directory.entityManager());
  const member = await createMember(world.session(), {
    username: 'ben',
    enabled: true,
    profile: {},
  });
  const { changes } = await readChanges(world.directory.entityManager(), from);
  expect(changes).toMatchObject([{ subject: 'member', subjectId: member.id, kind: 'created' }]);
});

test('a write that fails leaves no change', async () => {
  const from = await currentPosition(world.directory.entityManager());
  const failed = write(world.session(), async (tx) => {
    tx.record({ subject: 'member', subjectId: world.made.organization.id, kind: 'updated' });
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect((await readChanges(world.directory.entityManager(), from)).changes).toEqual([]);
});

test('a group tells who came in, not who is in', async () => {
  const member = await createMember(world.session(), {
    username: 'cleo',
    enabled: true,
    profile: {},
  });
  const from = await currentPosition(world.directory.entityManager());
  const group = await createGroup(world.session(), { displayName: 'Readers' }, [
    { op: 'add', ids: [member.id] },
  ]);
  const { changes } = await readChanges(world.directory.entityManager(), from);
  expect(changes).toMatchObject([
    { subject: 'group', subjectId: group.id, kind: 'created' },
    { kind: 'membership', membership: { addedMembers: [member.id], removedMembers: [] } },
  ]);
});

test('a follower that could not look for too long never goes on as if nothing were missing', async () => {
  let time = Date.now();
  const seen: FeedChange[] = [];
  const errors: unknown[] = [];
  const follower = followChanges(
    world.database.entityManager,
    await currentPosition(world.directory.entityManager()),
    async (changes) => void seen.push(...changes),
    { pollMs: 1_000_000, now: () => time, onError: (error) => void errors.push(error) },
  );
  time += changesKeptMs / 2;
  await createGroup(world.session(), { displayName: 'Seen' });
  await follower.caughtUp();
  expect(seen.length).toBe(1);
  time += changesKeptMs / 2 + 1;
  await createGroup(world.session(), { displayName: 'Missed' });
  await follower.caughtUp();
  await follower.caughtUp();
  expect(seen.length).toBe(1);
  expect(errors.length).toBe(2);
  await follower.close();
});

test('pages of any size tell every change once, in order, whatever their numbers', async () => {
  const from = await currentPosition(world.directory.entityManager());
  const made: string[] = [];
  // Both the numbers and those of the transactions gain a digit on the way.
  const db = world.directory.entityManager().getKysely();
  for (let transaction = 0; transaction < 12; transaction++) {
    await write(world.session(), async (tx) => {
      for (let change = 0; change < 100; change++) {
        const subjectId = crypto.randomUUID();
        made.push(subjectId);
        tx.record({ subject: 'member', subjectId, kind: 'updated' });
      }
    });
  }
  const { rows } = await sql<{ digits: number }>`
    select count(distinct length(id::text))::int as digits from change`.execute(db);
  expect(rows[0]?.digits).toBeGreaterThan(1);
  const told: string[] = [];
  for (let position = from; ; ) {
    const page = await readChanges(world.directory.entityManager(), position, 70);
    if (page.changes.length === 0) break;
    told.push(...page.changes.map(({ subjectId }) => subjectId));
    position = page.position;
  }
  expect(told).toEqual(made);
});

test('a transaction that commits late is not skipped', async ({ skip }) => {
  if (world.database.kind === 'embedded') skip('one connection: nothing commits late');
  const from = await currentPosition(world.directory.entityManager());
  const seen: string[] = [];
  const follower = followChanges(
    world.database.entityManager,
    from,
    async (changes: FeedChange[]) => void seen.push(...changes.map((change) => change.subjectId)),
    { pollMs: 20 },
  );
  const early = crypto.randomUUID();
  const late = crypto.randomUUID();
  // The late one takes its number first and commits last.
  const release = Promise.withResolvers<void>();
  const numbered = Promise.withResolvers<void>();
  const lateWrite = world.database.entityManager().transactional(async (em) => {
    await insertChange(em, late);
    numbered.resolve();
    await release.promise;
  });
  await numbered.promise;
  await world.database.entityManager().transactional((em) => insertChange(em, early));
  await follower.caughtUp();
  // What a reader that goes by numbers alone would have moved past.
  expect(seen).toEqual([]);
  release.resolve();
  await lateWrite;
  await expect.poll(() => seen).toEqual([late, early]);
  await follower.close();
});

test('a batch that could not be handed on is handed on again', async () => {
  const from = await currentPosition(world.directory.entityManager());
  let failures = 2;
  const seen: string[] = [];
  const errors: unknown[] = [];
  const follower = followChanges(
    world.database.entityManager,
    from,
    async (changes) => {
      if (failures-- > 0) throw new Error('not yet');
      seen.push(...changes.map((change) => change.subjectId));
    },
    { pollMs: 10, onError: (error) => void errors.push(error) },
  );
  const member = await createMember(world.session(), {
    username: 'dora',
    enabled: true,
    profile: {},
  });
  await expect.poll(() => seen).toEqual([member.id]);
  expect(errors).toHaveLength(2);
  await follower.close();
});

async function insertChange(
  em: ReturnType<World['database']['entityManager']>,
  subject: string,
): Promise<void> {
  await sql`
    insert into change (organization_id, subject, subject_id, kind, actor, at)
    values (${world.made.organization.id}, 'member', ${subject}, 'updated', '{}', now())
  `.execute(em.getKysely());
}
