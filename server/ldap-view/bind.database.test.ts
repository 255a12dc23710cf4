import { Client, type SearchOptions } from 'ldapts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import {
  acceptInvitation,
  addMember,
  changeMember,
  changeOwnPassword,
  changeSettings,
  createAppPassword,
  createMember,
  createOrganization,
  createServiceAccount,
  type DirectorySession,
  deleteAppPassword,
  deleteServiceAccount,
  departmentTree,
  disableMember,
  enableMember,
  inviteMember,
  listAppPasswords,
  listRoles,
  removeMember,
  signIn,
  systemSession,
} from '../directory/index.ts';
import { type LdapView, startLdapView } from './ldap-view.ts';

// Over a real socket: what opens a bind, and what ends the connection that it opened.

let world: World;
let view: LdapView;
let bolt: DirectorySession;
const clients: Client[] = [];
const password = 'correct horse battery';
let passwordHash: string;

beforeAll(async () => {
  world = await openWorld();
  passwordHash = await world.directory.passwords.hash(password);
  const em = world.database.entityManager();
  bolt = systemSession(em, await createOrganization(em, { name: 'Bolt' }), {
    announce: world.directory.announce,
  });
  view = await startLdapView(world.directory, {
    host: '127.0.0.1',
    port: await freePort(),
    ldapsPort: 0,
    tls: undefined,
    allowClearText: false,
    baseDn: 'dc=directory,dc=local',
    onWake: world.database.onWake,
    metrics: { ldapOperation: () => {}, readEntries: () => {} },
    log: { info: () => {}, error: (fault: unknown) => expect.fail(String(fault)) } as never,
  });
});
afterAll(async () => {
  for (const client of clients) await client.unbind();
  await view.close();
  await world.close();
});

const dnOf = (username: string, slug = 'acme') =>
  `uid=${username},ou=people,o=${slug},dc=directory,dc=local`;

async function bound(dn: string, secret: string): Promise<Client> {
  const client = new Client({ url: `ldap://127.0.0.1:${view.port}`, timeout: 10_000 });
  clients.push(client);
  await client.bind(dn, secret);
  return client;
}

/** The result code of a bind. */
const bindCode = (dn: string, secret: string) =>
  bound(dn, secret).then(
    () => 0,
    (error: { code: number }) => error.code,
  );

/** The result code of a search: 50 from a connection that has become anonymous. */
const searchCode = (client: Client, base: string, scope: SearchOptions['scope'] = 'base') =>
  client.search(base, { scope }).then(
    ({ searchEntries }) => (searchEntries.length > 0 ? 0 : 32),
    (error: { code: number }) => error.code,
  );

let names = 0;
async function newMember(session = world.session()) {
  const username = `member${++names}`;
  const { id } = await createMember(session, {
    username,
    enabled: true,
    profile: {},
    passwordHash,
  });
  const own: DirectorySession = { ...session, actor: { kind: 'member', id, name: username } };
  const appPassword = () => createAppPassword(own, { name: 'Printer' });
  return { id, username, dn: dnOf(username, session.organization.slug), own, appPassword };
}

test('an app password binds its owner, however it is typed, and nobody else', async () => {
  const anna = await newMember();
  const ben = await newMember();
  const { id, secret } = await anna.appPassword();
  expect(secret).toMatch(/^([b-z]{5}-){4}[b-z]{5}$/);
  const client = await bound(anna.dn, secret);
  expect(await searchCode(client, anna.dn)).toBe(0);
  expect(await searchCode(client, ben.dn)).toBe(32);
  expect(await bindCode(anna.dn, secret.toUpperCase().replaceAll('-', ' '))).toBe(0);
  expect(await bindCode(anna.dn, secret.replaceAll('-', ''))).toBe(0);
  expect(await bindCode(anna.dn, secret.slice(0, -1))).toBe(49);
  expect(await bindCode(ben.dn, secret)).toBe(49);
  const [used] = await listAppPasswords(world.session(), anna.id);
  expect(used).toMatchObject({ id, name: 'Printer', lastUsedAt: expect.any(Date) });
});

test('an app password opens one organization only, and no sign-in', async () => {
  const anna = await newMember();
  const { secret } = await anna.appPassword();
  const username = anna.username;
  await createMember(bolt, { username, enabled: true, profile: {}, passwordHash });
  expect(await bindCode(dnOf(username, 'bolt'), secret)).toBe(49);
  const credentials = { organization: 'acme', username, password: secret, address: '192.0.2.1' };
  await expect(signIn(world.directory, credentials)).rejects.toMatchObject({
    code: 'invalid-credentials',
  });
});

test('who has an app password waits for nobody, and is not counted', async () => {
  const anna = await newMember();
  const { secret } = await anna.appPassword();
  for (let failure = 0; failure < 6; failure++) await bindCode(anna.dn, 'wrong');
  expect(await bindCode(anna.dn, password)).toBe(51);
  for (let time = 0; time < 3; time++) expect(await bindCode(anna.dn, secret)).toBe(0);
});

test('an app password is good while the password is for the first sign-in only', async () => {
  const [root] = await departmentTree(world.session());
  const role = (await listRoles(world.session())).find(({ name }) => name === 'Member');
  const { id, username } = await addMember(world.session(), world.directory, {
    name: 'Eve',
    username: 'eve',
    password,
    departments: [root?.id ?? ''],
    roles: [role?.id ?? ''],
  });
  const own = { ...world.session(), actor: { kind: 'member', id, name: 'Eve' } as const };
  const { secret } = await createAppPassword(own, { name: 'Printer' });
  expect(await bindCode(dnOf(username ?? ''), password)).not.toBe(0);
  expect(await bindCode(dnOf(username ?? ''), secret)).toBe(0);
});

test('nobody has more app passwords than they can look after', async () => {
  const anna = await newMember();
  for (let made = 0; made < 25; made++) await anna.appPassword();
  await expect(anna.appPassword()).rejects.toMatchObject({ code: 'conflict' });
});

test('a deleted app password ends what was bound with it, and only that', async () => {
  const anna = await newMember();
  const printer = await anna.appPassword();
  const scanner = await anna.appPassword();
  const [first, second] = [
    await bound(anna.dn, printer.secret),
    await bound(anna.dn, scanner.secret),
  ];
  expect(await searchCode(first, anna.dn)).toBe(0);
  await deleteAppPassword(world.session(), anna.id, printer.id);
  expect(await bindCode(anna.dn, printer.secret)).toBe(49);
  await expect.poll(() => searchCode(first, anna.dn)).toBe(50);
  expect(await searchCode(second, anna.dn)).toBe(0);
  await expect(
    deleteAppPassword(world.session(), (await newMember()).id, scanner.id),
  ).rejects.toMatchObject({ code: 'not-found' });
});

const endings: [string, (id: string) => Promise<unknown>][] = [
  ['disabling', (id) => disableMember(world.session(), id)],
  [
    'disabling over SCIM',
    (id) =>
      changeMember(world.session(), id, ({ username }) => ({
        username: username ?? '',
        enabled: false,
        profile: {},
      })),
  ],
  ['removal', (id) => removeMember(world.session(), id)],
];
test.each(endings)('%s ends app passwords and what was bound with them', async (_how, end) => {
  const anna = await newMember();
  const { secret } = await anna.appPassword();
  const client = await bound(anna.dn, secret);
  await end(anna.id);
  expect(await bindCode(anna.dn, secret)).toBe(49);
  await expect.poll(() => searchCode(client, anna.dn)).toBe(50);
});

test('who comes back has to bind again, and to make new app passwords', async () => {
  const anna = await newMember();
  const { secret } = await anna.appPassword();
  // Nothing was asked over it before the member left.
  const client = await bound(anna.dn, password);
  await disableMember(world.session(), anna.id);
  await view.caughtUp();
  await enableMember(world.session(), anna.id);
  expect(await bindCode(anna.dn, secret)).toBe(49);
  expect(await bindCode(anna.dn, password)).toBe(0);
  expect(await searchCode(client, anna.dn)).toBe(50);
});

test('a changed password ends what was bound with the one before, and nothing else', async () => {
  const anna = await newMember();
  const { secret } = await anna.appPassword();
  const [before, other] = [await bound(anna.dn, password), await bound(anna.dn, secret)];
  const stranger = await bound((await newMember()).dn, password);
  const newPassword = 'another horse, another battery';
  await changeOwnPassword(
    world.directory,
    { organization: 'acme', username: anna.username, password, newPassword, address: '192.0.2.2' },
    { texts: plainTexts },
  );
  expect(await bindCode(anna.dn, password)).toBe(49);
  const after = await bound(anna.dn, newPassword);
  await expect.poll(() => searchCode(before, anna.dn)).toBe(50);
  expect(await searchCode(after, anna.dn)).toBe(0);
  expect(await searchCode(other, anna.dn)).toBe(0);
  expect(await searchCode(stranger, dnOf(`member${names}`))).toBe(0);
});

test('a password that SCIM sets ends what was bound with the one before', async () => {
  const anna = await newMember();
  const before = await bound(anna.dn, password);
  const other = await world.directory.passwords.hash('set over SCIM');
  await changeMember(world.session(), anna.id, () => ({
    username: anna.username,
    enabled: true,
    profile: {},
    passwordHash: other,
  }));
  await expect.poll(() => searchCode(before, anna.dn)).toBe(50);
  expect(await searchCode(await bound(anna.dn, 'set over SCIM'), anna.dn)).toBe(0);
});

test("a person's password ends their binds in every organization", async () => {
  const invite = async (session: DirectorySession) => {
    const { id } = await createMember(session, {
      enabled: true,
      invited: true,
      displayName: 'Zoe',
      profile: {},
    });
    const correspondence = { publicUrl: '', texts: plainTexts };
    const { link } = await inviteMember(session, id, { by: 'link' }, correspondence);
    return link?.split('#')[1] ?? '';
  };
  const own = { username: 'zoe', password, address: '192.0.2.3' };
  await acceptInvitation(world.directory, {
    token: await invite(world.session()),
    account: { kind: 'register', username: 'zoe', password },
  });
  await acceptInvitation(world.directory, {
    token: await invite(bolt),
    account: { kind: 'sign-in', organization: undefined, ...own },
  });
  const [acme, there] = [dnOf('zoe'), dnOf('zoe', 'bolt')];
  const [inAcme, inBolt] = [await bound(acme, password), await bound(there, password)];
  expect([await searchCode(inAcme, acme), await searchCode(inBolt, there)]).toEqual([0, 0]);
  await changeOwnPassword(
    world.directory,
    { organization: 'acme', ...own, newPassword: 'another horse, another battery' },
    { texts: plainTexts },
  );
  await expect.poll(() => searchCode(inAcme, acme)).toBe(50);
  await expect.poll(() => searchCode(inBolt, there)).toBe(50);
});

test('a service account reads from the moment it was made, and nothing once it is deleted', async () => {
  const { id, secret } = await createServiceAccount(world.session(), world.directory, {
    name: 'Grafana',
  });
  const base = 'o=acme,dc=directory,dc=local';
  const dn = `cn=grafana,ou=services,${base}`;
  const client = await bound(dn, secret);
  expect(await searchCode(client, base, 'sub')).toBe(0);
  await deleteServiceAccount(world.session(), id);
  expect(await bindCode(dn, secret)).toBe(49);
  await expect.poll(() => searchCode(client, base, 'sub')).toBe(50);
  const again = await createServiceAccount(world.session(), world.directory, { name: 'Grafana' });
  expect(await searchCode(await bound(dn, again.secret), base, 'sub')).toBe(0);
  expect(await searchCode(client, base, 'sub')).toBe(50);
});

test('a setting that no entry shows leaves connections as they are; another suffix does not', async () => {
  const anna = await newMember(bolt);
  const client = await bound(anna.dn, password);
  const change = (settings: { embeddingOrigins?: string[]; ldapSuffix?: string }) =>
    changeSettings(bolt, settings, { instanceSuffix: 'dc=directory,dc=local' });
  await change({ embeddingOrigins: ['https://app.example.com'] });
  await view.caughtUp();
  expect(await searchCode(client, anna.dn)).toBe(0);
  await change({ ldapSuffix: 'dc=bolt,dc=example' });
  await view.caughtUp();
  expect(await searchCode(client, anna.dn)).toBe(50);
  const dn = `uid=${anna.username},ou=people,dc=bolt,dc=example`;
  expect(await searchCode(await bound(dn, password), dn)).toBe(0);
});

test('WhoAmI tells the DN that answers tell, however it was typed', async () => {
  const anna = await newMember();
  const typed = `UID = ${anna.username.toUpperCase()} , OU=People,o=ACME, DC=directory,dc=LOCAL`;
  const client = await bound(typed, password);
  const { value } = await client.exop('1.3.6.1.4.1.4203.1.11.3');
  expect(value).toBe(`dn:${anna.dn}`);
});
