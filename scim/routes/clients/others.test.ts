import { describe, expect, it } from 'vitest';
import { filterBy, memberIds, startProvider } from '../../test-support/provider.ts';
import { groupUrn, idOf, listed, patchOf, userUrn } from '../../test-support/service.ts';

const json = { 'content-type': 'application/json; charset=utf-8', accept: '*/*' };
const scim = { 'content-type': 'application/scim+json', accept: 'application/scim+json' };
const user = { schemas: [userUrn], userName: 'anna', active: true };
const group = { schemas: [groupUrn], displayName: 'Developers' };

describe('OneLogin', () => {
  const headers = { ...json, 'user-agent': '' };
  const body = { ...user, emails: { value: 'anna@acme.com', type: 'work', primary: true } };

  it('case 50: e-mails as an object are a list of one', async () => {
    const { post, put, patch, leanedOn } = startProvider(headers);
    const made = await post('/Users', body);
    const emails = [{ value: 'anna@acme.com', type: 'work', primary: true }];
    expect([made.status, made.body]).toMatchObject([201, { emails }]);
    expect(leanedOn()).toEqual(['singleValueForMany']);
    const path = `/Users/${idOf(made)}`;
    const other = { ...body, emails: { value: 'ann@acme.com' } };
    expect((await put(path, other)).body).toMatchObject({ emails: [{ value: 'ann@acme.com' }] });
    const value = { emails: { value: 'a@acme.com' } };
    expect((await patch(path, patchOf({ op: 'replace', value }))).body).toMatchObject({
      emails: [{ value: 'a@acme.com' }],
    });
    const rfc = startProvider(headers, { profile: 'rfc' });
    expect((await rfc.post('/Users', body)).body).toMatchObject({ scimType: 'invalidValue' });
  });

  it('case 50: patches groups without naming itself', async () => {
    const { get, make, patch } = startProvider(headers);
    const path = `/Groups/${await make('/Groups', group)}`;
    const add = { op: 'add', path: 'members', value: [{ value: 'u-1' }] };
    expect((await patch(path, patchOf(add))).status).toBe(204);
    expect(memberIds(await get(path))).toEqual(['u-1']);
  });
});

describe('JumpCloud', () => {
  it('case 51: the connection test makes a user and a group and takes them away', async () => {
    const { get, make, patch, put, delete: remove, leanedOn } = startProvider(json);
    const id = await make('/Users', { ...user, userName: 'jumpcloud-test' });
    expect((await get(`/Users?${filterBy('userName eq "jumpcloud-test"')}`)).body).toMatchObject({
      totalResults: 1,
    });
    await put(`/Users/${id}`, { ...user, userName: 'jumpcloud-test', active: false });
    const path = `/Groups/${await make('/Groups', group)}`;
    const value = [{ value: id }];
    await patch(path, patchOf({ op: 'add', path: 'members', value }));
    leanedOn();
    expect((await patch(path, patchOf({ op: 'Remove', path: 'members', value }))).status).toBe(204);
    expect(memberIds(await get(path))).toEqual([]);
    expect(leanedOn()).toEqual(['removeWithValue']);
    for (const made of [path, `/Users/${id}`]) {
      expect([(await remove(made)).status, (await get(made)).status]).toEqual([204, 404]);
    }
  });
});

describe('PingFederate and PingOne', () => {
  it('case 52: fetches all groups to match them itself, without their members', async () => {
    const { get, make, storage } = startProvider(scim, { profile: 'rfc' });
    for (const displayName of ['A', 'B', 'C']) {
      await make('/Groups', { ...group, displayName, members: [{ value: 'u-1' }] });
    }
    storage.collectionReads.length = 0;
    const page = await get('/Groups?startIndex=1&count=100&excludedAttributes=members');
    expect(listed(page, 'displayName')).toEqual(['A', 'B', 'C']);
    expect(storage.collectionReads).toEqual([]);
  });

  it('case 52: users by PUT only, groups by PATCH', async () => {
    const { get, make, put, patch } = startProvider(scim, { profile: 'rfc' });
    const id = await make('/Users', user);
    expect((await put(`/Users/${id}`, { ...user, active: false })).body).toMatchObject({
      active: false,
    });
    const path = `/Groups/${await make('/Groups', group)}`;
    const add = { op: 'add', path: 'members', value: [{ value: id }] };
    expect((await patch(path, patchOf(add))).status).toBe(204);
    expect((await get(`/Users/${id}`)).body).toMatchObject({ groups: [{ display: 'Developers' }] });
  });

  it('case 52: PingOne makes users that are disabled from the start', async () => {
    const { post } = startProvider(scim, { profile: 'rfc' });
    const made = await post('/Users', { ...user, active: false });
    expect([made.status, made.body]).toMatchObject([201, { active: false }]);
  });

  it('a group put without members keeps them, or loses them in the rfc profile', async () => {
    for (const [profile, kept] of [
      ['lenient', ['u-1']],
      ['rfc', []],
    ] as const) {
      const { get, make, put, leanedOn } = startProvider(scim, { profile });
      const path = `/Groups/${await make('/Groups', { ...group, members: [{ value: 'u-1' }] })}`;
      leanedOn();
      await put(path, { ...group, displayName: 'Renamed' });
      expect(memberIds(await get(path)), profile).toEqual(kept);
      expect(leanedOn().includes('omittedCollection')).toBe(profile === 'lenient');
    }
  });
});

describe('SailPoint', () => {
  it('case 53: replace of a name keeps the parts that are left out', async () => {
    const name = { givenName: 'Anna', familyName: 'Berg' };
    const replace = patchOf({ op: 'replace', path: 'name', value: { givenName: 'Ann' } });
    for (const [profile, expected, needed] of [
      ['rfc', { givenName: 'Ann', familyName: 'Berg' }, ['complexReplace']],
      ['interop', { givenName: 'Ann' }, []],
    ] as const) {
      const { make, patch, leanedOn } = startProvider(scim, { profile });
      const path = `/Users/${await make('/Users', { ...user, name })}`;
      const reply = await patch(path, replace);
      expect((reply.body as { name: unknown }).name).toEqual(expected);
      expect(leanedOn()).toEqual(needed);
      await patch(path, patchOf({ op: 'replace', path: 'name', value: name }));
      expect(leanedOn(), 'nothing was left out').toEqual([]);
    }
  });
});

describe('Keycloak', () => {
  it('case 55: sends a large group whole each time', async () => {
    const { get, make, put, patch } = startProvider(scim, { profile: 'rfc' });
    const members = Array.from({ length: 8_000 }, (_, index) => ({
      value: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      display: `${'A rather long name of somebody who works here, with a title '.repeat(4)}${index}`,
      type: 'User',
    }));
    const body = { ...group, members };
    expect(JSON.stringify(body).length).toBeGreaterThan(2 * 1024 * 1024);
    const path = `/Groups/${await make('/Groups', body)}`;
    const again = await put(path, body);
    expect([again.status, again.headers.get('etag')]).toEqual([200, 'W/"1"']);
    const replace = { op: 'replace', path: 'members', value: members.slice(1) };
    expect((await patch(path, patchOf(replace))).status).toBe(204);
    expect(memberIds(await get(path))).toHaveLength(7_999);
  });
});

describe('AWS ssosync', () => {
  it('case 56: replaces active, and adds members a hundred at a time', async () => {
    const { get, make, patch } = startProvider(json, { profile: 'rfc' });
    const id = await make('/Users', user);
    const disable = { op: 'replace', path: 'active', value: false };
    expect((await patch(`/Users/${id}`, patchOf(disable))).body).toMatchObject({ active: false });
    const path = `/Groups/${await make('/Groups', group)}`;
    for (const chunk of [0, 1, 2]) {
      const value = Array.from({ length: 100 }, (_, n) => ({ value: `u-${100 * chunk + n}` }));
      expect((await patch(path, patchOf({ op: 'add', path: 'members', value }))).status).toBe(204);
    }
    expect(memberIds(await get(path))).toHaveLength(300);
  });
});

describe('Google Workspace', () => {
  it('case 57: few attributes; suspends, and takes up again', async () => {
    const { get, post, patch, put } = startProvider(json, { profile: 'rfc' });
    const made = await post('/Users', {
      schemas: [userUrn],
      userName: 'anna@acme.com',
      name: { familyName: 'Berg', givenName: 'Anna' },
      emails: [{ value: 'anna@acme.com', type: 'work', primary: true }],
      active: true,
    });
    expect(made.status).toBe(201);
    const path = `/Users/${idOf(made)}`;
    const found = await get(
      `/Users?${filterBy('userName eq "anna@acme.com"')}&startIndex=1&count=10`,
    );
    expect(listed(found, 'id')).toEqual([idOf(made)]);
    const suspend = { op: 'replace', path: 'active', value: false };
    expect((await patch(path, patchOf(suspend))).body).toMatchObject({ active: false });
    const whole = (await get(path)).body as object;
    expect((await put(path, { ...whole, active: true })).body).toMatchObject({ active: true });
  });
});

describe('Rippling', () => {
  it('case 58: probes the configuration; a repeated POST is 409 and the user is found', async () => {
    const { get, post } = startProvider(json, { profile: 'rfc' });
    expect((await get('/ServiceProviderConfig')).status).toBe(200);
    const body = { ...user, externalId: 'r-1', emails: [{ value: 'a@x.io', primary: true }] };
    const id = idOf(await post('/Users', body));
    expect((await post('/Users', body)).body).toMatchObject({ scimType: 'uniqueness' });
    for (const filter of [
      'userName eq "anna"',
      'externalId eq "r-1"',
      'emails.value eq "A@x.io"',
    ]) {
      expect(listed(await get(`/Users?${filterBy(filter)}`), 'id'), filter).toEqual([id]);
    }
  });
});

describe('any provider', () => {
  it('case 60: the same userName again is another user, who is in no group', async () => {
    const { get, make, delete: remove } = startProvider(json, { profile: 'rfc' });
    const id = await make('/Users', user);
    const path = `/Groups/${await make('/Groups', { ...group, members: [{ value: id }] })}`;
    expect((await get(`/Users/${id}`)).body).toMatchObject({
      groups: [{ value: 'group-2', display: 'Developers', type: 'direct' }],
    });
    await remove(`/Users/${id}`);
    expect(memberIds(await get(path))).toEqual([]);
    const again = await make('/Users', user);
    expect(again).not.toBe(id);
    expect((await get(`/Users/${again}`)).body).not.toHaveProperty('groups');
  });

  it('a body without schemas is taken in the lenient profile only', async () => {
    const { post, leanedOn } = startProvider(json);
    expect((await post('/Users', { userName: 'anna' })).status).toBe(201);
    expect(leanedOn()).toEqual(['missingSchemas']);
    for (const profile of ['rfc', 'interop'] as const) {
      const strict = startProvider(json, { profile });
      expect((await strict.post('/Users', { userName: 'anna' })).body).toMatchObject({
        scimType: 'invalidSyntax',
      });
    }
  });

  it('finds by what the OpenID profile of 2026 (IPSIE) filters by', async () => {
    const { get, make, leanedOn } = startProvider(json, { profile: 'interop' });
    const emails = [{ value: 'anna@acme.com', type: 'work' }];
    const id = await make('/Users', { ...user, externalId: 'x-1', emails });
    for (const filter of [
      'userName eq "ANNA"',
      'externalId eq "x-1"',
      'emails[value eq "Anna@acme.com"]',
    ]) {
      expect(listed(await get(`/Users?${filterBy(filter)}`), 'id'), filter).toEqual([id]);
    }
    expect(leanedOn()).toEqual([]);
  });

  it('a request that is refused counts nothing', async () => {
    const { post, leanedOn } = startProvider(json);
    const reply = await post('/Users', { userName: 7, active: 'True', shoeSize: 43 });
    expect(reply.status).toBe(400);
    expect(leanedOn()).toEqual([]);
  });
});
