import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import {
  changeGroup,
  createDepartment,
  createGroup,
  createMember,
  createOrganization,
  type DirectorySession,
  departmentTree,
  listAuditEvents,
  systemSession,
  transferDepartmentMembers,
} from './index.ts';
import { write } from './write.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const run = (statement: string) =>
  sql.raw(statement).execute(world.database.entityManager().getKysely());

async function organizationWithEvents(name: string, now = new Date()): Promise<DirectorySession> {
  const em = world.database.entityManager();
  const session = systemSession(em, await createOrganization(em, { name, now }), { now });
  await createMember(session, { username: 'anna', enabled: true, profile: {} });
  return session;
}

async function countEvents({ organization }: DirectorySession): Promise<number> {
  const { rows } = await run(
    `select id from audit_event where organization_id = '${organization.id}'`,
  );
  return rows.length;
}

let kept = 0;
test.each([
  'update audit_event set actor_name = $$Nobody$$',
  'update audit_event set at = now()',
  'delete from audit_event',
  'truncate audit_event',
  'truncate organization cascade',
])('%s is refused', async (statement) => {
  const session = await organizationWithEvents(`Kept ${++kept}`);
  const before = await countEvents(session);
  await expect(run(statement)).rejects.toThrow(/audit events are append-only/);
  expect(await countEvents(session)).toBe(before);
  expect(before).toBe(2);
});

test('what is young stays, whatever the retention says', async () => {
  const session = await organizationWithEvents('Young');
  await expect(
    run(
      `select forget_audit_events('${session.organization.id}', 'ffffffff-ffff-7fff-bfff-ffffffffffff', 10)`,
    ),
  ).rejects.toThrow(/append-only/);
  expect(await countEvents(session)).toBe(2);
});

test('the audit of an organization goes with it', async () => {
  const session = await organizationWithEvents('Gone');
  const other = await organizationWithEvents('Stays');
  expect(await countEvents(session)).toBe(2);
  const id = session.organization.id;
  for (const table of ['member_role', 'member_department', 'member', 'role', 'department']) {
    await run(`delete from ${table} where organization_id = '${id}'`);
  }
  await run(`delete from organization where id = '${id}'`);
  expect(await countEvents(session)).toBe(0);
  expect(await countEvents(other)).toBe(2);
});

const newest = async (session: DirectorySession, limit = 10) =>
  (await listAuditEvents(session, { limit })).events;

test('a write that fails leaves no event', async () => {
  const session = await organizationWithEvents('Failing');
  const failed = write(session, async (tx) => {
    tx.record({ subject: 'member', subjectId: crypto.randomUUID(), kind: 'updated' });
    tx.note({ subject: 'mail', subjectId: crypto.randomUUID(), action: 'mail.test-sent' });
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await countEvents(session)).toBe(2);
});

test('events of one transaction stand in the order in which they were recorded', async () => {
  const session = await organizationWithEvents('Ordered');
  const subjectId = crypto.randomUUID();
  const names = Array.from({ length: 300 }, (_none, place) => `Event ${place}`);
  await write(session, async (tx) => {
    for (const name of names) tx.note({ subject: 'mail', subjectId, action: 'mail.sent', name });
  });
  const events = await newest(session, 300);
  expect(events.map(({ subject }) => subject.name)).toEqual(names.toReversed());
});

test('who records no name and no action gets the present name, and one by kind', async () => {
  const session = await organizationWithEvents('Unnamed');
  const member = await createMember(session, { username: 'ben', enabled: true, profile: {} });
  const group = await createGroup(session, { displayName: 'Readers' });
  await write(session, async (tx) => {
    tx.record({ subject: 'member', subjectId: member.id, kind: 'updated' });
    tx.record({ subject: 'group', subjectId: group.id, kind: 'updated' });
    tx.record({ subject: 'organization', subjectId: tx.organization.id, kind: 'updated' });
  });
  expect(await newest(session, 3)).toMatchObject([
    { action: 'organization.updated', subject: { name: 'Unnamed' } },
    { action: 'group.updated', subject: { name: 'Readers' } },
    { action: 'member.updated', subject: { name: 'ben' }, fields: {} },
  ]);
});

test('a change of thousands of memberships is told in few words', async () => {
  const session = await organizationWithEvents('Large');
  await run(`
    insert into member (organization_id, id, status, username, username_key, display_name,
      display_name_key, profile, profile_key, created_by, created_at, updated_at, version)
    select '${session.organization.id}', gen_random_uuid(), 'pending', 'u' || n, 'u' || n, 'u' || n,
      'u' || n, '{}', '{}', '{}', now(), now(), 1 from generate_series(1, 3000) n`);
  const { rows } = (await run(
    `select id from member where organization_id = '${session.organization.id}'`,
  )) as { rows: { id: string }[] };
  const ids = rows.map(({ id }) => id);
  const group = await createGroup(session, { displayName: 'All' }, [{ op: 'add', ids }]);
  await changeGroup(session, group.id, () => ({ membership: [{ op: 'replace', ids: [] }] }));
  expect(await newest(session, 2)).toMatchObject([
    { fields: { removedMembers: { before: { count: 3001 }, after: null } } },
    { fields: { addedMembers: { before: null, after: { count: 3001 } } } },
  ]);
  const sizes = await run(`select max(pg_column_size(e.fields))::int as size from audit_event e
    where organization_id = '${session.organization.id}'`);
  expect((sizes.rows as { size: number }[])[0]?.size).toBeLessThan(1000);
});

test('a transfer tells of each member where it was and where it is', async () => {
  const session = await organizationWithEvents('Moving');
  const [root] = await departmentTree(session);
  const [from, to, other] = await Promise.all(
    ['From', 'To', 'Other'].map((name) =>
      createDepartment(session, { name, parentId: root?.id ?? '' }),
    ),
  );
  const [a, b, c] = [from?.id ?? '', to?.id ?? '', other?.id ?? ''];
  for (const [username, departments] of Object.entries({ ben: [a], cleo: [c, a], dora: [a, b] })) {
    await createMember(session, { username, enabled: true, profile: {}, departments });
  }
  await transferDepartmentMembers(session, a, { to: b });
  const told = (await newest(session, 3)).map(({ action, subject, fields }) => [
    action,
    subject.name,
    fields.departments,
  ]);
  const names = (...list: string[]) => ({ count: list.length, names: list });
  expect(told).toEqual(
    expect.arrayContaining([
      ['member.moved', 'ben', { before: names('From'), after: names('To') }],
      ['member.moved', 'cleo', { before: names('Other', 'From'), after: names('Other', 'To') }],
      ['member.moved', 'dora', { before: names('From', 'To'), after: names('To') }],
    ]),
  );
});

test('pages, subjects and actors are found by an index that leads with the organization', async () => {
  const session = await organizationWithEvents('Planned');
  const organization = session.organization.id;
  const [rare] = await newest(session, 1);
  await run(`
    insert into audit_event (organization_id, id, at, action, subject, subject_id, actor_kind,
      actor_id, actor_name, fields)
    select o.id, gen_random_uuid(), now(), 'member.updated', 'member', gen_random_uuid(), 'member',
      gen_random_uuid(), 'Somebody', '{}'
    from organization o, generate_series(1, 3000) where o.name in ('Planned', 'Ordered')`);
  await run('analyze audit_event');
  const plan = async (condition: string) =>
    JSON.stringify(
      (
        await run(`explain select * from audit_event e
          where organization_id = '${organization}' and ${condition} order by id desc limit 51`)
      ).rows,
    );
  const someone = crypto.randomUUID();
  for (const [condition, index] of [
    ['true', 'audit_event_pkey'],
    [`id < '${rare?.id}'`, 'audit_event_pkey'],
    [`subject_id = '${someone}'`, 'audit_event_subject_index'],
    [`actor_id = '${someone}'`, 'audit_event_actor_index'],
  ] as const) {
    const found = await plan(condition);
    expect(found).toContain(index);
    expect(found).not.toMatch(/Seq Scan|Sort/);
  }
});
