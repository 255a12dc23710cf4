import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { changeDepartment, createDepartment, deleteDepartment } from './change-departments.ts';
import { currentPosition, readChanges } from './change-feed.ts';
import { createMember } from './create-member.ts';
import { departmentTree } from './departments.ts';
import { getMember } from './find-members.ts';
import { createOrganization, systemSession } from './organizations.ts';
import type { DirectorySession } from './session.ts';
import { transferDepartmentMembers } from './transfer-department.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let organizations = 0;
/** An organization of its own with an empty tree. */
async function emptyTree() {
  const organization = await createOrganization(world.database.entityManager(), {
    name: `Tree ${++organizations}`,
  });
  const session = (): DirectorySession =>
    systemSession(world.database.entityManager(), organization);
  const [root] = await departmentTree(session());
  const below = async (parentId: string, name: string, position?: number) =>
    (await createDepartment(session(), { name, parentId, position })).id;
  const outline = async () => {
    const tree = await departmentTree(session());
    const depth = new Map<string | null, number>([[null, -1]]);
    return tree.map(({ id, parentId, name }) => {
      depth.set(id, (depth.get(parentId) ?? 0) + 1);
      return `${' '.repeat(depth.get(id) ?? 0)}${name}`;
    });
  };
  return { session, root: root?.id ?? '', rootName: root?.name ?? '', below, outline };
}

const member = (
  session: DirectorySession,
  username: string,
  departments: string[],
): Promise<{ id: string }> =>
  createMember(session, { username, enabled: true, profile: {}, departments });

test('departments are made below and beside, renamed, reordered and moved', async () => {
  const { session, root, rootName, below, outline } = await emptyTree();
  const sales = await below(root, 'Sales');
  const research = await below(root, 'Research');
  await below(research, 'Labs');
  await createDepartment(session(), { name: 'Support', besideId: sales });
  await below(root, 'First', 0);
  expect(await outline()).toEqual([
    rootName,
    ' First',
    ' Sales',
    ' Support',
    ' Research',
    '  Labs',
  ]);

  await changeDepartment(session(), sales, { name: ' Vertrieb ' });
  await changeDepartment(session(), research, { position: 0 });
  expect(await outline()).toEqual([
    rootName,
    ' Research',
    '  Labs',
    ' First',
    ' Vertrieb',
    ' Support',
  ]);
  await changeDepartment(session(), sales, { parentId: research, position: 0 });
  expect(await outline()).toEqual([
    rootName,
    ' Research',
    '  Vertrieb',
    '  Labs',
    ' First',
    ' Support',
  ]);
  const siblings = (await departmentTree(session())).filter(({ parentId }) => parentId === root);
  expect(siblings.map(({ position }) => position)).toEqual([0, 1, 2]);
});

test('a name is unique among siblings only, after case folding', async () => {
  const { session, root, below } = await emptyTree();
  const a = await below(root, 'Straße');
  const b = await below(root, 'B');
  const inB = await below(b, 'STRASSE');
  const taken = { code: 'not-unique', field: 'name' };
  await expect(below(root, 'strasse')).rejects.toMatchObject(taken);
  await expect(changeDepartment(session(), b, { name: 'STRASSE' })).rejects.toMatchObject(taken);
  await expect(changeDepartment(session(), inB, { parentId: root })).rejects.toMatchObject(taken);
  await expect(changeDepartment(session(), a, { parentId: b })).rejects.toMatchObject(taken);
});

test('the root stays: no sibling, no move, no deletion, renamed by the initial administrator only', async () => {
  const { root, below, session } = await emptyTree();
  const conflict = { code: 'conflict' };
  await expect(createDepartment(session(), { name: 'x', besideId: root })).rejects.toMatchObject(
    conflict,
  );
  const child = await below(root, 'child');
  await expect(changeDepartment(session(), root, { parentId: child })).rejects.toMatchObject(
    conflict,
  );
  await expect(changeDepartment(session(), root, { position: 1 })).rejects.toMatchObject(conflict);
  await expect(deleteDepartment(session(), root)).rejects.toMatchObject(conflict);
  await expect(changeDepartment(session(), root, { name: 'New' })).rejects.toMatchObject({
    code: 'forbidden',
  });
  const ben = await createMember(session(), {
    username: 'ben',
    enabled: true,
    profile: {},
    initialAdministrator: true,
  });
  const asBen = { ...session(), actor: { kind: 'member', id: ben.id, name: 'ben' } as const };
  expect(await changeDepartment(asBen, root, { name: 'New' })).toMatchObject({
    name: 'New',
    version: 2,
  });
});

test('a version is made by a change only, and a stale one is refused', async () => {
  const { session, root, below } = await emptyTree();
  const id = await below(root, 'A');
  expect((await changeDepartment(session(), id, { name: 'A', position: 7 })).version).toBe(1);
  expect((await changeDepartment(session(), id, { name: 'AA' })).version).toBe(2);
  const stale = { ifVersion: (version: number) => version === 1 };
  const refused = { code: 'version-mismatch' };
  await expect(changeDepartment(session(), id, {}, stale)).rejects.toMatchObject(refused);
  await expect(deleteDepartment(session(), id, stale)).rejects.toMatchObject(refused);
});

test('every change is told to the feed', async () => {
  const { session, root, below } = await emptyTree();
  const from = await currentPosition(world.database.entityManager());
  const a = await below(root, 'A');
  const b = await below(root, 'B');
  await changeDepartment(session(), b, { position: 0 });
  await changeDepartment(session(), b, { position: 0 });
  await deleteDepartment(session(), a);
  const { changes } = await readChanges(world.database.entityManager(), from);
  expect(changes.map(({ subject, subjectId, kind }) => [subject, subjectId, kind])).toEqual([
    ['department', a, 'created'],
    ['department', b, 'created'],
    ['department', b, 'updated'],
    ['department', a, 'deleted'],
  ]);
});

test('what stands in the way of a deletion is counted', async () => {
  const { session, root, below } = await emptyTree();
  const id = await below(root, 'Full');
  const inner = await below(id, 'Inner');
  for (const username of ['anna', 'ben']) await member(session(), username, [id]);
  await expect(deleteDepartment(session(), id)).rejects.toMatchObject({
    code: 'in-use',
    message: 'Full has 2 members and 1 sub-department.',
    counts: { members: 2, departments: 1 },
  });
  await deleteDepartment(session(), inner);
  await transferDepartmentMembers(session(), id, { to: root });
  await deleteDepartment(session(), id);
});

test('a transfer keeps one primary department each, and nobody twice', async () => {
  const { session, root, below } = await emptyTree();
  const from = await below(root, 'From');
  const to = await below(root, 'To');
  const third = await below(root, 'Third');
  const rows = {
    only: [from],
    bothFromFirst: [from, to],
    bothToFirst: [to, from],
    thirdFirst: [third, from],
    untouched: [to],
  };
  const made = new Map<string, string>();
  for (const [username, departments] of Object.entries(rows)) {
    made.set(username, (await member(session(), username, departments)).id);
  }
  expect(await transferDepartmentMembers(session(), from, { to: to.toUpperCase() })).toBe(4);
  const departmentsOf = async (username: string) => {
    const { departments, version } = await getMember(session(), made.get(username) ?? '');
    return [version, ...departments.map(({ name, primary }) => (primary ? `*${name}` : name))];
  };
  expect(await departmentsOf('only')).toEqual([2, '*To']);
  expect(await departmentsOf('bothFromFirst')).toEqual([2, '*To']);
  expect(await departmentsOf('bothToFirst')).toEqual([2, '*To']);
  expect(await departmentsOf('thirdFirst')).toEqual([2, '*Third', 'To']);
  expect(await departmentsOf('untouched')).toEqual([1, '*To']);
  expect(await transferDepartmentMembers(session(), from, { to })).toBe(0);
  await expect(transferDepartmentMembers(session(), to, { to })).rejects.toMatchObject({
    code: 'invalid-value',
    field: 'to',
  });
});

test('the counts are of distinct members', async () => {
  const { session, root, below } = await emptyTree();
  const a = await below(root, 'a');
  const aa = await below(a, 'aa');
  const ab = await below(a, 'ab');
  const b = await below(root, 'b');
  const places = [[aa, ab], [aa, b], [a, aa, ab, b], [b], [root, b, aa], [ab, aa]];
  for (const [index, departments] of places.entries()) {
    await member(session(), `m${index}`, departments);
  }
  const counts = (await departmentTree(session())).map(({ memberCount, totalMemberCount }) => [
    memberCount,
    totalMemberCount,
  ]);
  expect(counts).toEqual([
    [1, 6],
    [1, 5],
    [5, 5],
    [3, 3],
    [4, 4],
  ]);
});

test('20 levels below the root, and no more, whether made or moved there', async () => {
  const { session, root, below } = await emptyTree();
  let parent = root;
  const chain: string[] = [];
  for (let level = 1; level <= 20; level++) {
    parent = await below(parent, `Level ${level}`);
    chain.push(parent);
  }
  const tooDeep = { code: 'conflict', field: 'parentId' };
  await expect(below(parent, 'Level 21')).rejects.toMatchObject(tooDeep);
  const two = await below(root, 'Two');
  await below(two, 'Below two');
  await expect(
    changeDepartment(session(), two, { parentId: chain[18] ?? '' }),
  ).rejects.toMatchObject(tooDeep);
  await changeDepartment(session(), two, { parentId: chain[17] ?? '' });
});

test('10,000 departments, and no more', async () => {
  const { session, root, below } = await emptyTree();
  const inside = await below(root, 'Inside');
  await sql`
    insert into department
      (organization_id, id, parent_id, name, name_key, position, created_at, updated_at)
    select ${session().organization.id}::uuid, gen_random_uuid(), ${inside}::uuid, 'd' || i, 'd' || i, i,
      now(), now()
    from generate_series(0, 9996) i
  `.execute(world.database.entityManager().getKysely());
  const last = await below(inside, 'Last', 5000);
  await expect(below(root, 'One more')).rejects.toMatchObject({ code: 'conflict' });
  const tree = await departmentTree(session());
  expect(tree).toHaveLength(10_000);
  expect(tree[5002]).toMatchObject({ id: last, position: 5000 });
  await changeDepartment(session(), last, { position: 0 });
  await deleteDepartment(session(), last);
  await below(root, 'One more');
});

test('a cycle is refused, also one that two moves would make together', async () => {
  const { session, root, below } = await emptyTree();
  const a = await below(root, 'A');
  const inner = await below(a, 'Inner');
  for (const parentId of [a, inner]) {
    await expect(changeDepartment(session(), a, { parentId })).rejects.toMatchObject({
      code: 'invalid-value',
      field: 'parentId',
    });
  }
  const b = await below(root, 'B');
  for (let round = 0; round < 20; round++) {
    const outcomes = await Promise.allSettled([
      changeDepartment(session(), a, { parentId: b }),
      changeDepartment(session(), b, { parentId: a }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await departmentTree(session())).toHaveLength(4);
    for (const id of [a, b]) await changeDepartment(session(), id, { parentId: root });
  }
});

test('who comes into a department while it is deleted stops it, or is refused: no orphan', async () => {
  const { session, root, below } = await emptyTree();
  for (let round = 0; round < 20; round++) {
    const id = await below(root, 'Short-lived');
    const [came, deleted] = await Promise.allSettled([
      member(session(), `m${round}`, [id]),
      deleteDepartment(session(), id),
    ]);
    if (came.status === 'fulfilled') {
      expect(deleted).toMatchObject({ reason: { code: 'in-use', counts: { members: 1 } } });
      await transferDepartmentMembers(session(), id, { to: root });
      await deleteDepartment(session(), id);
    } else {
      expect(came.reason).toMatchObject({ code: 'unknown-reference', field: 'departments' });
      expect(deleted.status).toBe('fulfilled');
    }
  }
});

test('many who make departments at the same moment get a position each', async () => {
  const { session, root, below } = await emptyTree();
  await Promise.all(Array.from({ length: 12 }, (_, index) => below(root, `d${index}`, 0)));
  const positions = (await departmentTree(session())).slice(1).map(({ position }) => position);
  expect(positions).toEqual([...positions.keys()]);
});

test("another organization's departments are nowhere", async () => {
  const mine = await emptyTree();
  const theirs = await emptyTree();
  const foreign = await theirs.below(theirs.root, 'Theirs');
  const own = await mine.below(mine.root, 'Mine');
  for (const id of [foreign, crypto.randomUUID(), 'nonsense']) {
    const gone = { code: 'not-found', message: 'There is no such department.' };
    const unknown = { code: 'unknown-reference' };
    const session = mine.session;
    await expect(changeDepartment(session(), id, { name: 'x' })).rejects.toMatchObject(gone);
    await expect(deleteDepartment(session(), id)).rejects.toMatchObject(gone);
    await expect(transferDepartmentMembers(session(), id, { to: own })).rejects.toMatchObject(gone);
    await expect(transferDepartmentMembers(session(), own, { to: id })).rejects.toMatchObject(
      unknown,
    );
    await expect(mine.below(id, 'x')).rejects.toMatchObject(unknown);
    await expect(createDepartment(session(), { name: 'x', besideId: id })).rejects.toMatchObject(
      unknown,
    );
    await expect(changeDepartment(session(), own, { parentId: id })).rejects.toMatchObject(unknown);
  }
});
