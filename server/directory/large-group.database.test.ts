import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tuplesRead } from '../../test/support/tuples-read.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { createMember } from './create-member.ts';
import { groupMembers, type MembershipChange } from './group-membership.ts';
import { changeGroup, createGroup } from './groups.ts';

const size = 100_000;

let world: World;
let group: string;
let stranger: string;
beforeAll(async () => {
  world = await openWorld();
  group = (await createGroup(world.session(), { displayName: 'Everybody' })).id;
  const stranger1 = { username: 'stranger', enabled: true, profile: {} };
  stranger = (await createMember(world.session(), stranger1)).id;
  const organization = world.made.organization.id;
  const db = world.database.entityManager().getKysely();
  await sql`
    with made as (
      insert into member (organization_id, id, status, username, username_key, display_name,
        display_name_key, profile, profile_key, created_by, created_at, updated_at, version)
      select ${organization}::uuid, gen_random_uuid(), 'pending', 'bulk' || n, 'bulk' || n, 'Bulk',
        'bulk', '{}', '{}', '{"kind":"system","name":"Roster"}', now(), now(), 1
      from generate_series(1, ${size}) n returning id
    )
    insert into group_member (organization_id, group_id, member_id)
    select ${organization}::uuid, ${group}::uuid, id from made
  `.execute(db);
  await sql`analyze`.execute(db);
}, 120_000);
afterAll(() => world.close());

test.each<[string, () => MembershipChange[]]>([
  ['somebody comes', () => [{ op: 'add', ids: [stranger] }]],
  ['somebody comes who is there', () => [{ op: 'add', ids: [stranger] }]],
  [
    'a filter names who goes',
    () => [
      {
        op: 'removeWhere',
        filter: { op: 'compare', attribute: 'value', comparison: 'eq', value: stranger },
      },
    ],
  ],
  ['somebody goes who is not there', () => [{ op: 'remove', ids: [stranger] }]],
])('a group of 100,000 is not read when %s', async (_, membership) => {
  await world.database.entityManager().transactional(async (em) => {
    const session = { ...world.session(), em };
    await changeGroup(session, group, () => ({ membership: membership() }));
    expect(await tuplesRead(em, 'group_member')).toBeLessThan(10);
    expect(await tuplesRead(em, 'member')).toBeLessThan(10);
  });
});

test('a page of the members of a group of 100,000 reads that page alone', async () => {
  await world.database.entityManager().transactional(async (em) => {
    const session = { ...world.session(), em };
    const first = await groupMembers(session, [group], { most: 500 });
    const second = await groupMembers(session, [group], {
      after: first.at(-1)?.id ?? '',
      most: 500,
    });
    expect(await tuplesRead(em, 'group_member')).toBeLessThan(2_500);
    expect(await tuplesRead(em, 'member')).toBeLessThan(2_500);
    const ids = [...first, ...second].map(({ id }) => id);
    expect(ids).toHaveLength(1_000);
    expect(ids).toEqual([...new Set(ids)].sort());
  });
});
