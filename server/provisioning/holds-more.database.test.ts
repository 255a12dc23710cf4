import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';
import { patchOf } from '../../test/support/scim-client.ts';
import {
  changeSettings,
  claimDueMail,
  createRole,
  editMember,
  listRoles,
  verifyMember,
} from '../directory/index.ts';

// What a provider cannot do with a member who holds more than its token: get into the account.

let api: ScimApi;
beforeAll(async () => {
  api = await openScimApi();
});
afterAll(() => api.close());

const password = 'chosen by the provider';
const post = async (userName: string, more = {}) => {
  const answer = await api.scim('POST', '/Users', { userName, ...more });
  expect(answer.status).toBe(201);
  return answer.body;
};
const replace = (id: string, path: string, value: unknown) =>
  api.scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path, value }));
const signIn = (username: string, secret: string) =>
  verifyMember(api.world.directory, {
    organization: 'acme',
    username,
    password: secret,
    address: '192.0.2.1',
  });
const administrator = async () => {
  const roles = await listRoles(api.world.session());
  return roles.find(({ builtIn }) => builtIn === 'administrator')?.id ?? '';
};

test('the password of an administrator is not for a token to set, by PATCH or PUT', async () => {
  const { id } = await post('anna', { password });
  await editMember(api.world.session(), id, { roles: [await administrator()] });
  const put = { userName: 'anna', title: 'Boss', password: 'another of its own' };
  for (const refused of [
    await replace(id, 'password', 'another of its own'),
    await api.scim('PUT', `/Users/${id}`, put),
  ]) {
    expect(refused.status).toBe(403);
    expect(refused.body.detail).toMatch(/^password: /);
  }
  await signIn('anna', password);
  // What opens nothing stays the provider's.
  expect((await replace(id, 'title', 'Chief')).status).toBe(200);
  expect((await api.scim('DELETE', `/Users/${id}`)).status).toBe(204);
});

test('the password of a member who holds no more than the token is', async () => {
  const role = await createRole(api.world.session(), {
    name: 'Staff',
    permissions: ['members:write', 'groups:read'],
  });
  const { id } = await post('ben', { password });
  await editMember(api.world.session(), id, { roles: [role.id] });
  expect((await replace(id, 'password', 'another of its own')).status).toBe(200);
  await signIn('ben', 'another of its own');
});

test('an administrator who is switched on for the first time is mailed no link where the provider says', async () => {
  const session = api.world.session();
  await changeSettings(session, { activationMail: true }, { instanceSuffix: 'dc=directory' });
  const { id } = await post('cleo', { active: false });
  await editMember(session, id, { roles: [await administrator()] });
  const emails = [{ value: 'stranger@elsewhere.example', primary: true }];
  const on = { userName: 'cleo', active: true, emails };
  expect((await api.scim('PUT', `/Users/${id}`, on)).body).toMatchObject({ active: true });
  const later = new Date(Date.now() + 1000);
  expect(await claimDueMail(api.world.directory.entityManager(), later)).toBeUndefined();
});
