import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { keepAnAdministrator } from './administrators.ts';
import { currentPosition, readChanges } from './change-feed.ts';
import { createMember } from './create-member.ts';
import { createOrganization, systemSession } from './organizations.ts';
import { type Permission, permissions } from './permissions.ts';
import { changeRole, createRole, deleteRole, getRole, listRoles } from './roles.ts';
import type { DirectorySession } from './session.ts';
import { write } from './write.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const holding = (...held: Permission[]): DirectorySession => ({
  ...world.session(),
  permissions: new Set(held),
});

test('the roles that every organization has come first, with who holds them', async () => {
  const roles = await listRoles(world.session());
  expect(roles.map(({ name, builtIn, memberCount }) => [name, builtIn, memberCount])).toEqual([
    ['Administrator', 'administrator', 1],
    ['Auditor', 'auditor', 0],
    ['Member', 'member', 0],
  ]);
  expect(roles[0]?.permissions).toEqual(permissions);
});

test('a custom role is made, changed and deleted, and the feed hears of it', async () => {
  const from = await currentPosition(world.database.entityManager());
  const made = await createRole(world.session(), {
    name: ' Recruiter ',
    permissions: ['members:write', 'members:read', 'members:write'],
  });
  expect(made).toMatchObject({
    name: 'Recruiter',
    builtIn: null,
    permissions: ['members:read', 'members:write'],
    version: 1,
  });
  const same = await changeRole(world.session(), made.id, { name: 'Recruiter' });
  expect(same.version).toBe(1);
  const changed = await changeRole(world.session(), made.id, { permissions: [] });
  expect(changed).toMatchObject({ name: 'Recruiter', permissions: [], version: 2 });
  expect(await getRole(world.session(), made.id)).toEqual(changed);
  const stale = { ifVersion: (version: number) => version === 1 };
  const mismatch = { code: 'version-mismatch' };
  await expect(changeRole(world.session(), made.id, {}, stale)).rejects.toMatchObject(mismatch);
  await expect(deleteRole(world.session(), made.id, stale)).rejects.toMatchObject(mismatch);
  await deleteRole(world.session(), made.id);
  const { changes } = await readChanges(world.database.entityManager(), from);
  expect(changes.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
    'role created',
    'role updated',
    'role deleted',
  ]);
});

test('names are unique after case folding, those of built-in roles too', async () => {
  await createRole(world.session(), { name: 'Taken', permissions: [] });
  for (const name of ['TAKEN', 'administrator']) {
    await expect(createRole(world.session(), { name, permissions: [] })).rejects.toMatchObject({
      code: 'not-unique',
      field: 'name',
    });
  }
});

test('nobody grants what they do not hold, nor touches a role that has it', async () => {
  const little = holding('roles:write', 'roles:read', 'members:read');
  const lacking = {
    code: 'forbidden',
    message: 'Nobody grants what they do not hold: members:write.',
    field: 'permissions',
  };
  await expect(
    createRole(little, { name: 'More', permissions: ['members:read', 'members:write'] }),
  ).rejects.toMatchObject(lacking);
  const own = await createRole(little, { name: 'Readers', permissions: ['members:read'] });
  await expect(
    changeRole(little, own.id, { permissions: ['members:write'] }),
  ).rejects.toMatchObject(lacking);
  const strong = await createRole(world.session(), {
    name: 'Strong',
    permissions: ['members:write'],
  });
  await expect(changeRole(little, strong.id, { permissions: [] })).rejects.toMatchObject(lacking);
  await expect(changeRole(little, strong.id, { name: 'Weak' })).rejects.toMatchObject(lacking);
  await expect(deleteRole(little, strong.id)).rejects.toMatchObject(lacking);
  await deleteRole(little, own.id);
});

test('built-in roles stay as they are', async () => {
  for (const { id } of await listRoles(world.session())) {
    const role = await getRole(world.session(), id);
    if (role.builtIn === null) continue;
    const conflict = { code: 'conflict' };
    await expect(changeRole(world.session(), id, { name: 'x' })).rejects.toMatchObject(conflict);
    await expect(deleteRole(world.session(), id)).rejects.toMatchObject(conflict);
  }
});

test('a role that is held is not deleted, also when it is given at the same moment', async () => {
  for (let round = 0; round < 20; round++) {
    const role = await createRole(world.session(), { name: `Held ${round}`, permissions: [] });
    const [given, deleted] = await Promise.allSettled([
      createMember(world.session(), {
        username: `holder${round}`,
        enabled: true,
        profile: {},
        roles: [role.id],
      }),
      deleteRole(world.session(), role.id),
    ]);
    if (given.status === 'fulfilled') {
      expect(deleted).toMatchObject({ reason: { code: 'in-use', counts: { members: 1 } } });
    } else {
      expect(given.reason).toMatchObject({ code: 'unknown-reference', field: 'roles' });
      expect(deleted.status).toBe('fulfilled');
    }
  }
});

test("another organization's roles are nowhere", async () => {
  const bolt = await createOrganization(world.database.entityManager(), { name: 'Bolt' });
  const theirs = systemSession(world.database.entityManager(), bolt);
  const foreign = await createRole(theirs, { name: 'Theirs', permissions: [] });
  const gone = { code: 'not-found', message: 'There is no such role.' };
  for (const id of [foreign.id, crypto.randomUUID(), 'nonsense']) {
    await expect(getRole(world.session(), id)).rejects.toMatchObject(gone);
    await expect(changeRole(world.session(), id, { name: 'x' })).rejects.toMatchObject(gone);
    await expect(deleteRole(world.session(), id)).rejects.toMatchObject(gone);
  }
});

test('of administrators who demote or disable each other at the same moment, one is left', async () => {
  const organization = await createOrganization(world.database.entityManager(), { name: 'Duel' });
  const session = () => systemSession(world.database.entityManager(), organization);
  const administrator = (await listRoles(session()))[0]?.id ?? '';
  const admins = await Promise.all(
    ['anna', 'ben', 'cleo'].map((username) =>
      createMember(session(), { username, enabled: true, profile: {}, roles: [administrator] }),
    ),
  );
  const demote = (id: string) =>
    write(session(), (tx) =>
      keepAnAdministrator(tx, id, () =>
        sql`delete from member_role where organization_id = ${organization.id} and member_id = ${id}
          and role_id = ${administrator}`.execute(tx.em.getKysely()),
      ),
    );
  const disable = (id: string) =>
    write(session(), (tx) =>
      keepAnAdministrator(tx, id, () =>
        sql`update member set status = 'disabled'
          where organization_id = ${organization.id} and id = ${id}`.execute(tx.em.getKysely()),
      ),
    );
  for (let round = 0; round < 20; round++) {
    const outcomes = await Promise.allSettled(
      admins.map(({ id }, index) => (index % 2 === round % 2 ? demote(id) : disable(id))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'conflict' } }]);
    await sql`
      insert into member_role select ${organization.id}, m.id, ${administrator} from member m
      where m.organization_id = ${organization.id} on conflict do nothing
    `.execute(session().em.getKysely());
    await sql`
      update member set status = 'enabled' where organization_id = ${organization.id}
    `.execute(session().em.getKysely());
  }
});
