import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { currentPosition, readChanges } from './change-feed.ts';
import { changeMember } from './change-member.ts';
import { changeSettings, type SettingsChange } from './change-settings.ts';
import { createMember } from './create-member.ts';
import { departmentTree } from './departments.ts';
import { Account } from './entities/account.ts';
import { getMember } from './find-members.ts';
import { foundOrganization } from './found-organization.ts';
import { handOver } from './hand-over.ts';
import { identifierKey } from './identifier-key.ts';
import { organizationOverview } from './organization-overview.ts';
import { listOrganizations, systemSession } from './organizations.ts';
import { removeMember } from './remove-member.ts';
import { renameOrganization } from './rename-organization.ts';
import type { DirectorySession } from './session.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let organizations = 0;
/** An organization of its own, with its initial administrator. */
async function founded() {
  const { organization, administrator } = await foundOrganization(world.directory, {
    name: `Founded ${++organizations}`,
    administrator: { username: 'first' },
  });
  const session = () => systemSession(world.database.entityManager(), organization);
  const as = (id: string): DirectorySession => ({
    ...session(),
    actor: { kind: 'member', id, name: 'somebody' },
  });
  const member = async (username: string, more = {}) =>
    (await createMember(session(), { username, enabled: true, profile: {}, ...more })).id;
  const change = (settings: SettingsChange) =>
    changeSettings(session(), settings, { instanceSuffix: 'dc=directory,dc=local' });
  return { organization, first: administrator.id, session, as, member, change };
}

test('an organization is founded with its root department, its roles and its administrator', async () => {
  const from = await currentPosition(world.database.entityManager());
  const { organization, administrator } = await foundOrganization(world.directory, {
    name: ' Nordlicht GmbH ',
    slug: 'nord',
    rootDepartment: 'Nordlicht',
    administrator: { username: 'Nils', displayName: 'Nils Berg', email: 'nils@nord.example' },
  });
  expect(organization).toMatchObject({ slug: 'nord', name: 'Nordlicht GmbH' });
  const session = systemSession(world.database.entityManager(), organization);
  expect(await departmentTree(session)).toMatchObject([{ name: 'Nordlicht', memberCount: 1 }]);
  expect(await getMember(session, administrator.id)).toMatchObject({
    status: 'enabled',
    displayName: 'Nils Berg',
    email: 'nils@nord.example',
    roles: [{ name: 'Administrator' }],
  });
  expect(await organizationOverview(session)).toMatchObject({
    initialAdministrator: { id: administrator.id, displayName: 'Nils Berg' },
    counts: { members: 1, departments: 1, roles: 3, groups: 0 },
    settings: {
      defaultHeir: null,
      invitationLifetimeHours: 72,
      resetLinkLifetimeHours: 24,
      minimumPasswordLength: 15,
      embeddingOrigins: [],
      ldapSuffix: null,
      departmentsFollowScim: false,
      activationMail: false,
    },
  });
  const { changes } = await readChanges(world.database.entityManager(), from);
  expect(changes.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
    'organization created',
    'member created',
  ]);
});

test('a founding that is refused leaves nothing', async () => {
  const before = await listOrganizations(world.database.entityManager());
  const em = world.database.entityManager();
  em.create(Account, {
    id: crypto.randomUUID(),
    username: 'carla',
    usernameKey: identifierKey('carla'),
    createdAt: new Date(),
  });
  await em.flush();
  const found = (more: object, administrator: object = {}) =>
    foundOrganization(world.directory, {
      name: 'Refused',
      administrator: { username: 'x', ...administrator },
      ...more,
    });
  for (const [attempt, refusal] of [
    [() => found({ slug: 'acme' }), { code: 'not-unique', field: 'slug' }],
    [() => found({ name: '研究' }), { code: 'invalid-value', field: 'slug' }],
    [() => found({ name: ' ' }), { code: 'invalid-value', field: 'name' }],
    [() => found({ rootDepartment: ' ' }), { code: 'invalid-value', field: 'rootDepartment' }],
    [() => found({}, { username: ' ' }), { code: 'invalid-value', field: 'username' }],
    [() => found({}, { email: 'a@b,c@d' }), { code: 'invalid-value', field: 'emails' }],
    [() => found({}, { password: 'short' }), { code: 'invalid-value', field: 'password' }],
    [() => found({}, { username: 'Carla' }), { code: 'not-unique' }],
  ] as const) {
    await expect(attempt()).rejects.toMatchObject(refusal);
  }
  expect(await listOrganizations(world.database.entityManager())).toEqual(before);
});

test('of many who found the same organization at the same moment, one does', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 6 }, () =>
      foundOrganization(world.directory, { name: 'Race', administrator: { username: 'first' } }),
    ),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('the organization is renamed; its slug stays', async () => {
  const { session, organization } = await founded();
  const from = await currentPosition(world.database.entityManager());
  const renamed = await renameOrganization(session(), ' Neu ', { ifVersion: (v) => v === 1 });
  expect(renamed).toMatchObject({ name: 'Neu', slug: organization.slug, version: 2 });
  await expect(
    renameOrganization(session(), 'x', { ifVersion: (version) => version === 1 }),
  ).rejects.toMatchObject({ code: 'version-mismatch' });
  expect((await readChanges(world.database.entityManager(), from)).changes).toMatchObject([
    { subject: 'organization', subjectId: organization.id, kind: 'updated' },
  ]);
});

test('what is left out of a change of settings stays', async () => {
  const { change, member } = await founded();
  const heir = await member('heir');
  await change({ invitationLifetimeHours: 24, defaultHeir: heir, language: 'zh-CN' });
  await change({ minimumPasswordLength: 8, ldapSuffix: ' DC=Stays, dc=Example ' });
  await change({ departmentsFollowScim: true });
  await change({ activationMail: true });
  const { settings } = await change({
    embeddingOrigins: [
      'https://App.example.com:443/',
      'https://app.example.com',
      'http://[::1]:90',
    ],
  });
  expect(settings).toEqual({
    defaultHeir: { id: heir, displayName: 'heir' },
    invitationLifetimeHours: 24,
    resetLinkLifetimeHours: 24,
    minimumPasswordLength: 8,
    embeddingOrigins: ['https://app.example.com', 'http://[::1]:90'],
    language: 'zh-CN',
    ldapSuffix: 'dc=Stays,dc=Example',
    departmentsFollowScim: true,
    activationMail: true,
  });
  const cleared = await change({ defaultHeir: null, ldapSuffix: null });
  expect(cleared.settings).toMatchObject({ defaultHeir: null, ldapSuffix: null });
});

test.each<[keyof SettingsChange, SettingsChange]>([
  ['invitationLifetimeHours', { invitationLifetimeHours: 0 }],
  ['resetLinkLifetimeHours', { resetLinkLifetimeHours: 169 }],
  ['minimumPasswordLength', { minimumPasswordLength: 7 }],
  ['minimumPasswordLength', { minimumPasswordLength: 15.5 }],
  ['embeddingOrigins', { embeddingOrigins: ['http://app.example.com'] }],
  ['embeddingOrigins', { embeddingOrigins: ['https://app.example.com/page'] }],
  ['embeddingOrigins', { embeddingOrigins: ['https://user@app.example.com'] }],
  ['embeddingOrigins', { embeddingOrigins: ['https://*.example.com'] }],
  ['embeddingOrigins', { embeddingOrigins: ['*'] }],
  ['embeddingOrigins', { embeddingOrigins: ['null'] }],
  ['embeddingOrigins', { embeddingOrigins: ['javascript:alert(1)'] }],
  ['ldapSuffix', { ldapSuffix: '' }],
  ['ldapSuffix', { ldapSuffix: 'acme' }],
  ['ldapSuffix', { ldapSuffix: 'cn=acme' }],
  ['ldapSuffix', { ldapSuffix: 'dc=a cme' }],
  ['ldapSuffix', { ldapSuffix: 'o=a\\,b' }],
  ['ldapSuffix', { ldapSuffix: 'dc=acme,,dc=com' }],
  ['ldapSuffix', { ldapSuffix: 'constructor=acme' }],
  ['ldapSuffix', { ldapSuffix: Array(11).fill('dc=a').join(',') }],
])('%s refuses %j', async (field, settings) => {
  const { change, session } = await founded();
  await expect(change({ resetLinkLifetimeHours: 48, ...settings })).rejects.toMatchObject({
    code: 'invalid-value',
    field,
  });
  expect((await organizationOverview(session())).settings.resetLinkLifetimeHours).toBe(24);
});

test('no LDAP suffix overlaps that of another organization or of the instance', async () => {
  const [one, other] = [await founded(), await founded()];
  await one.change({ ldapSuffix: 'ou=Europe,dc=overlap,dc=com' });
  await one.change({ ldapSuffix: 'ou=europe, DC=Overlap, dc=com' });
  const taken = { code: 'not-unique', field: 'ldapSuffix' };
  for (const ldapSuffix of [
    'OU=Europe,dc=overlap,dc=com',
    'dc=overlap,dc=com',
    'l=Kiel,ou=europe,dc=overlap,dc=com',
    'dc=directory,dc=local',
    `o=${one.organization.slug},dc=directory,dc=local`,
    'dc=local',
  ]) {
    await expect(other.change({ ldapSuffix }), ldapSuffix).rejects.toMatchObject(taken);
  }
  await other.change({ ldapSuffix: 'ou=asia,dc=overlap,dc=com' });
});

test('of two who take overlapping LDAP suffixes at the same moment, one does', async () => {
  const [one, other] = [await founded(), await founded()];
  for (let round = 0; round < 10; round++) {
    const outcomes = await Promise.allSettled([
      one.change({ ldapSuffix: `dc=round${round},dc=com` }),
      other.change({ ldapSuffix: `ou=below,dc=round${round},dc=com` }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  }
});

test('the default heir takes over from a removed member, the initial administrator where there is none', async () => {
  const { session, member, change, first } = await founded();
  const heirs = [await member('heir'), await member('second')] as const;
  const removedWithReport = async (name: string) => {
    const boss = await member(name);
    const report = await member(`report of ${name}`, { manager: boss });
    await removeMember(session(), boss);
    return (await getMember(session(), report)).manager?.id;
  };
  expect(await removedWithReport('a')).toBe(first);
  await change({ defaultHeir: heirs[0] });
  expect(await removedWithReport('b')).toBe(heirs[0]);
  await change({ defaultHeir: heirs[1] });
  expect(await removedWithReport('c')).toBe(heirs[1]);
  await changeMember(session(), heirs[1], () => ({
    username: 'second',
    enabled: false,
    profile: {},
  }));
  expect(await removedWithReport('d')).toBe(first);
  await expect(change({ defaultHeir: heirs[1] })).rejects.toMatchObject({
    code: 'invalid-value',
    field: 'defaultHeir',
  });
  await removeMember(session(), heirs[1]);
  expect((await change({})).settings.defaultHeir).toBeNull();
});

test('the initial administrator cannot be removed by any spelling of the id', async () => {
  const { session, first } = await founded();
  for (const id of [first, first.toUpperCase()]) {
    await expect(removeMember(session(), id)).rejects.toMatchObject({ code: 'conflict' });
  }
});

test('handing over makes the successor Administrator, and is told to the feed', async () => {
  const { session, as, first, member, organization } = await founded();
  const next = await member('next');
  const from = await currentPosition(world.database.entityManager());
  expect(await handOver(as(first), next)).toMatchObject({ initialAdministrator: { id: next } });
  const roles = async (id: string) =>
    (await getMember(session(), id)).roles.map(({ name }) => name);
  expect(await roles(next)).toEqual(['Administrator', 'Member']);
  expect(await roles(first)).toEqual(['Administrator']);
  const { changes } = await readChanges(world.database.entityManager(), from);
  expect(changes.map(({ subject, subjectId }) => [subject, subjectId])).toEqual([
    ['member', first],
    ['member', next],
    ['organization', organization.id],
  ]);
  await expect(handOver(as(first), first)).rejects.toMatchObject({ code: 'forbidden' });
  await removeMember(session(), first);
  await expect(removeMember(session(), next)).rejects.toMatchObject({ code: 'conflict' });
});

test('only the initial administrator hands over, and only to an enabled member', async () => {
  const { session, as, first, member } = await founded();
  const next = await member('next');
  for (const actor of [
    session(),
    as(next),
    { ...as(first), actor: { kind: 'api-key', id: first, name: '' } },
  ] as const) {
    await expect(handOver(actor as DirectorySession, next)).rejects.toMatchObject({
      code: 'forbidden',
    });
  }
  const away = await member('away', { enabled: false });
  await expect(handOver(as(first), away)).rejects.toMatchObject({ code: 'invalid-value' });
  const foreign = await (await founded()).member('foreign');
  for (const id of [foreign, crypto.randomUUID(), 'nonsense']) {
    await expect(handOver(as(first), id)).rejects.toMatchObject({ code: 'unknown-reference' });
    await expect(
      changeSettings(session(), { defaultHeir: id }, { instanceSuffix: 'dc=x' }),
    ).rejects.toMatchObject({ code: 'unknown-reference', field: 'defaultHeir' });
  }
});

test('who hands over twice at the same moment does so once; a successor who is removed meanwhile is none', async () => {
  for (let round = 0; round < 10; round++) {
    const { session, as, first, member } = await founded();
    const [a, b] = [await member('a'), await member('b')];
    const handed = await Promise.allSettled([handOver(as(first), a), handOver(as(first), b)]);
    expect(handed.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'forbidden' } },
    ]);
    const holder = (await organizationOverview(session())).initialAdministrator?.id ?? '';
    expect([a, b]).toContain(holder);
    const third = await member('c');
    const [passed, removed] = await Promise.allSettled([
      handOver(as(holder), third),
      removeMember(session(), third),
    ]);
    if (passed.status === 'fulfilled') {
      expect(removed).toMatchObject({ reason: { code: 'conflict' } });
    } else {
      expect(passed.reason).toMatchObject({ code: 'unknown-reference' });
      expect(removed.status).toBe('fulfilled');
    }
  }
});
