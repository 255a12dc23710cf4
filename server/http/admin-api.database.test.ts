import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';
import type { World } from '../../test/support/world.ts';
import {
  createApiKey,
  createDepartment,
  createMember,
  createOrganization,
  createRole,
  currentPosition,
  type DirectorySession,
  departmentTree,
  type OrganizationReference,
  type Permission,
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

/** A route that needs a caller, with what a request that succeeds consists of. */
interface GuardedRoute {
  method: string;
  path: string;
  permission: Permission;
  body?: unknown;
  /** Makes what the request is about in the session's organization: the id in the path, the body. */
  make?: (session: DirectorySession) => Promise<{ id?: string; body?: unknown }>;
}

let names = 0;
const newDepartment = async (session: DirectorySession) => {
  const [root] = await departmentTree(session);
  const parentId = root?.id ?? '';
  return (await createDepartment(session, { name: `Department ${++names}`, parentId })).id;
};

const newRole = async (session: DirectorySession) =>
  (await createRole(session, { name: `Role ${++names}`, permissions: [] })).id;

const routes: GuardedRoute[] = [
  { method: 'GET', path: '/organization', permission: 'organization:read' },
  {
    method: 'PATCH',
    path: '/organization',
    permission: 'organization:write',
    body: { name: 'Acme again' },
  },
  {
    method: 'PATCH',
    path: '/organization/settings',
    permission: 'organization:write',
    body: { minimumPasswordLength: 12 },
  },
  { method: 'GET', path: '/departments', permission: 'departments:read' },
  {
    method: 'POST',
    path: '/departments',
    permission: 'departments:write',
    make: async (session) => ({
      body: { name: `Made ${++names}`, parentId: await newDepartment(session) },
    }),
  },
  {
    method: 'PATCH',
    path: '/departments/{id}',
    permission: 'departments:write',
    make: async (session) => ({
      id: await newDepartment(session),
      body: { name: `Renamed ${++names}` },
    }),
  },
  {
    method: 'DELETE',
    path: '/departments/{id}',
    permission: 'departments:write',
    make: async (session) => ({ id: await newDepartment(session) }),
  },
  {
    method: 'POST',
    path: '/departments/{id}/transfer',
    permission: 'members:write',
    make: async (session) => ({
      id: await newDepartment(session),
      body: { to: await newDepartment(session) },
    }),
  },
  { method: 'GET', path: '/members', permission: 'members:read' },
  { method: 'GET', path: '/members/export', permission: 'members:read' },
  { method: 'GET', path: '/permissions', permission: 'roles:read' },
  { method: 'GET', path: '/roles', permission: 'roles:read' },
  {
    method: 'POST',
    path: '/roles',
    permission: 'roles:write',
    make: async () => ({ body: { name: `Role ${++names}`, permissions: ['roles:write'] } }),
  },
  {
    method: 'GET',
    path: '/roles/{id}',
    permission: 'roles:read',
    make: async (session) => ({ id: await newRole(session) }),
  },
  {
    method: 'PATCH',
    path: '/roles/{id}',
    permission: 'roles:write',
    make: async (session) => ({
      id: await newRole(session),
      body: { permissions: ['roles:write'] },
    }),
  },
  {
    method: 'DELETE',
    path: '/roles/{id}',
    permission: 'roles:write',
    make: async (session) => ({ id: await newRole(session) }),
  },
  { method: 'GET', path: '/mail', permission: 'mail:read' },
  { method: 'POST', path: '/mail/test', permission: 'mail:write', body: { to: 'a@b.example' } },
];
// Signing in, asking who is signed in, signing out.
const unguarded = ['POST /session', 'GET /session', 'DELETE /session'];
// What a permission is not enough for.
const personal = ['PUT /organization/initial-administrator'];
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
    ...routes.map(({ method, path }) => `${method} ${path}`),
    ...unguarded,
    ...personal,
    ...ofTheOperator,
  ];
  expect(named.toSorted()).toEqual(all.toSorted());
});

test.each(routes)('$method $path needs a caller who holds $permission', async (route) => {
  const made = await route.make?.(world.session());
  const path = route.path.replace('{id}', made?.id ?? '');
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
    permissions: [route.permission],
  });
  expect((await withKey(enough, path, init)).ok).toBe(true);
});

test.each(routes.filter(({ path }) => path.includes('{id}')))(
  "$method $path answers another organization's id as one that never was",
  async (route) => {
    const theirs = () => systemSession(world.database.entityManager(), bolt);
    const [mine, foreign] = [await route.make?.(world.session()), await route.make?.(theirs())];
    const init = initOf(route.method, mine?.body ?? route.body);
    const before = await currentPosition(world.database.entityManager());
    const ask = async (id: string) => {
      const answer = await withKey(world.made.apiKey, route.path.replace('{id}', id), init);
      return { status: answer.status, body: await answer.text() };
    };
    const answer = await ask(foreign?.id ?? '');
    expect(answer.status).toBe(404);
    expect(answer).toEqual(await ask(crypto.randomUUID()));
    expect((await readChanges(world.database.entityManager(), before)).changes).toEqual([]);
  },
);

test('the member list filters, sorts, counts and pages', async () => {
  const page = await bodyOf(get('/members?sort=-name&limit=2'));
  expect(page).toMatchObject({
    total: 4,
    counts: { pending: 0, enabled: 3, disabled: 1 },
    items: [
      { name: 'cleo', status: 'enabled' },
      { name: 'ben', status: 'disabled' },
    ],
    previousCursor: null,
  });
  const next = await bodyOf(get(`/members?sort=-name&limit=2&cursor=${page.nextCursor}`));
  expect(next).toMatchObject({ items: [{ name: 'anna' }, { name: 'admin' }], nextCursor: null });
  const disabled = await bodyOf(get('/members?status=disabled&search=BE'));
  expect(disabled).toMatchObject({ total: 1, items: [{ name: 'ben' }] });
  const { departments } = await bodyOf(get('/departments'));
  expect(departments[0]).toMatchObject({ name: 'Acme', parentId: null, totalMemberCount: 4 });
  const root = await bodyOf(get(`/members?department=${departments[0].id}`));
  expect(root.total).toBe(4);
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
