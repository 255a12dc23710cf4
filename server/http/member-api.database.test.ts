import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { departmentTree } from '../directory/index.ts';
import { adminApi } from './application.ts';
import type { LiveChanges } from './live-changes.ts';

let world: World;
let api: ReturnType<typeof adminApi>;
const failures: unknown[] = [];
beforeAll(async () => {
  world = await openWorld();
  api = adminApi({
    directory: world.directory,
    publicUrl: 'http://roster.example',
    ldapBaseDn: 'dc=directory,dc=local',
    operatorKey: undefined,
    exportMembersCsv: async function* () {},
    exportAuditCsv: async function* () {},
    liveChanges: {} as LiveChanges,
    webhookPolicy: { allowPrivate: false },
    toleranceWords: () => ({ description: '', clients: [] }),
    mailTexts: plainTexts,
    testMail: () => ({ subject: '', text: '' }),
    log: { error: (...logged: unknown[]) => void failures.push(logged) },
  });
});
afterAll(() => world.close());

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted upon, not typed
type Answer = { status: number; headers: Headers; body: any };

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${world.made.apiKey}` },
): Promise<Answer> {
  const response = await api.request(path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

const typed = 'typed by an administrator';
const own = 'chosen by the person';

async function add(username: string): Promise<Answer> {
  const admin = await call('GET', '/members?search=admin');
  const [root] = await departmentTree(world.session());
  const auditor = admin.body.items[0].roles[0].id;
  return call('POST', '/members', {
    name: username,
    departments: [root?.id],
    roles: [auditor],
    username,
    password: typed,
    email: `${username}@acme.example`,
  });
}

test('adding, reading and editing a member go by entity tags', async () => {
  const added = await add('anna');
  expect(added.status).toBe(201);
  const { id } = added.body;
  const read = await call('GET', `/members/${id}`);
  expect(read.body).toEqual(added.body);
  expect(read.body).toMatchObject({
    creator: 'First run',
    actions: {
      edit: { allowed: true, reason: null },
      invite: { allowed: false, reason: 'joined' },
    },
  });
  const authorization = `Bearer ${world.made.apiKey}`;
  const etag = read.headers.get('etag') ?? '';
  const edit = (name: string) =>
    call('PATCH', `/members/${id}`, { name }, { authorization, 'if-match': `W/${etag}` });
  const edited = await edit('Anna');
  expect(edited).toMatchObject({ status: 200, body: { name: 'Anna', version: 2 } });
  expect(await edit('Late')).toMatchObject({
    status: 412,
    body: { type: '/problems/version-mismatch' },
  });
  expect(await call('PATCH', `/members/${id}`, { nmae: 'Typo' })).toMatchObject({ status: 400 });
});

test('a taken username names its field', async () => {
  await add('taken');
  expect(await add('Taken')).toMatchObject({
    status: 409,
    body: { type: '/problems/not-unique', errors: [{ field: 'username' }] },
  });
});

test('the first sign-in asks for a password of their own, which then signs in', async () => {
  await add('ben');
  const credentials = { organization: 'acme', username: 'ben', password: typed };
  expect(await call('POST', '/session', credentials, {})).toMatchObject({
    status: 403,
    body: { type: '/problems/password-change-required' },
  });
  const changed = await call('POST', '/session/password', { ...credentials, newPassword: own }, {});
  expect(changed).toMatchObject({ status: 200, body: { member: { username: 'ben' } } });
  const cookie = changed.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await call('GET', '/session', undefined, { cookie })).status).toBe(200);
  // Signed in, the session says whose password it is.
  const again = { password: own, newPassword: 'another good password' };
  expect((await call('POST', '/session/password', again, {})).status).toBe(401);
  expect((await call('POST', '/session/password', again, { cookie })).status).toBe(200);
  expect((await call('GET', '/session', undefined, { cookie })).status).toBe(401);
  expect(
    await call('POST', '/session/password', again, { cookie, 'sec-fetch-site': 'cross-site' }),
  ).toMatchObject({ status: 403, body: { type: '/problems/cross-site' } });
});

test('a reset link is answered once and used once', async () => {
  const { body: member } = await add('cleo');
  const issued = await call('POST', `/members/${member.id}/password-reset`);
  expect(issued).toMatchObject({ status: 201, body: { mailedTo: null } });
  expect(issued.headers.get('cache-control')).toBe('no-store');
  const [base, token] = issued.body.link.split('#');
  expect(base).toBe('http://roster.example/reset');
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(await call('POST', '/password-reset/lookup', { token }, {})).toMatchObject({
    status: 200,
    body: { organization: 'Acme', username: 'cleo' },
  });
  const complete = () => call('POST', '/password-reset/complete', { token, password: own }, {});
  expect((await complete()).status).toBe(204);
  expect(await complete()).toMatchObject({ status: 410, body: { type: '/problems/link-used' } });
});

test('an invitation is looked up, accepted and told apart from what it is no more', async () => {
  const { body: places } = await add('inviter.model');
  const invite = (delivery: object) =>
    call('POST', '/invitations', {
      name: 'Dora',
      departments: [places.departments[0].id],
      roles: [places.roles[0].id],
      delivery,
    });
  const invited = await invite({ by: 'link' });
  expect(invited).toMatchObject({
    status: 201,
    body: { member: { status: 'pending', invitation: { state: 'pending', email: null } } },
  });
  const { id } = invited.body.member;
  const [base, replaced] = invited.body.link.split('#');
  expect(base).toBe('http://roster.example/join');
  const again = await call('POST', `/members/${id}/invitation`, { by: 'link' });
  const token = again.body.link.split('#')[1];
  const post = (path: string, body: object) => call('POST', `/join/${path}`, body, {});
  expect(await post('lookup', { token: replaced })).toMatchObject({
    status: 410,
    body: { type: '/problems/link-replaced' },
  });
  expect(await post('lookup', { token: 'nonsense' })).toMatchObject({ status: 404 });
  expect(await post('lookup', { token })).toMatchObject({
    status: 200,
    body: { organization: 'Acme', inviter: 'Acme', name: 'Dora' },
  });
  const accept = (account: object) => post('accept', { token, account });
  const register = { kind: 'register', username: 'dora', password: own };
  expect(await accept({ ...register, password: 'short' })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'password' }] },
  });
  expect(await accept({ kind: 'sign-in', username: 'dora', password: own })).toMatchObject({
    status: 401,
  });
  expect(await accept(register)).toMatchObject({
    status: 201,
    body: { organization: { slug: 'acme' }, member: { id, username: 'dora' } },
  });
  expect(await post('decline', { token })).toMatchObject({
    status: 410,
    body: { type: '/problems/link-used' },
  });
  const mailed = await invite({ by: 'mail', email: 'd@home.example', language: 'zh-CN' });
  expect(mailed).toMatchObject({
    status: 201,
    body: { link: null, member: { invitation: { email: 'd@home.example' } } },
  });
  const pending = `/members/${mailed.body.member.id}`;
  expect(await call('DELETE', `${pending}/invitation`)).toMatchObject({
    status: 200,
    body: { status: 'pending', invitation: { state: 'revoked' } },
  });
  expect((await call('DELETE', pending)).status).toBe(204);
  expect((await call('GET', pending)).status).toBe(404);
});

test('a bulk action gives a verdict on each member, and a refusal stops no other', async () => {
  const made = [];
  for (const username of ['bulk.one', 'bulk.two', 'bulk.three']) {
    made.push((await add(username)).body.id);
  }
  const [one, two, three] = made;
  const bulk = (action: object, selection: object) =>
    call('POST', '/members/bulk', { action, selection });
  const stranger = crypto.randomUUID();
  expect((await bulk({ kind: 'disable' }, { ids: [one, stranger, one] })).body).toEqual({
    done: 1,
    verdicts: [
      { id: one, name: 'bulk.one', done: true, type: null, detail: null },
      {
        id: stranger,
        name: null,
        done: false,
        type: '/problems/not-found',
        detail: 'There is no such member.',
      },
    ],
  });
  const rest = { filter: { search: 'bulk.' }, except: [three] };
  expect((await bulk({ kind: 'disable' }, rest)).body).toMatchObject({
    done: 1,
    verdicts: [
      { id: one, type: '/problems/conflict' },
      { id: two, done: true },
    ],
  });
  const disabled = { filter: { search: 'bulk.', status: 'disabled' } };
  expect((await bulk({ kind: 'remove' }, disabled)).body.done).toBe(2);
  expect((await call('GET', '/members?search=bulk.')).body).toMatchObject({
    items: [{ id: three }],
  });
  expect((await bulk({ kind: 'invite' }, { ids: [three] })).body.verdicts).toMatchObject([
    { done: false, detail: 'The member has joined already.' },
  ]);
  expect((await bulk({ kind: 'disable' }, { ids: [] })).status).toBe(400);
  expect((await bulk({ kind: 'disable' }, { filter: { serach: 'x' } })).status).toBe(400);
});

test.each([
  { organization: 'acme', username: 'a\0b', password: 'x' },
  { organization: '\0', username: 'a', password: 'x' },
])('a name that nothing can have is refused as any other: %j', async (credentials) => {
  const answer = await call('POST', '/session', credentials, {});
  expect(answer.status).toBe(401);
});

test('nothing of the above was a failure of ours', () => {
  expect(failures).toEqual([]);
});
