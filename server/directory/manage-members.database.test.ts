import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { addMember, checkUsername } from './add-member.ts';
import { createMember } from './create-member.ts';
import { departmentTree } from './departments.ts';
import { editMember } from './edit-member.ts';
import { findMembers } from './find-members.ts';
import { getMemberDetails } from './member-actions.ts';
import { disableMember, enableMember } from './member-status.ts';
import { createOrganization, systemSession } from './organizations.ts';
import type { Permission } from './permissions.ts';
import type { DirectorySession } from './session.ts';

let world: World;
let root: string;
let roles: Record<'administrator' | 'auditor' | 'member', string>;
beforeAll(async () => {
  world = await openWorld();
  root = (await departmentTree(world.session()))[0]?.id ?? '';
  roles = await rolesOf(world.session());
});
afterAll(() => world.close());

async function rolesOf(session: DirectorySession): Promise<typeof roles> {
  const { rows } = await sql<{ built_in: string; id: string }>`
    select built_in, id from role where organization_id = ${session.organization.id}
  `.execute(session.em.getKysely());
  return Object.fromEntries(rows.map((row) => [row.built_in, row.id])) as typeof roles;
}

const holding = (...permissions: Permission[]): DirectorySession => ({
  ...world.session(),
  permissions: new Set(permissions),
});
const newMember = (username: string, more = {}) => ({
  username,
  enabled: true,
  profile: {},
  ...more,
});
const password = 'correct horse battery';

test('a member is added with a password, in departments and roles, the first department primary', async () => {
  const other = await createDepartment('Research');
  const anna = await addMember(world.session(), world.directory, {
    name: 'Anna Ek',
    departments: [other, root, other],
    roles: [roles.auditor],
    username: 'anna',
    password,
    email: 'anna@acme.example',
  });
  expect(anna).toMatchObject({
    displayName: 'Anna Ek',
    email: 'anna@acme.example',
    status: 'enabled',
    managed: true,
    departments: [{ name: 'Research', primary: true }, { name: 'Acme' }],
    roles: [{ name: 'Auditor' }],
    actions: { edit: null, enable: 'enabled', invite: 'joined' },
  });
});

test.each([
  ['no department', { departments: [] }, 'invalid-value', 'departments'],
  ['no role', { roles: [] }, 'invalid-value', 'roles'],
  [
    'a department that is none',
    { departments: [crypto.randomUUID()] },
    'unknown-reference',
    'departments',
  ],
  ['a role that is none', { roles: ['1'] }, 'unknown-reference', 'roles'],
  ['an empty name', { name: ' ' }, 'invalid-value', 'name'],
  ['a short password', { password: 'short' }, 'invalid-value', 'password'],
  ['a taken username', { username: 'ADMIN' }, 'not-unique', 'username'],
  ['two addresses', { email: 'a@b.example, c@d.example' }, 'invalid-value', 'email'],
])('%s is refused and adds nothing', async (_what, wrong, code, field) => {
  const before = await count();
  const input = {
    name: 'Wrong',
    departments: [root],
    roles: [roles.member],
    username: 'wrong',
    password,
    ...wrong,
  };
  await expect(addMember(world.session(), world.directory, input)).rejects.toMatchObject({
    code,
    field,
  });
  expect(await count()).toBe(before);
});

test('usernames are checked within the organization only', async () => {
  const em = world.database.entityManager();
  const other = systemSession(em, await createOrganization(em, { name: 'Bolt' }));
  await createMember(other, newMember('theirs'));
  expect(await checkUsername(world.session(), 'theirs')).toEqual({
    available: true,
    message: null,
  });
  expect(await checkUsername(world.session(), 'Admin')).toMatchObject({ available: false });
  expect(await checkUsername(world.session(), 'a\u0007')).toMatchObject({ available: false });
});

test('nobody gives a role that carries what they do not hold', async () => {
  const session = holding('members:write', 'members:read');
  const ben = await createMember(world.session(), newMember('ben'));
  await expect(
    editMember(session, ben.id, { roles: [roles.member, roles.administrator] }),
  ).rejects.toMatchObject({ code: 'forbidden', field: 'roles' });
  await expect(
    createMember(session, newMember('evil', { roles: [roles.administrator] })),
  ).rejects.toMatchObject({ code: 'forbidden' });
  // What the member holds already can stay.
  await editMember(world.session(), ben.id, { roles: [roles.administrator] });
  const kept = await editMember(session, ben.id, { roles: [roles.member, roles.administrator] });
  expect(kept.roles).toHaveLength(2);
  expect(kept.actions).toMatchObject({ resetPassword: 'holds-more', disable: null });
});

test('an edit changes what it names, once, and refuses a stale version', async () => {
  const emails = [
    { value: 'cleo@acme.example', type: 'work', primary: true },
    { value: 'cleo@home.example', type: 'home' },
  ];
  const { id } = await createMember(world.session(), newMember('cleo', { profile: { emails } }));
  const research = await createDepartment('Cleo and company');
  const edited = await editMember(world.session(), id, {
    name: 'Cleo',
    email: 'c.leo@acme.example',
    departments: [root, research],
  });
  expect(edited).toMatchObject({
    version: 2,
    displayName: 'Cleo',
    email: 'c.leo@acme.example',
    profile: { emails: [{ value: 'c.leo@acme.example' }, { value: 'cleo@home.example' }] },
    departments: [{ id: root, primary: true }, { id: research }],
    roles: [{ name: 'Member' }],
  });
  const same = { name: 'Cleo', departments: [root, research], roles: [roles.member] };
  expect((await editMember(world.session(), id, same)).version).toBe(2);
  const turned = await editMember(world.session(), id, { departments: [research, root] });
  expect(turned).toMatchObject({ version: 3, departments: [{ id: research, primary: true }, {}] });
  await expect(
    editMember(world.session(), id, { name: 'Late' }, { ifVersion: (version) => version === 2 }),
  ).rejects.toMatchObject({ code: 'version-mismatch' });
  expect((await editMember(world.session(), id, { email: null })).email).toBe('cleo@home.example');
});

test('a disabled member is enabled again; twice is told', async () => {
  const { id } = await createMember(world.session(), newMember('dora'));
  expect((await disableMember(world.session(), id)).status).toBe('disabled');
  await expect(disableMember(world.session(), id)).rejects.toMatchObject({ code: 'conflict' });
  const enabled = await enableMember(world.session(), id);
  expect(enabled).toMatchObject({ status: 'enabled', actions: { enable: 'enabled' } });
  const oneself = {
    ...world.session(),
    actor: { kind: 'member', id, name: 'dora' },
  } as DirectorySession;
  await expect(disableMember(oneself, id)).rejects.toMatchObject({ code: 'conflict' });
});

test('the initial administrator is neither disabled nor demoted', async () => {
  const { rows: members } = await findMembers(world.session(), {
    filter: { op: 'compare', attribute: 'username', comparison: 'eq', value: 'admin' },
    offset: 0,
    limit: 1,
  });
  const admin = await getMemberDetails(world.session(), members[0]?.id ?? '');
  expect(admin.actions).toMatchObject({
    disable: 'initial-administrator',
    remove: 'initial-administrator',
  });
  await expect(disableMember(world.session(), admin.id)).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(
    editMember(world.session(), admin.id, { roles: [roles.member] }),
  ).rejects.toMatchObject({ code: 'conflict', field: 'roles' });
});

test.each([
  ['demote', 'demote'],
  ['disable', 'disable'],
  ['demote', 'disable'],
] as const)('of two administrators who %s and %s each other at once, one stays', async (...how) => {
  const em = world.database.entityManager();
  const name = `Pair ${how.join(' ')} ${crypto.randomUUID()}`;
  const organization = await createOrganization(em, { name });
  const session = () => systemSession(world.database.entityManager(), organization);
  const { administrator, member } = await rolesOf(session());
  for (let round = 0; round < 5; round++) {
    const pair: { id: string }[] = [];
    for (const one of ['a', 'b']) {
      const username = `${one}${round}`;
      pair.push(await createMember(session(), newMember(username, { roles: [administrator] })));
    }
    // Whoever stayed in the round before is none any more.
    const { rows: members } = await findMembers(session(), {
      filter: { op: 'all' },
      offset: 0,
      limit: 99,
    });
    for (const { id } of members.filter(({ id }) => pair.every((one) => one.id !== id))) {
      await editMember(session(), id, { roles: [member] });
    }
    const outcomes = await Promise.allSettled(
      pair.map(({ id }, index) =>
        how[index] === 'demote'
          ? editMember(session(), id, { roles: [member] })
          : disableMember(session(), id),
      ),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict', message: 'The last administrator has to stay.' },
    });
  }
});

async function count(): Promise<number> {
  return (await findMembers(world.session(), { filter: { op: 'all' }, offset: 0, limit: 0 })).total;
}

async function createDepartment(name: string): Promise<string> {
  const id = crypto.randomUUID();
  const { organization, now } = world.session();
  await sql`
    insert into department
      (organization_id, id, parent_id, name, name_key, position, created_at, updated_at)
    values (${organization.id}, ${id}, ${root}, ${name}, ${name}, 1, ${now}, ${now})
  `.execute(world.database.entityManager().getKysely());
  return id;
}
