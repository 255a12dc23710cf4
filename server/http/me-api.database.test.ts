import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';
import { plainTexts } from '../../test/support/plain-texts.ts';
import {
  acceptInvitation,
  changeOwnPassword,
  createMember,
  createOrganization,
  type DirectorySession,
  disableMember,
  inviteMember,
  removeMember,
  systemSession,
} from '../directory/index.ts';

let acme: ApiWorld;
let session: DirectorySession;
let bolt: DirectorySession;
let passwordHash: string;
const password = 'correct horse battery';

beforeAll(async () => {
  acme = await openAdminApi();
  session = acme.world.session();
  bolt = await found('Bolt');
  passwordHash = await acme.world.directory.passwords.hash(password);
});
afterAll(() => acme.close());

async function found(name: string): Promise<DirectorySession> {
  const em = acme.world.database.entityManager();
  return systemSession(em, await createOrganization(em, { name }));
}

let names = 0;
/** A member with a managed account. */
async function newMember(of = session) {
  const username = `person${++names}`;
  const { id } = await createMember(of, { username, enabled: true, profile: {}, passwordHash });
  return { id, username };
}

/** A person with a self-owned account who joined the organizations, by another username in each. */
async function newPerson(...organizations: DirectorySession[]) {
  const account = `owner${++names}`;
  const members: string[] = [];
  for (const of of organizations) {
    const { id } = await createMember(of, {
      displayName: account,
      invited: true,
      enabled: true,
      profile: {},
    });
    members.push(id);
    const correspondence = { publicUrl: '', texts: plainTexts };
    const { link } = await inviteMember(of, id, { by: 'link' }, correspondence);
    await acceptInvitation(acme.world.directory, {
      token: link?.split('#')[1] ?? '',
      username: `${account}.${of.organization.slug}`,
      account:
        members.length === 1
          ? { kind: 'register', username: account, password }
          : {
              kind: 'sign-in',
              organization: undefined,
              username: account,
              password,
              address: '192.0.2.1',
            },
    });
  }
  return { username: account, members };
}

function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const init = initOf('POST', body);
  return acme.api.request(path, { ...init, headers: { ...init.headers, ...headers } });
}

const signIn = (body: object, headers = {}) => post('/session', { password, ...body }, headers);

/** A browser that has signed in. */
async function browser(body: object, headers = {}) {
  const response = await signIn(body, headers);
  expect(response.status).toBe(200);
  return browserOf(response);
}

function browserOf(response: Response) {
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const init = initOf(method, body);
    const headers = { ...init.headers, cookie, 'x-requested-with': 'roster', ...more };
    return acme.api.request(path, { ...init, headers });
  };
}

const personal: [string, string, unknown?][] = [
  ['GET', '/me/sessions'],
  ['DELETE', '/me/sessions'],
  ['DELETE', `/me/sessions/${crypto.randomUUID()}`],
  ['GET', '/me/organizations'],
  ['POST', '/session/organization', { organization: 'acme' }],
  ['GET', '/me/app-passwords'],
  ['POST', '/me/app-passwords', { name: 'Printer' }],
  ['DELETE', `/me/app-passwords/${crypto.randomUUID()}`],
];
test.each(personal)('%s %s is for a person who signed in', async (method, path, body) => {
  const init = initOf(method, body);
  expect((await acme.api.request(path, init)).status).toBe(401);
  const asKey = await acme.withKey(acme.world.made.apiKey, path, init);
  expect(asKey.status).toBe(403);
  expect(await asKey.json()).toMatchObject({
    type: '/problems/forbidden',
    detail: 'Only a person who signed in can do this.',
  });
});

test('a write without the header that another site cannot send is refused', async () => {
  const { username } = await newMember();
  const response = await signIn({ organization: 'acme', username });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  for (const [method, path, body] of personal.filter(([verb]) => verb !== 'GET')) {
    const init = initOf(method, body);
    const answer = await acme.api.request(path, { ...init, headers: { ...init.headers, cookie } });
    expect(await answer.json()).toMatchObject({ type: '/problems/cross-site', status: 403 });
  }
});

test("one's own sessions are listed, and each can be ended", async () => {
  const { username } = await newMember();
  const stranger = await browser({ organization: 'acme', ...(await newMember()) });
  const laptop = await browser(
    { organization: 'acme', username },
    { 'user-agent': `Laptop\u0085${'x'.repeat(500)}` },
  );
  const phone = await browser({ organization: 'acme', username }, { 'user-agent': 'Phone' });
  const { items } = await bodyOf(phone('GET', '/me/sessions'));
  expect(items).toHaveLength(2);
  expect(items).toMatchObject([
    { current: true, userAgent: 'Phone' },
    { current: false, userAgent: expect.stringMatching(/^Laptopx{250}$/) },
  ]);
  expect(JSON.stringify(items)).not.toMatch(/secret|hash/i);
  expect((await stranger('DELETE', `/me/sessions/${items[1].id}`)).status).toBe(404);
  expect((await phone('DELETE', `/me/sessions/${items[1].id}`)).status).toBe(204);
  expect((await laptop('GET', '/session')).status).toBe(401);
  expect((await phone('DELETE', `/me/sessions/${items[1].id}`)).status).toBe(404);
  const tablet = await browser({ organization: 'acme', username });
  expect((await tablet('DELETE', '/me/sessions')).status).toBe(204);
  expect((await phone('GET', '/session')).status).toBe(401);
  expect((await tablet('GET', '/session')).status).toBe(200);
  expect((await stranger('GET', '/session')).status).toBe(200);
});

test('app passwords are made, told once, listed and ended', async () => {
  const { id, username } = await newMember();
  const own = await browser({ organization: 'acme', username });
  const made = await own('POST', '/me/app-passwords', { name: ' Printer ' });
  expect(made.status).toBe(201);
  const { secret, ...printer } = await bodyOf(made);
  expect(printer).toEqual({
    id: expect.any(String),
    name: 'Printer',
    createdAt: expect.any(String),
    lastUsedAt: null,
  });
  expect(await bodyOf(own('GET', '/me/app-passwords'))).toEqual({ items: [printer] });
  const path = `/members/${id}/app-passwords`;
  const asAdministrator = acme.withKey(acme.world.made.apiKey, path);
  expect(await bodyOf(asAdministrator)).toEqual({ items: [printer] });
  // It is no password of the person.
  const attempt = await signIn({ organization: 'acme', username, password: secret });
  expect(attempt.status).toBe(401);
  const other = await browser({ organization: 'acme', ...(await newMember()) });
  expect((await other('DELETE', `/me/app-passwords/${printer.id}`)).status).toBe(404);
  expect((await own('DELETE', `/me/app-passwords/${printer.id}`)).status).toBe(204);
  expect(await bodyOf(own('GET', '/me/app-passwords'))).toEqual({ items: [] });
  const nameless = await own('POST', '/me/app-passwords', { name: '' });
  expect(nameless.status).toBe(400);
});

test('the username of a self-owned account is enough where it is in one organization', async () => {
  const { username } = await newPerson(bolt);
  const own = await browser({ username: username.toUpperCase() });
  expect(await bodyOf(own('GET', '/session'))).toMatchObject({
    organization: { slug: 'bolt' },
    member: { username: `${username}.bolt` },
  });
  // By the organization it is what the organization calls them.
  expect((await signIn({ organization: 'bolt', username })).status).toBe(401);
  expect((await signIn({ organization: 'bolt', username: `${username}.bolt` })).status).toBe(200);
});

test('who is in several organizations chooses, after the right password only', async () => {
  const { username } = await newPerson(session, bolt);
  const wrong = await signIn({ username, password: 'wrong' });
  const nobody = await signIn({ username: 'nobody', password: 'wrong' });
  expect([wrong.status, await wrong.text()]).toEqual([nobody.status, await nobody.text()]);
  const right = await signIn({ username });
  expect(right.status).toBe(409);
  expect(right.headers.get('set-cookie')).toBeNull();
  const { type, organizations } = await bodyOf(right);
  expect(type).toBe('/problems/choose-organization');
  expect(organizations).toEqual([
    { slug: 'acme', name: 'Acme', username: `${username}.acme` },
    { slug: 'bolt', name: 'Bolt', username: `${username}.bolt` },
  ]);
  const { slug, username: there } = organizations[1];
  await browser({ organization: slug, username: there });
});

test('only organizations that let a person in are offered', async () => {
  const { username, members } = await newPerson(session, bolt);
  await disableMember(session, members[0] ?? '');
  const own = await browser({ username });
  expect(await bodyOf(own('GET', '/session'))).toMatchObject({ organization: { slug: 'bolt' } });
  await removeMember(bolt, members[1] ?? '');
  const [shut, nobody] = [await signIn({ username }), await signIn({ username: 'nobody' })];
  expect([shut.status, await shut.text()]).toEqual([nobody.status, await nobody.text()]);
});

test('a managed account does not sign in by its username alone where there are several organizations', async () => {
  const { username } = await newMember();
  expect((await signIn({ username })).status).toBe(401);
});

test('failures by the username alone slow down too', async () => {
  const { username } = await newPerson(bolt);
  for (let failure = 0; failure < 5; failure++) await signIn({ username, password: 'wrong' });
  const slowed = await signIn({ username });
  expect(slowed.status).toBe(429);
  expect(slowed.headers.get('retry-after')).toBe('1');
});

test('a person goes on in another of their organizations with a session in place of the one before', async () => {
  const { username } = await newPerson(session, bolt);
  const inAcme = await browser({ organization: 'acme', username: `${username}.acme` });
  expect(await bodyOf(inAcme('GET', '/me/organizations'))).toEqual({
    items: [
      { slug: 'acme', name: 'Acme', username: `${username}.acme`, current: true },
      { slug: 'bolt', name: 'Bolt', username: `${username}.bolt`, current: false },
    ],
  });
  const [before] = (await bodyOf(inAcme('GET', '/me/sessions'))).items;
  const switched = await inAcme('POST', '/session/organization', { organization: 'bolt' });
  expect(switched.status).toBe(200);
  expect(await switched.clone().json()).toMatchObject({
    organization: { slug: 'bolt' },
    member: { username: `${username}.bolt` },
  });
  const inBolt = browserOf(switched);
  expect((await inAcme('GET', '/session')).status).toBe(401);
  const { items } = await bodyOf(inBolt('GET', '/me/sessions'));
  // No new password was asked for, so half a day counts from when it was.
  expect(items).toMatchObject([{ current: true, createdAt: before.createdAt }]);
});

test('a switch that carries an Idempotency-Key gives its cookie, and does not wait for itself', async () => {
  const { username } = await newPerson(session, bolt);
  const inAcme = await browser({ organization: 'acme', username: `${username}.acme` });
  const key = { 'idempotency-key': 'switch' };
  const to = { organization: 'bolt' };
  const switched = await inAcme('POST', '/session/organization', to, key);
  expect(switched.status).toBe(200);
  expect(await bodyOf(browserOf(switched)('GET', '/session'))).toMatchObject({
    organization: { slug: 'bolt' },
  });
  expect((await inAcme('POST', '/session/organization', to, key)).status).toBe(401);
});

test('nobody switches to where they are not let in', async () => {
  const { username, members } = await newPerson(session, bolt);
  const own = await browser({ organization: 'acme', username: `${username}.acme` });
  const to = (organization: string) => own('POST', '/session/organization', { organization });
  await disableMember(bolt, members[1] ?? '');
  const answers = [await to('bolt'), await to('nowhere')];
  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  const [disabled, unknown] = await Promise.all(answers.map((answer) => answer.text()));
  expect(disabled).toBe(unknown);
  expect((await own('GET', '/session')).status).toBe(200);
});

test('a changed password ends the sessions of every organization', async () => {
  const { username } = await newPerson(session, bolt);
  const [acmeName, boltName] = [`${username}.acme`, `${username}.bolt`];
  const inAcme = await browser({ organization: 'acme', username: acmeName });
  const inBolt = await browser({ organization: 'bolt', username: boltName });
  await changeOwnPassword(
    acme.world.directory,
    {
      organization: 'bolt',
      username: boltName,
      password,
      newPassword: 'another horse, another battery',
      address: '192.0.2.1',
    },
    { texts: plainTexts },
  );
  expect((await inAcme('GET', '/session')).status).toBe(401);
  expect((await inBolt('GET', '/session')).status).toBe(401);
});

test('nothing of the above was a failure of ours', () => {
  expect(acme.failures).toEqual([]);
});
