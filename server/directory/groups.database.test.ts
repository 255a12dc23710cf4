import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { createMember } from './create-member.ts';
import { groupMembers } from './group-membership.ts';
import { changeGroup, createGroup, deleteGroup, getGroup } from './groups.ts';
import { membershipsOf } from './member-groups.ts';
import { createOrganization, systemSession } from './organizations.ts';
import { removeMember } from './remove-member.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const member = async (username: string) =>
  (await createMember(world.session(), { username, enabled: true, profile: {} })).id;
const idsIn = async (group: string) =>
  (await groupMembers(world.session(), [group])).map(({ id }) => id).sort();

test('members come and go; what changes nothing makes no version', async () => {
  const [anna, ben] = [await member('anna'), await member('ben')];
  const group = await createGroup(world.session(), { displayName: 'Developers' }, [
    { op: 'add', ids: [anna] },
  ]);
  const change = (op: 'add' | 'remove' | 'replace', ids: string[]) =>
    changeGroup(world.session(), group.id, () => ({ membership: [{ op, ids }] }));
  expect((await change('add', [anna])).version).toBe(1);
  expect((await change('add', [ben, ben])).version).toBe(2);
  expect(await idsIn(group.id)).toEqual([anna, ben].sort());
  expect((await change('remove', [crypto.randomUUID(), 'no id'])).version).toBe(2);
  expect((await change('remove', [anna])).version).toBe(3);
  expect(await idsIn(group.id)).toEqual([ben]);
  await change('replace', [anna]);
  expect(await idsIn(group.id)).toEqual([anna]);
  await change('replace', []);
  expect(await idsIn(group.id)).toEqual([]);
});

test('many writers of one group lose nothing', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => member(`w${index}`)));
  const group = await createGroup(world.session(), { displayName: 'Hot' });
  await Promise.all(
    ids.map((id) =>
      changeGroup(world.session(), group.id, () => ({ membership: [{ op: 'add', ids: [id] }] })),
    ),
  );
  expect(await idsIn(group.id)).toEqual(ids.toSorted());
  expect((await getGroup(world.session(), group.id)).version).toBe(21);
});

test('groups in groups: direct and indirect memberships, even in a circle', async () => {
  const cleo = await member('cleo');
  const inner = await createGroup(world.session(), { displayName: 'Inner' }, [
    { op: 'add', ids: [cleo] },
  ]);
  const outer = await createGroup(world.session(), { displayName: 'Outer' }, [
    { op: 'add', ids: [inner.id] },
  ]);
  await changeGroup(world.session(), inner.id, () => ({
    membership: [{ op: 'add', ids: [outer.id] }],
  }));
  expect(await membershipsOf(world.session(), [cleo])).toEqual([
    { memberId: cleo, groupId: inner.id, displayName: 'Inner', direct: true },
    { memberId: cleo, groupId: outer.id, displayName: 'Outer', direct: false },
  ]);
  await expect(
    changeGroup(world.session(), inner.id, () => ({
      membership: [{ op: 'add', ids: [inner.id] }],
    })),
  ).rejects.toMatchObject({ code: 'invalid-value', field: 'members' });
});

test('a failing change changes nothing', async () => {
  const dora = await member('dora');
  const group = await createGroup(world.session(), { displayName: 'Whole' });
  const unknown = crypto.randomUUID();
  await expect(
    changeGroup(world.session(), group.id, () => ({
      state: { displayName: 'Renamed' },
      membership: [
        { op: 'add', ids: [dora] },
        { op: 'add', ids: [unknown] },
      ],
    })),
  ).rejects.toMatchObject({ code: 'unknown-reference', field: 'members' });
  expect(await getGroup(world.session(), group.id)).toEqual(group);
  expect(await idsIn(group.id)).toEqual([]);
});

test("a removed member leaves the groups, whose version moves; a deleted group leaves the groups it's in", async () => {
  const eve = await member('eve');
  const child = await createGroup(world.session(), { displayName: 'Child' }, [
    { op: 'add', ids: [eve] },
  ]);
  const parent = await createGroup(world.session(), { displayName: 'Parent' }, [
    { op: 'add', ids: [child.id] },
  ]);
  await removeMember(world.session(), eve);
  expect(await idsIn(child.id)).toEqual([]);
  expect((await getGroup(world.session(), child.id)).version).toBe(2);
  await deleteGroup(world.session(), child.id);
  expect(await idsIn(parent.id)).toEqual([]);
});

test("another organization's member can't come in, not even by SQL", async () => {
  const mine = await member('mine');
  const bolt = await createOrganization(world.database.entityManager(), { name: 'Bolt' });
  const theirs = () => systemSession(world.database.entityManager(), bolt);
  const group = await createGroup(theirs(), { displayName: 'Theirs' });
  await expect(
    changeGroup(theirs(), group.id, () => ({ membership: [{ op: 'add', ids: [mine] }] })),
  ).rejects.toMatchObject({ code: 'unknown-reference' });
  const smuggle = sql`
    insert into group_member (organization_id, group_id, member_id)
    values (${bolt.id}, ${group.id}, ${mine})
  `.execute(world.database.entityManager().getKysely());
  await expect(smuggle).rejects.toMatchObject({ code: '23503' });
});
