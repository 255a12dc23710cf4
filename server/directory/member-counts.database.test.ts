import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { createMember } from './create-member.ts';
import { listMembers } from './list-members.ts';
import { disableMember, enableMember } from './member-status.ts';
import { createOrganization, systemSession } from './organizations.ts';
import { removeMember } from './remove-member.ts';
import type { DirectorySession } from './session.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const listing = { sort: 'name', descending: false, limit: 1 } as const;
const named = (username: string, more = {}) => ({ username, enabled: true, profile: {}, ...more });

/** What is kept, having compared it with the rows themselves. */
async function counts(session: DirectorySession) {
  const { counts: kept, total } = await listMembers(session, listing);
  const { rows } = await sql<{ status: string; count: number }>`
    select s.status, count(m.id)::int as count
    from unnest(array['pending', 'enabled', 'disabled']) as s (status)
    left join member m on m.organization_id = ${session.organization.id} and m.status = s.status
    group by s.status
  `.execute(session.em.getKysely());
  expect(kept).toEqual(Object.fromEntries(rows.map(({ status, count }) => [status, count])));
  expect(total).toBe(rows.reduce((sum, { count }) => sum + count, 0));
  return kept;
}

test('the counts follow every change, also those that are undone', async () => {
  const session = world.session();
  expect(await counts(session)).toEqual({ pending: 0, enabled: 1, disabled: 0 });
  await createMember(session, named('off', { enabled: false }));
  await createMember(session, named('waits', { invited: true }));
  const { id } = await createMember(session, named('anna'));
  await expect(createMember(session, named('ANNA'))).rejects.toMatchObject({ code: 'not-unique' });
  expect(await counts(session)).toEqual({ pending: 1, enabled: 2, disabled: 1 });
  await disableMember(session, id);
  expect(await counts(session)).toEqual({ pending: 1, enabled: 1, disabled: 2 });
  await enableMember(session, id);
  await removeMember(session, id);
  expect(await counts(session)).toEqual({ pending: 1, enabled: 1, disabled: 1 });
});

test('writers at the same moment neither wait for each other nor lose a count', async () => {
  const many = Array.from({ length: 40 }, (_, number) => `at-once-${number}`);
  const made = await Promise.all(
    many.map((username) => createMember(world.session(), named(username))),
  );
  const before = await counts(world.session());
  await Promise.all(
    made.map(({ id }, number) =>
      number % 2 === 0 ? disableMember(world.session(), id) : removeMember(world.session(), id),
    ),
  );
  const after = await counts(world.session());
  expect(after).toEqual({
    ...before,
    enabled: before.enabled - 40,
    disabled: before.disabled + 20,
  });
});

test('an organization that is deleted takes its counts with it', async () => {
  const em = world.database.entityManager();
  const organization = await createOrganization(em, { name: 'Bolt' });
  await createMember(systemSession(em, organization), named('theirs'));
  const db = em.getKysely();
  await sql`delete from member where organization_id = ${organization.id}`.execute(db);
  await createMember(systemSession(em, organization), named('again'));
  await sql`delete from member_role where organization_id = ${organization.id}`.execute(db);
  await sql`delete from member_department where organization_id = ${organization.id}`.execute(db);
  await sql`update member set account_id = null, status = 'pending'
    where organization_id = ${organization.id}`.execute(db);
  await sql`delete from organization where id = ${organization.id}`.execute(db);
  const { rows } = await sql`
    select 1 from member_count where organization_id = ${organization.id}
  `.execute(db);
  expect(rows).toEqual([]);
});
