import { describe, expect, it } from 'vitest';
import { filterBy, memberIds, startProvider } from '../../test-support/provider.ts';
import { groupUrn, idOf, listed, patchOf, userUrn } from '../../test-support/service.ts';

const headers = {
  accept: 'application/scim+json',
  'content-type': 'application/scim+json',
  'user-agent': 'authentik/2026.4.1',
};
const anna = {
  schemas: [userUrn],
  externalId: 'a1b2',
  userName: 'anna',
  name: { formatted: 'Anna Berg', givenName: 'Anna', familyName: 'Berg' },
  displayName: 'Anna Berg',
  active: true,
  emails: [{ value: 'anna@acme.com', type: 'other', primary: true }],
};
const group = { schemas: [groupUrn], externalId: 'g1', displayName: 'developers' };

async function startWithGroup() {
  const authentik = startProvider(headers);
  const path = `/Groups/${await authentik.make('/Groups', group)}`;
  authentik.used.clear();
  return { ...authentik, path };
}

describe('authentik', () => {
  it('case 47: reads the whole ServiceProviderConfig, every part of which it requires', async () => {
    const { get } = startProvider(headers);
    const { body } = await get('/ServiceProviderConfig');
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      bulk: {
        supported: true,
        maxOperations: expect.any(Number),
        maxPayloadSize: expect.any(Number),
      },
      filter: { supported: true, maxResults: expect.any(Number) },
      changePassword: { supported: true },
      sort: { supported: true },
      etag: { supported: true },
      pagination: expect.any(Object),
      authenticationSchemes: [
        {
          type: 'oauthbearertoken',
          name: expect.any(String),
          description: expect.any(String),
          specUri: expect.any(String),
          primary: true,
        },
      ],
      meta: { resourceType: 'ServiceProviderConfig', location: expect.any(String) },
    });
  });

  it('case 47: adds members one by one in one request, and removes them by a list', async () => {
    const { get, patch, path, leanedOn } = await startWithGroup();
    const ids = Array.from({ length: 100 }, (_, index) => `u-${index}`);
    const add = ids.map((value) => ({ op: 'add', path: 'members', value: [{ value }] }));
    expect((await patch(path, patchOf(...add))).status).toBe(204);
    expect(leanedOn()).toEqual([]);
    // Case 49: it compares the members that GET gives with its own.
    expect(memberIds(await get(path))).toEqual(ids);
    const value = ids.slice(1).map((id) => ({ value: id }));
    expect((await patch(path, patchOf({ op: 'remove', path: 'members', value }))).status).toBe(204);
    expect(memberIds(await get(path))).toEqual(['u-0']);
    expect(leanedOn()).toEqual(['removeWithValue']);
  });

  it('case 48: a group in a value without members keeps them', async () => {
    const { get, patch, path, leanedOn } = await startWithGroup();
    await patch(path, patchOf({ op: 'add', path: 'members', value: [{ value: 'u-1' }] }));
    const value = { ...group, id: 'group-1', displayName: 'renamed' };
    expect((await patch(path, patchOf({ op: 'replace', value }))).status).toBe(204);
    expect((await get(path)).body).toMatchObject({
      displayName: 'renamed',
      members: [{ value: 'u-1' }],
    });
    expect(leanedOn()).toEqual(['pathless']);
  });

  it('case 49: after a 409 finds what is there by its name', async () => {
    const { get, post, make } = startProvider(headers);
    const id = await make('/Users', anna);
    expect((await post('/Users', anna)).status).toBe(409);
    const found = await get(`/Users?${filterBy('userName eq "anna"')}`);
    expect(listed(found, 'id')).toEqual([id]);
    const groupId = await make('/Groups', group);
    const groups = await get(`/Groups?${filterBy('displayName eq "developers"')}`);
    expect(listed(groups, 'id')).toEqual([groupId]);
  });

  it('case 49: discovers with startIndex = seen + 1, and comes to the end', async () => {
    const { get, make } = startProvider(headers);
    for (let index = 0; index < 7; index += 1) {
      await make('/Users', { ...anna, userName: `u-${index}`, externalId: `${index}` });
    }
    let [seen, total, requests] = [0, 1, 0];
    while (seen < total) {
      const page = await get(`/Users?startIndex=${seen + 1}&count=3`);
      const { totalResults } = page.body as { readonly totalResults: number };
      total = totalResults;
      seen += listed(page, 'id').length;
      requests += 1;
    }
    expect([seen, requests]).toEqual([7, 3]);
  });

  it('case 49: updates users by PUT, and makes them anew after a 404', async () => {
    const { put, post, delete: remove, leanedOn } = startProvider(headers);
    const made = await post('/Users', anna);
    const path = `/Users/${idOf(made)}`;
    const changed = await put(path, { ...anna, displayName: 'Anna B.', id: idOf(made) });
    expect([changed.status, changed.body]).toMatchObject([200, { displayName: 'Anna B.' }]);
    expect(leanedOn()).toEqual(['put']);
    await remove(path);
    expect((await put(path, anna)).status).toBe(404);
    expect((await post('/Users', anna)).status).toBe(201);
  });
});
