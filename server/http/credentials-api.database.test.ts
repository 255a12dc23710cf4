import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';
import {
  authenticateApiKey,
  authenticateScimToken,
  createApiKey,
  createDirectory,
  type Directory,
  type Permission,
} from '../directory/index.ts';

let acme: ApiWorld;
beforeAll(async () => {
  acme = await openAdminApi();
});
afterAll(() => acme.close());

const ask = (method: string, path: string, body?: unknown, key = acme.world.made.apiKey) =>
  acme.withKey(key, path, initOf(method, body));
const made = async (path: string, body: unknown) => {
  const response = await ask('POST', path, body);
  expect(response.status).toBe(201);
  return bodyOf(response);
};
const listed = async (path: string, id: string) =>
  (await bodyOf(ask('GET', path))).items.find((item: { id: string }) => item.id === id);
const keyWith = async (permissions: Permission[]) =>
  (await createApiKey(acme.world.session(), { name: 'Some', permissions })).secret;
/** The same directory at another time. */
const directoryAt = (now: Date): Directory =>
  createDirectory({
    entityManager: acme.world.database.entityManager,
    announce: () => {},
    now: () => now,
  });
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

test('an API key is made, tells its secret once, notes its use, and ends', async () => {
  const expiresAt = inHours(24).toISOString();
  const { secret, ...key } = await made('/api-keys', {
    name: 'Shop',
    permissions: ['roles:read', 'members:read'],
    expiresAt,
  });
  expect(secret).toMatch(/^rk_[\w-]{43}$/);
  expect(key).toMatchObject({
    name: 'Shop',
    permissions: ['members:read', 'roles:read'],
    creator: null,
    expiresAt,
    lastUsedAt: null,
  });
  expect(await listed('/api-keys', key.id)).toEqual(key);
  expect((await ask('GET', '/roles', undefined, secret)).status).toBe(200);
  expect((await listed('/api-keys', key.id)).lastUsedAt).toEqual(expect.any(String));
  expect(await authenticateApiKey(directoryAt(inHours(25)), secret)).toBeUndefined();
  expect((await ask('DELETE', `/api-keys/${key.id.toUpperCase()}`)).status).toBe(204);
  expect((await ask('GET', '/roles', undefined, secret)).status).toBe(401);
  expect(await listed('/api-keys', key.id)).toBeUndefined();
});

test.each([
  ['/api-keys', { name: 'More', permissions: ['tokens:write', 'members:write'] }, 'members:write'],
  ['/scim-tokens', { name: 'More', scopes: ['read'] }, 'members:read'],
  ['/service-accounts', { name: 'More' }, 'members:read'],
])('nobody grants by %s what they do not hold', async (path, body, lacking) => {
  const response = await ask('POST', path, body, await keyWith(['tokens:write']));
  expect(response.status).toBe(403);
  expect((await bodyOf(response)).detail).toContain(lacking);
});

test('the secret of a token that does more than one may is not handed out by rotation', async () => {
  const { id } = await made('/scim-tokens', { name: 'Entra' });
  const reader = await keyWith(['tokens:write', 'members:read']);
  expect((await ask('POST', `/scim-tokens/${id}/rotate`, {}, reader)).status).toBe(403);
});

test.each([
  ['/api-keys', { name: '', permissions: [] }, 'name'],
  ['/api-keys', { name: 'x', permissions: ['all'] }, 'permissions.0'],
  ['/api-keys', { name: 'x', permissions: [], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  ['/api-keys', { name: 'x', permissions: [], expiresAt: 'soon' }, 'expiresAt'],
  ['/scim-tokens', { name: 'x', scopes: [] }, 'scopes'],
  ['/scim-tokens', { name: 'x', profile: 'strict' }, 'profile'],
  ['/scim-tokens', { name: 'x\0' }, 'name'],
  ['/service-accounts', { name: ' ' }, 'name'],
])('POST %s %j is refused with the field at fault', async (path, body, field) => {
  const response = await ask('POST', path, body);
  expect(response.status).toBe(400);
  expect((await bodyOf(response)).errors).toMatchObject([{ field }]);
});

test('a SCIM token carries what its scopes say', async () => {
  const { secret, ...token } = await made('/scim-tokens', { name: 'Reader', scopes: ['read'] });
  expect(token).toMatchObject({ profile: 'lenient', scopes: ['read'], previousSecretUntil: null });
  const connection = await authenticateScimToken(acme.world.directory, secret);
  expect([...(connection?.scopes ?? [])]).toEqual(['read']);
  expect(connection?.session.permissions.has('members:read')).toBe(true);
  expect(connection?.session.permissions.has('members:write')).toBe(false);
  expect((await listed('/scim-tokens', token.id)).lastUsedAt).toEqual(expect.any(String));
  const changed = await bodyOf(
    ask('PATCH', `/scim-tokens/${token.id}`, { name: 'Okta', profile: 'rfc' }),
  );
  expect(changed).toMatchObject({ id: token.id, name: 'Okta', profile: 'rfc', scopes: ['read'] });
  expect((await authenticateScimToken(acme.world.directory, secret))?.profile).toBe('rfc');
  expect((await ask('DELETE', `/scim-tokens/${token.id}`)).status).toBe(204);
  expect(await authenticateScimToken(acme.world.directory, secret)).toBeUndefined();
});

test('a rotation leaves no gap, and the secret before ends when it was said', async () => {
  const first = await made('/scim-tokens', { name: 'Entra', expiresAt: inHours(100) });
  const rotate = (body?: unknown) => ask('POST', `/scim-tokens/${first.id}/rotate`, body);
  const works = async (secret: string, hours = 0) =>
    (await authenticateScimToken(directoryAt(inHours(hours)), secret)) !== undefined;

  const second = await bodyOf(rotate());
  expect(second).toMatchObject({ id: first.id, expiresAt: first.expiresAt });
  expect(Date.parse(second.previousSecretUntil)).toBeCloseTo(inHours(24).getTime(), -4);
  expect([await works(first.secret), await works(second.secret)]).toEqual([true, true]);
  expect([await works(first.secret, 25), await works(second.secret, 25)]).toEqual([false, true]);
  expect(await works(second.secret, 101)).toBe(false);

  const third = await bodyOf(rotate({ overlapHours: 1, expiresAt: null }));
  // Of an earlier rotation nothing is left.
  expect(await works(first.secret)).toBe(false);
  expect([await works(second.secret), await works(second.secret, 2)]).toEqual([true, false]);
  expect(await works(third.secret, 101)).toBe(true);

  const fourth = await bodyOf(rotate({ overlapHours: 0 }));
  expect(fourth.previousSecretUntil).toBeNull();
  expect([await works(third.secret), await works(fourth.secret)]).toEqual([false, true]);
  expect((await rotate({ overlapHours: -1 })).status).toBe(400);
});

test('names of service accounts are taken once; deleting one frees its name', async () => {
  const { secret, ...account } = await made('/service-accounts', { name: 'Grafana' });
  expect(secret).toMatch(/^rk_ldap_/);
  expect(await listed('/service-accounts', account.id)).toEqual(account);
  expect((await ask('POST', '/service-accounts', { name: 'GRAFANA' })).status).toBe(409);
  expect((await ask('DELETE', `/service-accounts/${account.id}`)).status).toBe(204);
  expect((await ask('DELETE', `/service-accounts/${account.id}`)).status).toBe(404);
  await made('/service-accounts', { name: 'grafana' });
});

test('no list tells a secret or its hash', async () => {
  for (const path of ['/api-keys', '/scim-tokens', '/service-accounts']) {
    const text = await (await ask('GET', path)).text();
    expect(text).not.toMatch(/secret(Hash)?"|sha256|rk_/i);
  }
});

test('nothing of the above was a failure of ours', () => {
  expect(acme.failures).toEqual([]);
});
