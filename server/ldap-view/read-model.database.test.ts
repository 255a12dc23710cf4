import { afterAll, beforeAll, expect, test } from 'vitest';
import { normalizeDnText } from '../../ldap/dn/normalize-dn.ts';
import { parseFilter } from '../../ldap/filter/parse.ts';
import { Schema } from '../../ldap/schema/schema.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import {
  changeDepartment,
  changeGroup,
  changeMember,
  changeSettings,
  createDepartment,
  createGroup,
  createMember,
  createOrganization,
  currentPosition,
  deleteGroup,
  departmentTree,
  type FeedPosition,
  readChanges,
  removeMember,
  systemSession,
} from '../directory/index.ts';
import { ReadModel } from './read-model.ts';

const baseDn = 'dc=directory,dc=local';
const schema = new Schema();
let world: World;
let model: ReadModel;
let position: FeedPosition;

beforeAll(async () => {
  world = await openWorld();
  model = new ReadModel(world.database.entityManager, schema, baseDn);
  position = await currentPosition(world.database.entityManager());
  await model.load();
});
afterAll(() => world.close());

async function follow(): Promise<void> {
  for (;;) {
    const batch = await readChanges(world.database.entityManager(), position);
    await model.apply(batch.changes);
    position = batch.position;
    if (batch.changes.length === 0) return;
  }
}

/** DNs that a filter finds, in a model that followed and in one that was loaded anew: they must agree. */
async function find(filter: string, organization = world.made.organization.id): Promise<string[]> {
  await follow();
  const fresh = new ReadModel(world.database.entityManager, schema, baseDn);
  await fresh.load();
  const [followed, loaded] = [model, fresh].map((each) => search(each, organization, filter));
  expect(followed).toEqual(loaded);
  return followed ?? [];
}

function search(of: ReadModel, organization: string, text: string): string[] {
  const store = of.tree(organization)?.store;
  const filter = parseFilter(text);
  if (store === undefined || filter === undefined) throw new Error(`Nothing to search: ${text}`);
  const cursor = store.search({ base: store.root, scope: 'subtree', filter });
  const found: string[] = [];
  for (let entry = cursor.next(Infinity); entry; entry = cursor.next(Infinity)) {
    found.push(store.dnOf(entry));
  }
  return found.sort();
}

const member = (username: string, more = {}) =>
  createMember(world.session(), { username, enabled: true, profile: {}, ...more });
const setMember = (id: string, state: { username: string; enabled: boolean }) =>
  changeMember(world.session(), id, () => ({ ...state, profile: {} }));
const people = 'ou=people,o=acme,dc=directory,dc=local';

test('people, groups and service accounts stand in their places', async () => {
  expect(await find('(|(cn=bootstrap)(uid=admin)(objectClass=organizationalUnit))')).toEqual([
    'cn=bootstrap,ou=services,o=acme,dc=directory,dc=local',
    'ou=groups,o=acme,dc=directory,dc=local',
    'ou=people,o=acme,dc=directory,dc=local',
    'ou=services,o=acme,dc=directory,dc=local',
    `uid=admin,${people}`,
  ]);
});

test('a disabled member leaves the tree and the groups, and comes back into both', async () => {
  const anna = await member('anna');
  const group = await createGroup(world.session(), { displayName: 'Developers' }, [
    { op: 'add', ids: [anna.id] },
  ]);
  const byMember = `(member=uid=anna,${people})`;
  expect(await find(byMember)).toEqual(['cn=Developers,ou=groups,o=acme,dc=directory,dc=local']);
  await setMember(anna.id, { username: 'anna', enabled: false });
  expect(await find(byMember)).toEqual([]);
  expect(await find('(uid=anna)')).toEqual([]);
  await setMember(anna.id, { username: 'anna', enabled: true });
  expect(await find(byMember)).toHaveLength(1);
  await changeGroup(world.session(), group.id, () => ({
    state: { displayName: 'Engineers' },
    membership: [],
  }));
  expect(await find(`(memberOf=cn=Engineers,ou=groups,o=acme,${baseDn})`)).toEqual([
    `uid=anna,${people}`,
  ]);
  await deleteGroup(world.session(), group.id);
  expect(await find('(memberOf=*)')).toEqual([]);
});

test('a nested group is a member, and the chain is followed', async () => {
  const ben = await member('ben');
  const inner = await createGroup(world.session(), { displayName: 'Inner' }, [
    { op: 'add', ids: [ben.id] },
  ]);
  await createGroup(world.session(), { displayName: 'Outer' }, [{ op: 'add', ids: [inner.id] }]);
  const outer = `cn=Outer,ou=groups,o=acme,${baseDn}`;
  expect(await find(`(memberOf=${outer})`)).toEqual([`cn=Inner,ou=groups,o=acme,${baseDn}`]);
  expect(await find(`(memberOf:1.2.840.113556.1.4.1941:=${outer})`)).toEqual([
    `cn=Inner,ou=groups,o=acme,${baseDn}`,
    `uid=ben,${people}`,
  ]);
  await removeMember(world.session(), ben.id);
  expect(await find('(uid=ben)')).toEqual([]);
});

test('two members who change names end with the names of each other', async () => {
  const [cleo, dora] = [await member('cleo'), await member('dora')];
  await setMember(cleo.id, { username: 'between', enabled: true });
  await setMember(dora.id, { username: 'cleo', enabled: true });
  await setMember(cleo.id, { username: 'dora', enabled: true });
  // All at once: each name is taken by the other when it is put.
  expect(await find('(|(uid=cleo)(uid=dora))')).toEqual([
    `uid=cleo,${people}`,
    `uid=dora,${people}`,
  ]);
  expect(await find(`(&(uid=dora)(entryUUID=${cleo.id}))`)).toHaveLength(1);
});

test('names that LDAP takes for one are both there', async () => {
  const [one, two] = [await member('e  e'), await member('e e')];
  const found = await find('(uid=e e)');
  expect(found).toHaveLength(2);
  expect(await find(`(entryUUID=${one.id})`)).toHaveLength(1);
  expect(await find(`(entryUUID=${two.id})`)).toHaveLength(1);
});

test('a department that is renamed shows its new name in every member of it', async () => {
  const session = world.session();
  const [root] = await departmentTree(session);
  const lab = await createDepartment(session, { name: 'Lab', parentId: root?.id ?? '' });
  await member('eve', { departments: [lab.id] });
  expect(await find('(ou=Lab)')).toEqual([`uid=eve,${people}`]);
  await changeDepartment(world.session(), lab.id, { name: 'Workshop' });
  expect(await find('(ou=Lab)')).toEqual([]);
  expect(await find('(ou=Workshop)')).toEqual([`uid=eve,${people}`]);
});

test('an organization that sets a suffix of its own moves there, and only there', async () => {
  const crew = await createOrganization(world.database.entityManager(), { name: 'Crew' });
  const session = () => systemSession(world.database.entityManager(), crew);
  await createMember(session(), { username: 'finn', enabled: true, profile: {} });
  await changeSettings(session(), { ldapSuffix: 'dc=crew,dc=example' }, { instanceSuffix: baseDn });
  expect(await find('(|(uid=finn)(objectClass=dcObject))', crew.id)).toEqual([
    'dc=crew,dc=example',
    'uid=finn,ou=people,dc=crew,dc=example',
  ]);
  const suffix = (dn: string) => model.organizationOfSuffix(normalizeDnText(dn, schema) ?? '');
  expect(suffix('DC=Crew, DC=example')?.id).toBe(crew.id);
  expect(suffix(`o=crew,${baseDn}`)).toBeUndefined();
});

test('a new organization gets a tree of its own, which shows nothing of the others', async () => {
  const bolt = await createOrganization(world.database.entityManager(), { name: 'Bolt' });
  await createMember(systemSession(world.database.entityManager(), bolt), {
    username: 'admin',
    enabled: true,
    profile: {},
  });
  expect(await find('(objectClass=person)', bolt.id)).toEqual([
    `uid=admin,ou=people,o=bolt,${baseDn}`,
  ]);
  expect(await find('(entryDN:dnSubtreeMatch:=o=acme,dc=directory,dc=local)', bolt.id)).toEqual([]);
});
