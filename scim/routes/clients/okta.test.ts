import { describe, expect, it } from 'vitest';
import { ScimError } from '../../error.ts';
import { filterBy, memberIds, startProvider } from '../../test-support/provider.ts';
import {
  groupUrn,
  idOf,
  listed,
  patchOf,
  startService,
  userUrn,
} from '../../test-support/service.ts';

const headers = {
  accept: 'application/scim+json',
  'accept-charset': 'utf-8',
  'content-type': 'application/scim+json; charset=utf-8',
  'user-agent': 'Okta SCIM Client 1.0.0',
};
const created = {
  schemas: [userUrn],
  userName: 'test.user@okta.local',
  name: { givenName: 'Test', familyName: 'User' },
  emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
  displayName: 'Test User',
  locale: 'en-US',
  externalId: '00ujl29u0le5T6Aj10h7',
  groups: [],
  password: '1mz050nq',
  active: true,
};

async function startWithUser(profile: 'lenient' | 'rfc' | 'interop' = 'lenient') {
  const okta = startProvider(headers, { profile });
  const path = `/Users/${await okta.make('/Users', created)}`;
  const group = { schemas: [groupUrn], displayName: 'Test SCIMv2' };
  const groupPath = `/Groups/${await okta.make('/Groups', group)}`;
  okta.used.clear();
  const members = async () => memberIds(await okta.get(groupPath));
  return { ...okta, path, groupPath, members };
}

describe('Okta', () => {
  it('cases 33, 34, 41, 45: its own test of a service, step by step', async () => {
    const { get, post } = startProvider(headers, { profile: 'rfc' });
    const first = await get('/Users?count=1&startIndex=1');
    expect([first.status, first.body]).toMatchObject([
      200,
      { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] },
    ]);
    expect(first.body).toMatchObject({ itemsPerPage: 0, startIndex: 1, totalResults: 0 });
    const lookUp = (name: string) =>
      get(`/Users?${filterBy(`userName eq "${name}"`)}&startIndex=1&count=100`);
    expect((await lookUp('AbcdefghijklmNoUser')).body).toMatchObject({
      totalResults: 0,
      Resources: [],
    });
    expect((await get('/Users/010101001010101011001010101011')).body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '404',
      detail: expect.any(String),
    });
    const made = await post('/Users', created);
    expect([made.status, made.body]).toMatchObject([
      201,
      { schemas: [userUrn], active: true, meta: { resourceType: 'User' } },
    ]);
    expect(JSON.stringify(made.body)).not.toContain('1mz050nq');
    expect(made.body).not.toHaveProperty('groups');
    expect((await get(`/Users/${idOf(made)}`)).body).toEqual(made.body);
    const again = await post('/Users', created);
    expect([again.status, again.body]).toMatchObject([409, { scimType: 'uniqueness' }]);
    expect(listed(await lookUp('TEST.User@Okta.Local'), 'id')).toEqual([idOf(made)]);
    expect((await get('/Groups')).status).toBe(200);
  });

  it('case 45: without a token it is 401 with a SCIM error', async () => {
    const { send } = startProvider(headers);
    const reply = await send('GET', '/Users', undefined, { authorization: '' });
    expect([reply.status, reply.body]).toMatchObject([
      401,
      { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' },
    ]);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('case 35: gets the whole user and puts it back, changed', async () => {
    const { get, put, path, leanedOn } = await startWithUser('rfc');
    const whole = (await get(path)).body as object;
    const same = await put(path, { ...whole, groups: [{ value: 'g-1' }] });
    expect([same.status, same.body]).toEqual([200, whole]);
    const echoed = { ...whole, displayName: 'T. User', active: false, 'x:unknown': [1] };
    const changed = await put(path, echoed);
    expect(changed.body).toMatchObject({
      displayName: 'T. User',
      active: false,
      meta: { version: 'W/"2"' },
    });
    expect(leanedOn()).toEqual(['put', 'unknownAttributes']);
  });

  it('cases 36 and 42: disables without a path, and enables again', async () => {
    const { get, patch, path, leanedOn } = await startWithUser('rfc');
    const before = (await get(path)).body as object;
    const set = (active: boolean) => patch(path, patchOf({ op: 'replace', value: { active } }));
    const { meta: _, ...rest } = before as { readonly meta: unknown };
    expect((await set(false)).body).toMatchObject({ ...rest, active: false });
    expect(leanedOn()).toEqual(['pathless']);
    const found = await get(`/Users?${filterBy('userName eq "test.user@okta.local"')}`);
    expect(listed(found, 'active')).toEqual([false]);
    expect((await set(true)).body).toMatchObject({ ...rest, active: true });
  });

  it('case 36: the interop profile refuses what has no path', async () => {
    const { get, patch, path } = await startWithUser('interop');
    const reply = await patch(path, patchOf({ op: 'replace', value: { active: false } }));
    expect(reply.body).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
    expect((await get(path)).body).toMatchObject({ active: true });
  });

  it('case 37: renames a group with its id in the value; another id is refused', async () => {
    const { get, patch, groupPath } = await startWithUser('rfc');
    const rename = (id: string, displayName: string) =>
      patch(groupPath, patchOf({ op: 'replace', value: { id, displayName } }));
    expect((await rename('group-2', 'Renamed')).status).toBe(204);
    expect((await rename('group-9', 'Other')).body).toMatchObject({ scimType: 'mutability' });
    expect((await get(groupPath)).body).toMatchObject({ displayName: 'Renamed' });
  });

  it('case 35: read-only attributes in a PATCH without a path are passed over', async () => {
    const value = { active: false, groups: [{ value: 'group-2' }], meta: { version: 'x' } };
    const { patch, path, leanedOn } = await startWithUser();
    expect((await patch(path, patchOf({ op: 'replace', value }))).body).toMatchObject({
      active: false,
    });
    expect(leanedOn()).toEqual(['pathless', 'readOnlyEcho']);
    const rfc = await startWithUser('rfc');
    expect((await rfc.patch(rfc.path, patchOf({ op: 'replace', value }))).body).toMatchObject({
      scimType: 'mutability',
    });
  });

  it('case 38: takes out and puts in again in one request', async () => {
    const { patch, groupPath, members } = await startWithUser('rfc');
    const put = { op: 'add', path: 'members', value: [{ value: 'user-1', display: 'x' }] };
    await patch(groupPath, patchOf(put));
    const out = { op: 'remove', path: 'members[value eq "user-1"]' };
    expect((await patch(groupPath, patchOf(out, put))).status).toBe(204);
    expect(await members()).toEqual(['user-1']);
    await patch(groupPath, patchOf(put, out));
    expect(await members()).toEqual([]);
  });

  it('case 39: pushes all members; those that stay are no change', async () => {
    const { patch, groupPath, members } = await startWithUser('rfc');
    const push = (...ids: readonly string[]) => {
      const value = ids.map((id) => ({ value: id, display: id }));
      return patch(groupPath, patchOf({ op: 'replace', path: 'members', value }));
    };
    await push('user-1', 'user-8', 'user-9');
    const pushed = await push('user-1', 'user-9', 'user-10');
    expect(await members()).toEqual(['user-1', 'user-9', 'user-10']);
    const again = await push('user-1', 'user-9', 'user-10');
    expect(again.headers.get('etag')).toBe(pushed.headers.get('etag'));
    await push();
    expect(await members()).toEqual([]);
  });

  it('case 40: puts a group with all of its members', async () => {
    const { get, put, groupPath, members } = await startWithUser('rfc');
    const group = (await get(groupPath)).body as object;
    const body = { ...group, members: [{ value: 'user-1', display: 'x' }] };
    expect((await put(groupPath, body)).status).toBe(200);
    expect(await members()).toEqual(['user-1']);
    // A group put without members has none; in the lenient profile it keeps them.
    await put(groupPath, group);
    expect(await members()).toEqual([]);
  });

  it('case 41: imports page after page; past the end is an empty page', async () => {
    const { get, make } = startProvider(headers, { profile: 'rfc' });
    for (let index = 0; index < 5; index += 1) {
      await make('/Users', { ...created, userName: `user-${index}`, externalId: `${index}` });
    }
    const seen: unknown[] = [];
    for (const startIndex of [1, 3, 5, 7]) {
      const page = await get(`/Users?startIndex=${startIndex}&count=2`);
      const ids = listed(page, 'id');
      expect(page.body).toMatchObject({ totalResults: 5, startIndex, itemsPerPage: ids.length });
      seen.push(...ids);
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });

  it('case 43: too many requests are 429 with whole seconds', async () => {
    const { send } = startService({
      authenticate: async () => {
        throw new ScimError(429, 'Too many requests', { headers: { 'Retry-After': '30' } });
      },
    });
    const reply = await send('GET', '/Users', undefined, headers);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '30']);
    expect(reply.body).toMatchObject({ status: '429' });
  });
});
