import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';
import type { World } from '../../test/support/world.ts';
import {
  createDepartment,
  createMember,
  createOrganization,
  departmentTree,
  permissions,
  signIn,
  systemSession,
} from '../directory/index.ts';

let world: World;
let api: ApiWorld['api'];
let withKey: ApiWorld['withKey'];
let operatorKey: string;
let failures: unknown[];
beforeAll(async () => {
  ({ world, api, withKey, operatorKey, failures } = await openAdminApi());
});
afterAll(() => world.close());

const get = (path: string) => withKey(world.made.apiKey, path);

test('only the initial administrator, signed in, hands over', async () => {
  const path = '/organization/initial-administrator';
  const session = world.session();
  const successor = await createMember(session, { username: 'next', enabled: true, profile: {} });
  const init = initOf('PUT', { memberId: successor.id });
  expect((await api.request(path, init)).status).toBe(401);
  expect((await withKey(world.made.apiKey, path, init)).status).toBe(403);
  const first = await signIn(world.directory, {
    organization: 'acme',
    username: world.made.username,
    password: world.made.password,
    address: '127.0.0.1',
  });
  const headers = { ...init.headers, cookie: `roster_session=${first.secret}` };
  expect((await api.request(path, { ...init, headers })).status).toBe(403);
  const asFirst = { ...headers, 'x-requested-with': 'roster' };
  const bolt = await createOrganization(world.database.entityManager(), { name: 'Bolt' });
  const foreign = await createMember(systemSession(world.database.entityManager(), bolt), {
    username: 'foreign',
    enabled: true,
    profile: {},
  });
  const refused = await Promise.all(
    [foreign.id, crypto.randomUUID()].map(async (memberId) => {
      const answer = await api.request(path, { ...initOf('PUT', { memberId }), headers: asFirst });
      return { status: answer.status, body: await answer.text() };
    }),
  );
  expect(refused[0]).toMatchObject({ status: 400 });
  expect(refused[0]).toEqual(refused[1]);
  const handed = await api.request(path, { ...init, headers: asFirst });
  expect(handed.status).toBe(200);
  expect(await handed.json()).toMatchObject({ initialAdministrator: { id: successor.id } });
  expect((await api.request(path, { ...init, headers: asFirst })).status).toBe(403);
});

test('only the operator founds organizations and sees all of them', async () => {
  const init = initOf('POST', { name: 'Corvid', administrator: { username: 'corax' } });
  for (const [path, request] of [
    ['/organizations', {}],
    ['/organizations', init],
  ] as const) {
    expect((await api.request(path, request)).status).toBe(401);
    expect((await withKey(world.made.apiKey, path, request)).status).toBe(401);
    expect((await withKey(`${operatorKey}x`, path, request)).status).toBe(401);
  }
  const founded = await withKey(operatorKey, '/organizations', init);
  expect(founded.status).toBe(201);
  const { organization, administrator } = await bodyOf(founded);
  expect(organization).toMatchObject({ slug: 'corvid', name: 'Corvid' });
  const signedIn = await signIn(world.directory, {
    organization: 'corvid',
    username: 'corax',
    password: administrator.password,
    address: '127.0.0.1',
  });
  expect(signedIn.session.permissions).toEqual(new Set(permissions));
  const { organizations } = await bodyOf(withKey(operatorKey, '/organizations'));
  expect(organizations).toContainEqual(organization);
  const again = await withKey(operatorKey, '/organizations', init);
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ errors: [{ field: 'slug' }] });
});

test('an edit with If-Match of another version is refused, and says so', async () => {
  const { version } = await bodyOf(get('/organization'));
  const rename = (ifMatch: string) =>
    withKey(world.made.apiKey, '/organization', {
      ...initOf('PATCH', { name: `Acme ${ifMatch}` }),
      headers: { 'content-type': 'application/json', 'if-match': ifMatch },
    });
  const stale = await rename(`"${version - 1}"`);
  expect(stale.status).toBe(412);
  expect(await stale.json()).toMatchObject({ type: '/problems/version-mismatch' });
  expect((await rename('3')).status).toBe(400);
  const renamed = await rename(`"0", W/"${version}"`);
  expect(renamed.headers.get('etag')).toBe(`"${version + 1}"`);
  expect((await rename('*')).status).toBe(200);
});

test('a refusal carries the counts of what stands in the way', async () => {
  const session = world.session();
  const [root] = await departmentTree(session);
  const { id } = await createDepartment(session, { name: 'Full', parentId: root?.id ?? '' });
  await createDepartment(session, { name: 'Below', parentId: id });
  const refused = await withKey(world.made.apiKey, `/departments/${id}`, { method: 'DELETE' });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({
    type: '/problems/in-use',
    counts: { members: 0, departments: 1 },
  });
});

test('nothing of the above was a failure of ours', () => {
  expect(failures).toEqual([]);
});
