import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import {
  createApiKey,
  createMember,
  createOrganization,
  type DirectorySession,
  departmentTree,
  inviteMember,
  listMembers,
  type NewMember,
  type Permission,
  systemSession,
} from '../directory/index.ts';
import { adminApi } from './application.ts';

let world: World;
const failures: unknown[] = [];
let api: ReturnType<typeof adminApi>;
beforeAll(async () => {
  world = await openWorld();
  api = adminApi({
    directory: world.directory,
    publicUrl: 'http://roster.example',
    exportMembersCsv: async function* () {
      yield 'Name\r\n';
    },
    mailTexts: plainTexts,
    testMail: () => ({ subject: 'Test', text: 'Test' }),
    log: { error: (...logged: unknown[]) => void failures.push(logged) },
  });
});
afterAll(() => world.close());

const withKey = (key: string, path: string, init: RequestInit = {}) =>
  api.request(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } });
const get = (path: string) => withKey(world.made.apiKey, path);
// biome-ignore lint/suspicious/noExplicitAny: answers are asserted upon, not typed
const bodyOf = async (response: Response | Promise<Response>): Promise<any> =>
  (await response).json();

interface GuardedRoute {
  method: string;
  path: string;
  permission: Permission;
  query?: string;
  body?: (session: DirectorySession) => Promise<unknown>;
  /** Makes what `{id}` names, in the session's organization. */
  subject?: (session: DirectorySession) => Promise<string>;
}

let made = 0;
const member =
  (more: Partial<NewMember> = {}) =>
  async (session: DirectorySession) =>
    (
      await createMember(session, {
        username: `walker${++made}`,
        enabled: true,
        profile: {},
        ...more,
      })
    ).id;

/** The organization's root department and its role Member: what a form offers first. */
async function places(session: DirectorySession) {
  const { members } = await listMembers(session, { sort: 'name', descending: false, limit: 200 });
  const role = members.flatMap(({ roles }) => roles).find((held) => held.name === 'Member');
  const [root] = await departmentTree(session);
  return { departments: [root?.id], roles: [role?.id] };
}

// Every route that needs a caller, with a request that would succeed.
const routes: GuardedRoute[] = [
  { method: 'GET', path: '/departments', permission: 'departments:read' },
  { method: 'GET', path: '/members', permission: 'members:read' },
  { method: 'GET', path: '/members/export', permission: 'members:read' },
  {
    method: 'GET',
    path: '/members/username-check',
    query: '?username=dora',
    permission: 'members:write',
  },
  { method: 'GET', path: '/members/{id}', permission: 'members:read', subject: member() },
  {
    method: 'POST',
    path: '/members',
    permission: 'members:write',
    body: async (session) => ({
      ...(await places(session)),
      name: 'Walker',
      username: `walker${++made}`,
      password: 'correct horse battery',
    }),
  },
  {
    method: 'PATCH',
    path: '/members/{id}',
    permission: 'members:write',
    subject: member(),
    body: async () => ({ name: 'Other' }),
  },
  {
    method: 'POST',
    path: '/members/{id}/disable',
    permission: 'members:write',
    subject: member(),
  },
  {
    method: 'POST',
    path: '/members/{id}/enable',
    permission: 'members:write',
    subject: member({ enabled: false }),
  },
  {
    method: 'POST',
    path: '/members/{id}/password-reset',
    permission: 'members:write',
    subject: member(),
  },
  {
    method: 'GET',
    path: '/members/{id}/removal',
    permission: 'members:read',
    subject: member(),
  },
  { method: 'DELETE', path: '/members/{id}', permission: 'members:write', subject: member() },
  {
    method: 'POST',
    path: '/members/bulk',
    permission: 'members:write',
    body: async () => ({
      action: { kind: 'disable' },
      selection: { ids: [crypto.randomUUID()] },
    }),
  },
  {
    method: 'POST',
    path: '/invitations',
    permission: 'members:write',
    body: async (session) => ({
      ...(await places(session)),
      name: 'Invited',
      delivery: { by: 'link' },
    }),
  },
  {
    method: 'POST',
    path: '/members/{id}/invitation',
    permission: 'members:write',
    subject: member({ invited: true }),
    body: async () => ({ by: 'link' }),
  },
  {
    method: 'DELETE',
    path: '/members/{id}/invitation',
    permission: 'members:write',
    subject: async (session) => {
      const id = await member({ invited: true })(session);
      await inviteMember(session, id, { by: 'link' }, { publicUrl: '', texts: plainTexts });
      return id;
    },
  },
  { method: 'GET', path: '/mail', permission: 'mail:read' },
  {
    method: 'POST',
    path: '/mail/test',
    permission: 'mail:write',
    body: async () => ({ to: 'a@b.example' }),
  },
];
// What anybody of the organization may ask, and what a password or a link is the proof for.
const unguarded = [
  'GET /organization',
  'POST /session',
  'GET /session',
  'DELETE /session',
  'POST /session/password',
  'POST /join/lookup',
  'POST /join/accept',
  'POST /join/decline',
  'POST /password-reset/lookup',
  'POST /password-reset/complete',
];

test('the table above names every route there is', () => {
  const { paths } = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: '', version: '' },
  });
  const all = Object.entries(paths ?? {}).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const named = [...routes.map(({ method, path }) => `${method} ${path}`), ...unguarded];
  expect(named.toSorted()).toEqual(all.toSorted());
});

async function send(route: GuardedRoute, key: string, id: string) {
  const body = await route.body?.(world.session());
  const init: RequestInit = {
    method: route.method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  };
  const path = route.path.replace('{id}', id) + (route.query ?? '');
  return key === '' ? api.request(path, init) : withKey(key, path, init);
}

test.each(routes)('$method $path needs a caller who holds $permission', async (route) => {
  const id = (await route.subject?.(world.session())) ?? '';
  const anonymous = await send(route, '', id);
  expect(anonymous.status).toBe(401);
  expect(anonymous.headers.get('content-type')).toBe('application/problem+json');
  expect((await send(route, 'rk_nonsense', id)).status).toBe(401);
  const { secret } = await createApiKey(world.session(), { name: 'Nothing', permissions: [] });
  const refused = await send(route, secret, id);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    type: '/problems/forbidden',
    detail: expect.stringContaining(route.permission),
  });
  const { secret: enough } = await createApiKey(world.session(), {
    name: 'Enough',
    permissions: [route.permission],
  });
  const done = await send(route, enough, id);
  expect(done.ok, done.ok ? '' : await done.text()).toBe(true);
});

test.each(routes.filter((route) => route.subject !== undefined))(
  "$method $path answers another organization's id as one that never was",
  async (route) => {
    const em = world.database.entityManager();
    const other = await createOrganization(em, { name: `Other ${++made}` });
    const theirs = (await route.subject?.(systemSession(em, other))) ?? '';
    const foreign = await send(route, world.made.apiKey, theirs);
    const unknown = await send(route, world.made.apiKey, crypto.randomUUID());
    expect(foreign.status).toBe(404);
    expect(await foreign.json()).toEqual(await unknown.json());
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
  const bolt = await createOrganization(world.database.entityManager(), { name: 'Bolt' });
  const { secret } = await createApiKey(systemSession(world.database.entityManager(), bolt), {
    name: 'Bolt',
    permissions: ['members:read', 'departments:read'],
  });
  const { departments } = await bodyOf(get('/departments'));
  const page = await withKey(secret, `/members?department=${departments[0].id}`);
  expect(await page.json()).toMatchObject({ total: 0, items: [] });
  expect(await bodyOf(withKey(secret, '/organization'))).toMatchObject({ slug: 'bolt' });
});

test('what is too large, not JSON or nowhere is a problem document too', async () => {
  const post = (body: string) =>
    withKey(world.made.apiKey, '/mail/test', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
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
