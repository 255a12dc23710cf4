import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { createMember, createOrganization, type DirectorySession, systemSession } from './index.ts';

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
