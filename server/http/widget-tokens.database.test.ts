import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';
import {
  authenticateWidgetToken,
  changeMember,
  changeSettings,
  createApiKey,
  createDirectory,
  createMember,
  createOrganization,
  createRole,
  type DirectorySession,
  deleteApiKey,
  disableMember,
  editMember,
  enableMember,
  type Permission,
  permissions,
  removeMember,
  systemSession,
} from '../directory/index.ts';

let acme: ApiWorld;
let bolt: DirectorySession;
const origin = 'https://app.example.com';
const ofBolt = 'https://bolt.example.com';

beforeAll(async () => {
  acme = await openAdminApi();
  const em = acme.world.database.entityManager();
  bolt = systemSession(em, await createOrganization(em, { name: 'Bolt' }));
  await list([origin, 'http://localhost:5173']);
  await list([ofBolt], bolt);
});
afterAll(() => acme.close());

const list = (embeddingOrigins: string[], session = acme.world.session()) =>
  changeSettings(session, { embeddingOrigins }, { instanceSuffix: 'dc=directory,dc=local' });

let names = 0;
/** An enabled member who holds these permissions by a role of their own. */
async function newMember(held: Permission[], session = acme.world.session()) {
  const username = `member${++names}`;
  const role = await createRole(session, { name: `Role ${names}`, permissions: held });
  const { id } = await createMember(session, {
    username,
    enabled: true,
    profile: {},
    roles: [role.id],
  });
  return { id, username };
}

const newKey = (held: readonly Permission[] = permissions, session = acme.world.session()) =>
  createApiKey(session, { name: 'Shop', permissions: held });

const mint = (key: string, body: object) =>
  acme.withKey(key, '/widget-tokens', initOf('POST', { origin, ...body }));

/** A token for a member who reads members and roles. */
async function minted(body: object = {}) {
  const member = await newMember(['members:read', 'roles:read']);
  const key = await newKey();
  const response = await mint(key.secret, { member: member.id, ...body });
  expect(response.status).toBe(201);
  return { ...(await bodyOf(response)), key, member };
}

const ask = (token: string, path: string, from: string | undefined = origin, init?: RequestInit) =>
  acme.withKey(token, path, {
    ...init,
    headers: { ...init?.headers, ...(from === undefined ? {} : { origin: from }) },
  });
const statusOf = async (token: string, from?: string) => (await ask(token, '/roles', from)).status;

test('a token does what was asked for, as far as the member and the key can', async () => {
  const { id, username } = await newMember(['members:read', 'members:write', 'roles:read']);
  const key = await newKey(['members:read', 'roles:read', 'roles:write']);
  const all = await bodyOf(mint(key.secret, { member: username.toUpperCase() }));
  expect(all).toEqual({
    token: expect.stringMatching(/^rk_widget_[\w-]{43}$/),
    member: { id, name: username },
    permissions: ['members:read', 'roles:read'],
    expiresAt: expect.any(String),
  });
  expect(Date.parse(all.expiresAt)).toBeCloseTo(Date.now() + 600_000, -4);
  const asked = { member: id, permissions: ['roles:read', 'roles:write'], lifetimeSeconds: 900 };
  const some = await bodyOf(mint(key.secret, asked));
  expect(some.permissions).toEqual(['roles:read']);
  expect(Date.parse(some.expiresAt)).toBeCloseTo(Date.now() + 900_000, -4);
  expect((await ask(all.token, '/members')).status).toBe(200);
  expect((await ask(some.token, '/members')).status).toBe(403);
  expect((await ask(some.token, '/roles')).status).toBe(200);
  expect(await bodyOf(ask(some.token, '/session'))).toMatchObject({
    organization: { slug: 'acme' },
    member: { id, username },
    permissions: ['roles:read'],
    expiresAt: some.expiresAt,
  });
});

test.each([
  ['a member of another organization', async () => (await newMember([], bolt)).id, {}, 400],
  ['nobody', async () => 'nobody', {}, 400],
  ['what no row can hold', async () => 'nobody\0', {}, 400],
  ['a page that is not listed', async () => 'admin', { origin: 'https://evil.example' }, 400],
  ["another organization's page", async () => 'admin', { origin: ofBolt }, 400],
  ['what is no origin', async () => 'admin', { origin: 'null' }, 400],
  ['too long a life', async () => 'admin', { lifetimeSeconds: 901 }, 400],
  ['what is no permission', async () => 'admin', { permissions: ['all'] }, 400],
])('nothing is minted for %s', async (_what, member, body, status) => {
  const { secret } = await newKey();
  expect((await mint(secret, { member: await member(), ...body })).status).toBe(status);
});

test('nothing is minted for a member who is not enabled', async () => {
  const { id } = await newMember([]);
  await disableMember(acme.world.session(), id);
  expect((await mint((await newKey()).secret, { member: id })).status).toBe(409);
});

test('only an API key mints', async () => {
  const { token } = await minted();
  const again = { member: 'admin', origin };
  const byToken = await ask(token, '/widget-tokens', origin, initOf('POST', again));
  expect(byToken.status).toBe(403);
  const signIn = { username: 'admin', organization: 'acme', password: acme.world.made.password };
  const response = await acme.api.request('/session', initOf('POST', signIn));
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  const init = initOf('POST', again);
  const headers = { ...init.headers, cookie, 'x-requested-with': 'roster' };
  const byCookie = await acme.api.request('/widget-tokens', { ...init, headers });
  expect(byCookie.status).toBe(403);
  expect((await acme.api.request('/widget-tokens', init)).status).toBe(401);
});

test('a token speaks for a member, but is no person', async () => {
  const { token } = await minted();
  for (const path of ['/me/sessions', '/me/organizations', '/me/app-passwords']) {
    expect((await ask(token, path)).status).toBe(403);
  }
});

test.each([
  ['its own page', origin, 200],
  ['no page', undefined, 401],
  ['null', 'null', 401],
  ['a foreign page', 'https://evil.example', 401],
  ['another scheme', 'http://app.example.com', 401],
  ['a subdomain', 'https://sub.app.example.com', 401],
  ['the domain above', 'https://example.com', 401],
  ['another port', 'https://app.example.com:8443', 401],
  ['another case', 'https://APP.example.com', 401],
  ['another page of the organization', 'http://localhost:5173', 401],
  ["another organization's page", ofBolt, 401],
])('from %s', async (_what, from, status) => {
  const { token } = await minted();
  const response = await acme.api.request('/roles', {
    headers: { authorization: `Bearer ${token}`, ...(from === undefined ? {} : { origin: from }) },
  });
  expect(response.status).toBe(status);
  expect(response.headers.get('vary')).toBe('Origin');
  expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  const isListed = [origin, ofBolt, 'http://localhost:5173'].includes(from ?? '');
  // Whose page is listed somewhere may read that it is refused, and fetch a fresh token.
  expect(response.headers.get('access-control-allow-origin')).toBe(isListed ? from : null);
});

const endings: [string, (made: Awaited<ReturnType<typeof minted>>) => Promise<unknown>][] = [
  ['its member is disabled', ({ member }) => disableMember(acme.world.session(), member.id)],
  [
    'its member is disabled over SCIM',
    ({ member: { id, username } }) =>
      changeMember(acme.world.session(), id, () => ({ username, enabled: false, profile: {} })),
  ],
  ['its member is removed', ({ member }) => removeMember(acme.world.session(), member.id)],
  [
    'its member was disabled, also after coming back',
    async ({ member }) => {
      await disableMember(acme.world.session(), member.id);
      await enableMember(acme.world.session(), member.id);
    },
  ],
  ['the key that minted it is deleted', ({ key }) => deleteApiKey(acme.world.session(), key.id)],
  ['its page is taken off the list', () => list(['http://localhost:5173'])],
];
test.each(endings)('a token ends at once when %s', async (_when, end) => {
  const made = await minted();
  const other = await minted();
  expect(await statusOf(made.token)).toBe(200);
  await end(made);
  expect(await statusOf(made.token)).toBe(401);
  await list([origin, 'http://localhost:5173']);
  expect(await statusOf(other.token)).toBe(200);
});

test('a key that is deleted while it mints leaves no token behind', async () => {
  const { id: member } = await newMember(['roles:read']);
  for (let round = 0; round < 10; round++) {
    const key = await newKey();
    const [answer] = await Promise.all([
      mint(key.secret, { member }),
      deleteApiKey(acme.world.session(), key.id),
    ]);
    expect([201, 401, 403]).toContain(answer.status);
    if (answer.status === 201) expect(await statusOf((await bodyOf(answer)).token)).toBe(401);
  }
});

test('a token ends by the clock, and loses at once what its member loses', async () => {
  const { token, member } = await minted({ lifetimeSeconds: 30 });
  const later = createDirectory({
    entityManager: acme.world.database.entityManager,
    announce: () => {},
    now: () => new Date(Date.now() + 31_000),
  });
  expect(await authenticateWidgetToken(later, { token, page: origin })).toBeUndefined();
  const { roles } = await bodyOf(acme.withKey(acme.world.made.apiKey, '/roles'));
  const plain = roles.find(({ name }: { name: string }) => name === 'Member');
  await editMember(acme.world.session(), member.id, { roles: [plain.id] });
  expect(await statusOf(token)).toBe(403);
});

const preflight = (from: string | undefined, path = '/members') =>
  acme.api.request(path, {
    method: 'OPTIONS',
    headers: {
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type',
      ...(from === undefined ? {} : { origin: from }),
    },
  });

test.each([origin, ofBolt, 'http://localhost:5173'])(
  'a preflight from %s, which some organization lists, passes without a credential',
  async (from) => {
    const { status, headers } = await preflight(from);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(from);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(headers.get('access-control-allow-headers')).toMatch(/Authorization.*Content-Type/);
    // A cookie, or the header that a write with it needs, is never for another site.
    expect(headers.get('access-control-allow-headers')).not.toMatch(/requested-with/i);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toBe('Origin');
  },
);

test.each([
  'https://evil.example',
  'null',
  '*',
  'https://sub.app.example.com',
  'https://app.example.com:8443',
  `https://${'x'.repeat(5000)}.example`,
  undefined,
])('a preflight from %s is refused', async (from) => {
  const { status, headers } = await preflight(from);
  expect(status).toBe(403);
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('vary')).toBe('Origin');
});

test('neither a key nor a cookie is answered across origins', async () => {
  const byKey = await ask(acme.world.made.apiKey, '/roles');
  expect(byKey.status).toBe(200);
  expect(byKey.headers.get('access-control-allow-origin')).toBeNull();
  const byNobody = await acme.api.request('/session', { headers: { origin } });
  expect(byNobody.headers.get('access-control-allow-origin')).toBeNull();
});

test('refusals of every kind can be read by the page', async () => {
  const { token } = await minted();
  const answers = [
    await ask(token, '/departments'),
    await ask(token, '/nowhere'),
    await ask(token, '/members?limit=x'),
    await ask('rk_widget_unknown', '/roles'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 404, 400, 401]);
  for (const { headers } of answers) {
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
  }
});

test('nothing of the above was a failure of ours', () => {
  expect(acme.failures).toEqual([]);
});
