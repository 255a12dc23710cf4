import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import {
  createMember,
  createOrganization,
  type DirectorySession,
  getMember,
  type NewMember,
  systemSession,
} from './index.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const create = (session: DirectorySession, username: string, more: Partial<NewMember> = {}) =>
  createMember(session, { username, enabled: true, profile: {}, ...more });

const absent = '00000000-0000-4000-8000-000000000000';

/** How often the members are told of, in the change feed and in the audit. */
async function told(ids: readonly string[]): Promise<{ changes: number; events: number }> {
  const { rows } = await sql<{ changes: number; events: number }>`
    select
      (select count(*)::int from change
        where subject_id = any(${ids}::uuid[]) and kind = 'created') as changes,
      (select count(*)::int from audit_event
        where subject_id = any(${ids}::uuid[]) and action = 'member.created') as events
  `.execute(world.database.entityManager().getKysely());
  return rows[0] ?? { changes: 0, events: 0 };
}

test('members made at the same moment are whole, each told once, by who made it', async () => {
  const made = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      create(
        {
          ...world.session(),
          actor: { kind: 'system', name: `Maker ${index}` },
          origin: { address: '192.0.2.1', requestId: `request-${index}` },
        },
        `together-${index}`,
        { externalId: `together-${index}`, enabled: index % 2 === 0 },
      ),
    ),
  );
  for (const member of made) expect(await getMember(world.session(), member.id)).toEqual(member);
  expect(await told(made.map(({ id }) => id))).toEqual({ changes: 30, events: 30 });
  const { rows } = await sql`
    select actor_name, address, request_id, subject_name from audit_event
    where subject_id = ${made[7]?.id}
  `.execute(world.database.entityManager().getKysely());
  expect(rows).toEqual([
    {
      actor_name: 'Maker 7',
      address: '192.0.2.1',
      request_id: 'request-7',
      subject_name: 'together-7',
    },
  ]);
});

test('the audit tells of it the same as of one made in a transaction', async () => {
  const session = world.session();
  const boss = await create(session, 'boss');
  const more = {
    manager: boss.id,
    externalId: 'x',
    enabled: false,
    profile: {
      name: { givenName: 'Ida', familyName: 'Berg' },
      emails: [{ value: 'ida@acme.example', type: 'work', primary: true }],
      title: 'x'.repeat(600),
    },
  };
  const apart = await create(session, 'apart', { ...more, externalId: 'apart' });
  const inside = await session.em.transactional((em) =>
    create({ ...session, em }, 'inside', { ...more, externalId: 'inside' }),
  );
  const fieldsOf = async (id: string) => {
    const { rows } = await sql<{ fields: Record<string, unknown> }>`
      select fields from audit_event where subject_id = ${id}`.execute(session.em.getKysely());
    return rows[0]?.fields;
  };
  const fields = await fieldsOf(apart.id);
  expect(fields).toMatchObject({
    username: { before: null, after: 'apart' },
    status: { before: null, after: 'disabled' },
    manager: { before: null, after: 'boss' },
    departments: { before: null, after: { count: 1, names: ['Acme'] } },
    roles: { before: null, after: { count: 1, names: ['Member'] } },
  });
  const { rows: told } = await sql<{ alike: boolean }>`
    select (select array(select unnest(c.fields) order by 1) from change c where c.subject_id = ${apart.id})
      = (select array(select unnest(c.fields) order by 1) from change c where c.subject_id = ${inside.id})
      as alike`.execute(session.em.getKysely());
  expect(told).toEqual([{ alike: true }]);
  const { username, externalId, ...others } = (await fieldsOf(inside.id)) ?? {};
  expect(fields).toMatchObject(others);
  expect(Object.keys(fields ?? {}).sort()).toEqual(
    [...Object.keys(others), 'username', 'externalId'].sort(),
  );
});

test('one that is refused is refused alone, with its own reason', async () => {
  const session = world.session();
  await create(session, 'taken', { externalId: 'taken' });
  const outcomes = await Promise.allSettled([
    create(session, 'first'),
    create(session, 'fine-1'),
    create(session, 'TAKEN'),
    create(session, 'fine-2'),
    create(session, 'other', { externalId: 'taken' }),
    create(session, 'twin'),
    create(session, 'twin'),
    create(session, 'led', { manager: absent }),
    create(session, 'fine-3'),
  ]);
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? 'made' : one.reason.field))).toEqual([
    'made',
    'made',
    'username',
    'made',
    'externalId',
    'made',
    'username',
    'manager',
    'made',
  ]);
  const ids = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
  expect(await told(ids)).toEqual({ changes: 5, events: 5 });
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from account a
    where not exists (select from member m where m.account_id = a.id)
  `.execute(session.em.getKysely());
  expect(rows).toEqual([{ count: 0 }]);
});

test('organizations that fill at the same moment keep to themselves', async () => {
  const sessions = await Promise.all(
    ['North', 'South'].map(async (name) => {
      const em = world.database.entityManager();
      const now = new Date();
      return systemSession(em, await createOrganization(em, { name, now }), { now });
    }),
  );
  const made = await Promise.all(
    sessions.flatMap((session) =>
      Array.from({ length: 10 }, async (_, index) => {
        const { id, departments } = await create(session, `same-${index}`);
        return { session, id, departments };
      }),
    ),
  );
  for (const { session, id, departments } of made) {
    expect(departments).toMatchObject([{ name: session.organization.name }]);
    expect((await getMember(session, id)).id).toBe(id);
    const other = sessions.find((one) => one !== session) ?? session;
    await expect(getMember(other, id)).rejects.toMatchObject({ code: 'not-found' });
  }
});

test('a name that another transaction is about to take keeps nobody else waiting', async ({
  skip,
}) => {
  skip(world.database.kind === 'embedded', 'it has one connection');
  const session = world.session();
  let free = false;
  let held: Promise<unknown> | undefined;
  await session.em.transactional(async (em) => {
    await create({ ...session, em }, 'held');
    held = create(session, 'held').catch((error) => error.field);
    await sleep(10);
    await create(session, 'free');
    free = true;
  });
  expect(free).toBe(true);
  expect(await held).toBe('username');
});
