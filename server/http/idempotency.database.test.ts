import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';
import { guardedRoutes, pathOf } from '../../test/support/guarded-routes.ts';
import {
  authenticateApiKey,
  changeSettings,
  createMember,
  currentPosition,
  editMember,
  listRoles,
  mintWidgetToken,
  readChanges,
  signIn,
} from '../directory/index.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openAdminApi();
});
afterAll(() => world.close());

const ask = (path: string, key: string, body: unknown, method = 'POST') => {
  const init = initOf(method, body);
  return world.withKey(world.world.made.apiKey, path, {
    ...init,
    headers: { ...init.headers, 'idempotency-key': key },
  });
};
const role = (name: string) => ({ name, permissions: [] });

const posts = guardedRoutes.filter(({ method }) => method === 'POST');

test.each(posts)('$method $path is done once for one key', async (route) => {
  const made = await route.make?.(world.world.session());
  const path = pathOf(route, made);
  const key = crypto.randomUUID();
  const first = await ask(path, key, made?.body ?? route.body);
  expect(first.ok).toBe(true);
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  const em = world.world.database.entityManager();
  const before = await currentPosition(em);
  const again = await ask(path, key, made?.body ?? route.body);
  expect(again.status).toBe(first.status);
  expect(await again.text()).toBe(await first.text());
  for (const name of ['content-type', 'etag', 'cache-control', 'x-content-type-options']) {
    expect(again.headers.get(name), name).toBe(first.headers.get(name));
  }
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect((await readChanges(em, before)).changes).toEqual([]);
});

test('what a person does for themselves is done once, too', async () => {
  const { organization, username, password } = world.world.made;
  const credentials = { organization: organization.slug, username, password };
  const { secret } = await signIn(world.world.directory, { ...credentials, address: '127.0.0.1' });
  const make = () => {
    const init = initOf('POST', { name: 'Printer' });
    return world.api.request('/me/app-passwords', {
      ...init,
      headers: {
        ...init.headers,
        cookie: `roster_session=${secret}`,
        'x-requested-with': 'roster',
        'idempotency-key': 'personal',
      },
    });
  };
  const first = await make();
  expect(first.status).toBe(201);
  const again = await make();
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await again.json()).toEqual(await first.json());
});

test('an answer is for who may still do the same, and for the same way in', async () => {
  const { directory, made } = world.world;
  const session = world.world.session();
  const roles = await listRoles(session);
  const administrator = roles.find(({ builtIn }) => builtIn === 'administrator');
  const person = await createMember(session, {
    username: 'retries',
    enabled: true,
    profile: {},
    roles: [administrator?.id ?? ''],
    passwordHash: await directory.passwords.hash('correct horse battery'),
  });
  const signedIn = await signIn(directory, {
    organization: made.organization.slug,
    username: 'retries',
    password: 'correct horse battery',
    address: '127.0.0.1',
  });
  const origin = 'https://app.example.com';
  const key = await authenticateApiKey(directory, made.apiKey);
  if (key === undefined) throw new Error('The key of the first run is gone.');
  await changeSettings(key, { embeddingOrigins: [origin] }, { instanceSuffix: 'dc=example' });
  const { token } = await mintWidgetToken(key, { member: person.id, origin });
  const init = initOf('POST', { name: 'Product', permissions: ['members:read'] });
  const make = (who: Record<string, string>) =>
    world.api.request('/api-keys', {
      ...init,
      headers: { ...init.headers, ...who, 'idempotency-key': 'guessable' },
    });
  const cookie = {
    cookie: `roster_session=${signedIn.secret}`,
    'x-requested-with': 'roster',
  };
  expect((await make(cookie)).status).toBe(201);
  expect((await make(cookie)).headers.get('idempotent-replayed')).toBe('true');
  expect((await make({ authorization: `Bearer ${token}`, origin })).status).toBe(422);
  const member = roles.find(({ builtIn }) => builtIn === 'member');
  await editMember(session, person.id, { roles: [member?.id ?? ''] });
  const demoted = await make(cookie);
  expect(demoted.status).toBe(422);
  expect(await demoted.text()).not.toContain('rk_');
});

test('the same key for another path or body is refused', async () => {
  expect((await ask('/roles', 'key-1', role('One'))).status).toBe(201);
  for (const other of [
    await ask('/roles', 'key-1', role('Two')),
    await ask('/mail/test', 'key-1', role('One')),
    await ask('/roles?x=1', 'key-1', role('One')),
  ]) {
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ type: '/problems/idempotency-key-reused' });
  }
});

test('a refusal is told again, too', async () => {
  expect((await ask('/roles', 'key-2', role('One'))).status).toBe(409);
  const again = await ask('/roles', 'key-2', role('One'));
  expect(again.status).toBe(409);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await again.json()).toMatchObject({ type: '/problems/not-unique' });
});

test.each(['', 'x'.repeat(256), 'tab\there', 'é'])('%j is no key', async (key) => {
  const refused = await ask('/roles', key, role('Never'));
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ errors: [{ field: 'Idempotency-Key' }] });
});

test('other methods pass it by, and another caller has other keys', async () => {
  expect((await ask('/organization', 'key-3', { name: 'Once' }, 'PATCH')).status).toBe(200);
  const twice = await ask('/organization', 'key-3', { name: 'Twice' }, 'PATCH');
  expect(await bodyOf(twice)).toMatchObject({ name: 'Twice' });
  const anonymous = await world.api.request('/roles', {
    ...initOf('POST', role('One')),
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
  });
  expect(anonymous.status).toBe(401);
});

test('of many at once one is done; the others get its answer or come again', async () => {
  const body = role('At once');
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/roles', 'key-4', body)));
  const fresh = answers.filter(
    ({ status, headers }) => status === 201 && headers.get('idempotent-replayed') === null,
  );
  expect(fresh).toHaveLength(1);
  for (const answer of answers) {
    if (answer.status === 201) continue;
    expect(answer.status).toBe(409);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ type: '/problems/idempotency-running' });
  }
  expect((await ask('/roles', 'key-4', body)).headers.get('idempotent-replayed')).toBe('true');
});

test('nothing of the above was a failure of ours', () => {
  expect(world.failures).toEqual([]);
});
