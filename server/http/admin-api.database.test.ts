import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';
import { guardedRoutes, pathOf } from '../../test/support/guarded-routes.ts';
import type { World } from '../../test/support/world.ts';
import {
  createApiKey,
  createMember,
  createOrganization,
  currentPosition,
  type OrganizationReference,
  permissions,
  readChanges,
  systemSession,
} from '../directory/index.ts';

let world: World;
let api: ApiWorld['api'];
let withKey: ApiWorld['withKey'];
let failures: unknown[];
let bolt: OrganizationReference;
beforeAll(async () => {
  ({ world, api, withKey, failures } = await openAdminApi());
  bolt = await createOrganization(world.database.entityManager(), { name: 'Bolt' });
  for (const username of ['anna', 'ben', 'cleo']) {
    await createMember(world.session(), { username, enabled: username !== 'ben', profile: {} });
  }
});
afterAll(() => world.close());

const get = (path: string) => withKey(world.made.apiKey, path);

// What a password or a link is the proof for.
const unguarded = [
  ...['POST /session', 'GET /session', 'DELETE /session', 'POST /session/password'],
  ...['POST /join/lookup', 'POST /join/accept', 'POST /join/decline'],
  ...['POST /password-reset/lookup', 'POST /password-reset/complete'],
];
// What a permission is not enough for.
// What any permission to read opens, each a part of it: live-changes.database.test.ts.
const ofReaders = ['GET /changes'];
const personal = [
  'PUT /organization/initial-administrator',
  ...['GET /me/sessions', 'DELETE /me/sessions', 'DELETE /me/sessions/{id}'],
  ...['GET /me/organizations', 'POST /session/organization'],
  'POST /widget-tokens',
  ...['GET /me/app-passwords', 'POST /me/app-passwords', 'DELETE /me/app-passwords/{id}'],
];
const ofTheOperator = ['GET /organizations', 'POST /organizations'];

test('the table above names every route there is', () => {
  const { paths } = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: '', version: '' },
  });
  const all = Object.entries(paths ?? {}).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const named = [
    ...guardedRoutes.map(({ method, path }) => `${method} ${path.split('?')[0]}`),
    ...unguarded,
    ...personal,
    ...ofReaders,
    ...ofTheOperator,
  ];
  expect(named.toSorted()).toEqual(all.toSorted());
});

test.each(guardedRoutes)('$method $path needs a caller who holds $permission', async (route) => {
  const made = await route.make?.(world.session());
  const path = pathOf(route, made);
  const init = initOf(route.method, made?.body ?? route.body);
  const anonymous = await api.request(path, init);
  expect(anonymous.status).toBe(401);
  expect(anonymous.headers.get('content-type')).toBe('application/problem+json');
  expect((await withKey('rk_nonsense', path, init)).status).toBe(401);
  const { secret } = await createApiKey(world.session(), {
    name: 'All but one',
    permissions: permissions.filter((permission) => permission !== route.permission),
  });
  const refused = await withKey(secret, path, init);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    type: '/problems/forbidden',
    detail: expect.stringContaining(route.permission),
  });
  const { secret: enough } = await createApiKey(world.session(), {
    name: 'Enough',
    permissions: [route.permission, ...(route.granted ?? [])],
  });
  expect((await withKey(enough, path, init)).ok).toBe(true);
});

test.each(guardedRoutes.filter(({ path }) => path.includes('{id}')))(
  "$method $path answers another organization's id as one that never was",
  async (route) => {
    const theirs = () => systemSession(world.database.entityManager(), bolt);
    const [mine, foreign] = [await route.make?.(world.session()), await route.make?.(theirs())];
    const init = initOf(route.method, mine?.body ?? route.body);
    const before = await currentPosition(world.database.entityManager());
    const ask = async (made?: { id?: string; appPasswordId?: string }) => {
      const answer = await withKey(world.made.apiKey, pathOf(route, made), init);
      return { status: answer.status, body: await answer.text() };
    };
    const answer = await ask(foreign);
    expect(answer.status).toBe(404);
    expect(answer).toEqual(await ask());
    expect((await readChanges(world.database.entityManager(), before)).changes).toEqual([]);
  },
);

test('the member list filters, sorts, counts and pages', async () => {
  const em = world.database.entityManager();
  const session = systemSession(em, await createOrganization(em, { name: 'Listed' }));
  for (const username of ['anna', 'ben', 'cleo', 'dora']) {
    await createMember(session, { username, enabled: username !== 'ben', profile: {} });
  }
  const { secret } = await createApiKey(session, {
    name: 'Reader',
    permissions: ['members:read', 'departments:read'],
  });
  const read = (path: string) => bodyOf(withKey(secret, path));
  const page = await read('/members?sort=-name&limit=2');
  expect(page).toMatchObject({
    total: 4,
    counts: { pending: 0, enabled: 3, disabled: 1 },
    items: [
      { name: 'dora', status: 'enabled', creator: 'Roster' },
      { name: 'cleo', actions: { edit: { allowed: false, reason: 'missing-permission' } } },
    ],
    previousCursor: null,
  });
  const next = await read(`/members?sort=-name&limit=2&cursor=${page.nextCursor}`);
  expect(next).toMatchObject({ items: [{ name: 'ben' }, { name: 'anna' }], nextCursor: null });
  const disabled = await read('/members?status=disabled&search=BE');
  expect(disabled).toMatchObject({ total: 1, items: [{ name: 'ben' }] });
  const { departments } = await read('/departments');
  expect(departments).toMatchObject([{ name: 'Listed', parentId: null, totalMemberCount: 4 }]);
  expect((await read(`/members?department=${departments[0].id}`)).total).toBe(4);
  expect((await read(`/members?role=${page.items[0].roles[0].id}&search=ann`)).total).toBe(1);
  expect((await read('/members?invitation=expired')).total).toBe(0);
});

test.each([
  ['status=gone', 'status'],
  ['limit=0', 'limit'],
  ['limit=x', 'limit'],
  ['sort=salary', 'sort'],
  ['department=1', 'department'],
  ['cursor=%00', 'cursor'],
  [`search=${'x'.repeat(257)}`, 'search'],
])('?%s is refused with the field at fault', async (query, field) => {
  const response = await get(`/members?${query}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    type: '/problems/invalid-value',
    errors: [{ field }],
  });
});

test('odd search texts find nothing and break nothing', async () => {
  for (const search of ["'; drop table member; --", '%', '\\', '\0', '\uD800', '🙂']) {
    const response = await get(`/members?search=${encodeURIComponent(search.toWellFormed())}`);
    expect(response.status, JSON.stringify(search)).toBeLessThan(500);
  }
});

test("another organization's key sees that organization only", async () => {
  const { secret } = await createApiKey(systemSession(world.database.entityManager(), bolt), {
    name: 'Bolt',
    permissions: ['members:read', 'departments:read', 'organization:read'],
  });
  const { departments } = await bodyOf(get('/departments'));
  const page = await withKey(secret, `/members?department=${departments[0].id}`);
  expect(await page.json()).toMatchObject({ total: 0, items: [] });
  expect(await bodyOf(withKey(secret, '/organization'))).toMatchObject({ slug: 'bolt' });
});

test('what is too large, not JSON or nowhere is a problem document too', async () => {
  const post = (body: string) =>
    withKey(world.made.apiKey, '/mail/test', { ...initOf('POST', {}), body });
  for (const [response, status] of [
    [await post('{'), 400],
    [await post('{}'), 400],
    [await post(JSON.stringify({ to: 'no address' })), 400],
    [await post(JSON.stringify({ to: 'x'.repeat(2_000_000) })), 413],
    [await get('/nowhere'), 404],
  ] as const) {
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  }
});

test('nothing of the above was a failure of ours', () => {
  expect(failures).toEqual([]);
});
