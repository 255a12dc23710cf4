import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf } from '../../test/support/admin-api.ts';
import { serveScim } from '../../test/support/scim-api.ts';
import { patchOf } from '../../test/support/scim-client.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { findMembers, verifyMember } from '../directory/index.ts';

let world: World;
let scim: Hono;
// Held back while a test wants to look meanwhile.
let beforeHash: () => Promise<void> = async () => {};
beforeAll(async () => {
  world = await openWorld();
  const { passwords } = world.directory;
  const directory = {
    ...world.directory,
    passwords: {
      ...passwords,
      hash: async (password: string) => {
        await beforeHash();
        return passwords.hash(password);
      },
    },
  };
  scim = serveScim(directory).app;
});
afterAll(() => world.close());

const ask = async (method: string, path: string, body: unknown) => {
  const answer = await scim.request(path, {
    method,
    headers: {
      authorization: `Bearer ${world.made.scimToken}`,
      'content-type': 'application/scim+json',
    },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return bodyOf(answer);
};
const user = (userName: string, more: object) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  ...more,
});
const create = (userName: string, more: object) => ask('POST', '/Users', user(userName, more));
const patch = (id: string, ...operations: unknown[]) =>
  ask('PATCH', `/Users/${id}`, patchOf(...operations));

const name = { givenName: 'Anna', familyName: 'Nowak' };
const marries = { op: 'replace', path: 'name.familyName', value: 'Kowalska' };

test('nothing is locked and no transaction is open while a password is hashed', async () => {
  const { id } = await create('hashed', { password: 'chosen by the provider' });
  const hashing = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  beforeHash = () => {
    hashing.resolve();
    return gate.promise;
  };
  const slow = patch(id, { op: 'replace', path: 'password', value: 'another one of its own' });
  await hashing.promise;
  // On the embedded database an open transaction would keep even readers waiting.
  await patch(id, { op: 'replace', path: 'title', value: 'Meanwhile' });
  const query = { filter: { op: 'all' }, offset: 0, limit: 10 } as const;
  expect((await findMembers(world.session(), query)).total).toBe(2);
  gate.resolve();
  expect(await slow).toMatchObject({ title: 'Meanwhile' });
  beforeHash = async () => {};
  const credentials = { organization: 'acme', username: 'hashed', address: '127.0.0.1' };
  await verifyMember(world.directory, { ...credentials, password: 'another one of its own' });
});

test('a name that nobody chose follows the name parts', async () => {
  const anna = await create('anna', { name });
  expect(anna.displayName).toBe('Anna Nowak');
  expect(await patch(anna.id, marries)).toMatchObject({ displayName: 'Anna Kowalska' });
  const nameless = await create('nameless', {});
  expect(nameless.displayName).toBe('nameless');
  expect(await patch(nameless.id, { op: 'add', path: 'name', value: name })).toMatchObject({
    displayName: 'Anna Nowak',
  });
  const renamed = await create('before', {});
  expect(
    await patch(renamed.id, { op: 'replace', path: 'userName', value: 'after' }),
  ).toMatchObject({ displayName: 'after' });
});

test('a name that somebody chose stays', async () => {
  const chosen = await create('chosen', { name, displayName: 'Ann' });
  expect(await patch(chosen.id, marries)).toMatchObject({ displayName: 'Ann' });
  // Also one that is like the name parts, where the request itself says it.
  const same = await create('same', { name, displayName: 'Anna Nowak' });
  const maiden = { op: 'replace', path: 'displayName', value: 'Anna Nowak' };
  expect(await patch(same.id, marries, maiden)).toMatchObject({ displayName: 'Anna Nowak' });
  const put = await ask(
    'PUT',
    `/Users/${(await create('put', { name })).id}`,
    user('put', { name: { ...name, familyName: 'Kowalska' }, displayName: 'Anna Nowak' }),
  );
  expect(put.displayName).toBe('Anna Nowak');
});

test('what changes nothing makes no new version, whatever the name follows', async () => {
  const still = await create('still', { name });
  const again = await patch(still.id, {
    op: 'replace',
    path: 'displayName',
    value: still.displayName,
  });
  expect(again.meta.version).toBe(still.meta.version);
});
