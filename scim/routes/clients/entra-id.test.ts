import { describe, expect, it } from 'vitest';
import { filterBy, memberIds, startProvider } from '../../test-support/provider.ts';
import { enterpriseUrn, groupUrn, listed, patchOf, userUrn } from '../../test-support/service.ts';

const headers = {
  accept: 'application/scim+json',
  'content-type': 'application/scim+json; charset=utf-8',
};
const marker = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
const anna = {
  schemas: [userUrn, enterpriseUrn],
  externalId: 'anna',
  userName: 'Anna@acme.com',
  active: true,
  displayName: 'Anna Berg',
  emails: [
    { primary: true, type: 'work', value: 'anna@acme.com' },
    { type: 'home', value: 'anna@home.example' },
  ],
  meta: { resourceType: 'User' },
  name: { formatted: 'Anna Berg', familyName: 'Berg', givenName: 'Anna' },
};

async function startWithAnna(profile: 'lenient' | 'rfc' | 'interop' = 'lenient') {
  const entra = startProvider(headers, { profile });
  const { meta: _, ...strict } = anna;
  const id = await entra.make('/Users', profile === 'interop' ? strict : anna);
  const path = `/Users/${id}`;
  const user = async () => (await entra.get(path)).body as Record<string, unknown>;
  entra.used.clear();
  return { ...entra, id, path, user };
}

async function startWithGroup(profile: 'lenient' | 'rfc' = 'lenient') {
  const entra = await startWithAnna(profile);
  const ben = await entra.make('/Users', { schemas: [userUrn], userName: 'ben' });
  const group = { schemas: [groupUrn], externalId: 'g', displayName: 'Developers' };
  const groupPath = `/Groups/${await entra.make('/Groups', group)}`;
  entra.used.clear();
  const members = async () => memberIds(await entra.get(groupPath));
  return { ...entra, ben, groupPath, members };
}

describe('Microsoft Entra ID: users', () => {
  it('case 26: Test Connection looks for a user that cannot be', async () => {
    const { get } = startProvider(headers);
    const reply = await get(`/Users?${filterBy('userName eq "7e9b4f5c-0000-4000-8000-1b6a"')}`);
    expect([reply.status, reply.body]).toMatchObject([200, { totalResults: 0, Resources: [] }]);
  });

  it('cases 21 and 22: looks up, creates, and finds again in another case', async () => {
    const { get, post, leanedOn } = startProvider(headers);
    const lookUp = `/Users?${filterBy('userName eq "ANNA@acme.com"')}`;
    expect((await get(lookUp)).body).toMatchObject({ totalResults: 0 });
    const made = await post('/Users', anna);
    expect([made.status, made.body]).toMatchObject([
      201,
      { userName: 'Anna@acme.com', meta: { resourceType: 'User', version: 'W/"1"' } },
    ]);
    expect((await get(lookUp)).body).toMatchObject({ totalResults: 1 });
    expect((await get(`/Users?${filterBy('externalId eq "anna"')}`)).body).toMatchObject({
      totalResults: 1,
    });
    expect(leanedOn()).toEqual([]);
    expect((await get(`/Users?${filterBy('externalId eq anna')}`)).body).toMatchObject({
      totalResults: 1,
    });
    expect(leanedOn()).toEqual(['unquotedFilterValue']);
    expect((await post('/Users', { ...anna, userName: 'ANNA@ACME.COM' })).body).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
    });
  });

  it('case 21: a malformed URN is dropped, or refused', async () => {
    const malformed = {
      schemas: [userUrn, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'],
      userName: 'ben',
    };
    const lenient = startProvider(headers);
    expect((await lenient.post('/Users', malformed)).status).toBe(201);
    expect(lenient.leanedOn()).toEqual(['unknownAttributes']);
    const interop = startProvider(headers, { profile: 'interop' });
    expect((await interop.post('/Users', malformed)).status).toBe(400);
  });

  it('cases 3, 4 and 20: text for booleans, and nulls for what is not there', async () => {
    const body = {
      ...anna,
      active: 'True',
      roles: [{ primary: 'True', display: 'R', value: 'rv', type: 't' }],
      addresses: null,
      phoneNumbers: null,
      title: null,
      department: null,
      manager: null,
    };
    const { post, leanedOn } = startProvider(headers);
    const made = await post('/Users', body);
    expect([made.status, made.body]).toMatchObject([
      201,
      { active: true, roles: [{ primary: true, display: 'R', value: 'rv', type: 't' }] },
    ]);
    for (const name of ['addresses', 'phoneNumbers', 'title', 'department', enterpriseUrn]) {
      expect(made.body).not.toHaveProperty([name]);
    }
    expect(leanedOn()).toContain('booleanStrings');
    const rfc = startProvider(headers, { profile: 'rfc' });
    expect((await rfc.post('/Users', body)).body).toMatchObject({ scimType: 'invalidValue' });
  });

  it('case 20: empty roles are no roles', async () => {
    const { post } = startProvider(headers, { profile: 'rfc' });
    const made = await post('/Users', { ...anna, roles: [] });
    expect(made.body).not.toHaveProperty('roles');
  });

  it('case 1: operations with a capital letter lean on nothing', async () => {
    const { patch, path, user, leanedOn } = await startWithAnna('rfc');
    const operations = [
      { op: 'Replace', path: 'displayName', value: 'Anna B.' },
      { op: 'Add', path: 'nickName', value: 'Ann' },
      { op: 'Remove', path: 'externalId' },
    ];
    expect((await patch(path, patchOf(...operations))).status).toBe(200);
    expect(await user()).toMatchObject({ displayName: 'Anna B.', nickName: 'Ann' });
    expect(await user()).not.toHaveProperty('externalId');
    expect(leanedOn()).toEqual([]);
  });

  it('cases 2 and 28: disables with text, stays to be found, is deleted once', async () => {
    const { patch, get, delete: remove, path, id, leanedOn } = await startWithAnna();
    const disable = (value: unknown) =>
      patch(path, patchOf({ op: 'Replace', path: 'active', value }));
    expect((await disable('False')).body).toMatchObject({ active: false });
    expect(leanedOn()).toEqual(['booleanStrings']);
    for (const wrong of ['no', 'Falsee', '0', 0, '']) {
      expect((await disable(wrong)).body, String(wrong)).toMatchObject({
        scimType: 'invalidValue',
      });
    }
    expect(leanedOn()).toEqual([]);
    // Case 27: else Entra ID would make a second one.
    const found = await get(`/Users?${filterBy('userName eq "anna@acme.com"')}`);
    expect(listed(found, 'id')).toEqual([id]);
    expect(listed(found, 'active')).toEqual([false]);
    // With ?aadOptscim062020 it sends a boolean.
    expect((await disable(true)).body).toMatchObject({ active: true });
    expect(leanedOn()).toEqual([]);
    expect((await remove(path)).status).toBe(204);
    expect((await remove(path)).status).toBe(404);
  });

  it('case 2: the strict profiles refuse text for a boolean', async () => {
    for (const profile of ['rfc', 'interop'] as const) {
      const { patch, path } = await startWithAnna(profile);
      const body = patchOf({ op: 'Replace', path: 'active', value: 'False' });
      expect((await patch(path, body)).body, profile).toMatchObject({ scimType: 'invalidValue' });
    }
  });

  it('case 5: one e-mail changes, the other stays', async () => {
    const { patch, path, user, leanedOn } = await startWithAnna('interop');
    const operation = { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@x.io' };
    expect((await patch(path, patchOf(operation))).status).toBe(200);
    expect((await user()).emails).toEqual([
      { primary: true, type: 'work', value: 'new@x.io' },
      { type: 'home', value: 'anna@home.example' },
    ]);
    expect(leanedOn()).toEqual([]);
  });

  it.each(['Add', 'Replace'])('cases 6 and 7: %s makes what the path describes', async (op) => {
    const body = patchOf({ op, path: 'phoneNumbers[type eq "mobile"].value', value: '+15551' });
    const { patch, path, user, leanedOn } = await startWithAnna();
    expect((await patch(path, body)).status).toBe(200);
    expect((await user()).phoneNumbers).toEqual([{ type: 'mobile', value: '+15551' }]);
    expect(leanedOn()).toEqual(['unmatchedValuePath']);
    // The second time there is one.
    expect((await patch(path, body)).headers.get('etag')).toBe('W/"2"');
    expect(leanedOn()).toEqual([]);
    const rfc = await startWithAnna('rfc');
    expect((await rfc.patch(rfc.path, body)).body).toMatchObject({ scimType: 'noTarget' });
  });

  it('case 8: several operations build one address', async () => {
    const { patch, path, user } = await startWithAnna();
    const add = (part: string, value: string) => ({
      op: 'Add',
      path: `addresses[type eq "work"].${part}`,
      value,
    });
    const body = patchOf(
      add('streetAddress', 'Main St 1'),
      add('postalCode', '12345'),
      add('country', 'DE'),
    );
    await patch(path, body);
    expect((await user()).addresses).toEqual([
      { type: 'work', streetAddress: 'Main St 1', postalCode: '12345', country: 'DE' },
    ]);
  });

  it('cases 10, 11 and 31: with the flag, paths are keys of one value', async () => {
    const value = {
      displayName: 'Bjfe',
      'name.givenName': 'Kkom',
      'name.familyName': 'Unua',
      [`${enterpriseUrn}:employeeNumber`]: 'Aklq',
      'emails[type eq "work"].value': 'vp@x.io',
    };
    const body = patchOf({ op: 'replace', value });
    const { patch, path, leanedOn } = await startWithAnna();
    const reply = await patch(`${path}?aadOptscim062020`, body);
    expect([reply.status, reply.body]).toMatchObject([
      200,
      {
        schemas: [userUrn, enterpriseUrn],
        displayName: 'Bjfe',
        name: { formatted: 'Anna Berg', givenName: 'Kkom', familyName: 'Unua' },
        emails: [{ value: 'vp@x.io', type: 'work' }, { type: 'home' }],
        [enterpriseUrn]: { employeeNumber: 'Aklq' },
      },
    ]);
    expect(leanedOn()).toEqual(['pathless', 'pathlessKeys']);
    const rfc = await startWithAnna('rfc');
    expect((await rfc.patch(rfc.path, body)).body).toMatchObject({ scimType: 'invalidPath' });
    const interop = await startWithAnna('interop');
    expect((await interop.patch(interop.path, body)).body).toMatchObject({
      scimType: 'invalidSyntax',
    });
  });

  it('case 12: an attribute of the extension adds its URN, and its removal takes it away', async () => {
    const { patch, path, user, leanedOn } = await startWithAnna('interop');
    const at = `${enterpriseUrn}:employeeNumber`;
    const added = await patch(path, patchOf({ op: 'Add', path: at, value: '42' }));
    expect(added.body).toMatchObject({ schemas: [userUrn, enterpriseUrn] });
    await patch(path, patchOf({ op: 'Remove', path: at }));
    expect((await user()).schemas).toEqual([userUrn]);
    expect(leanedOn()).toEqual([]);
  });

  it.each([
    [`${enterpriseUrn}:manager`, 'user-9', ['bareStringForComplex']],
    [
      `${enterpriseUrn}:manager`,
      [{ $ref: '../Users/user-9', value: 'user-9' }],
      ['arrayForSingleValue'],
    ],
    ['manager', [{ value: 'user-9' }], ['arrayForSingleValue', 'unprefixedExtension']],
    [`${enterpriseUrn}:manager`, { value: 'user-9' }, []],
  ])('cases 13 and 14: the manager at %s as %j, and away', async (at, value, needed) => {
    const { patch, path, user, leanedOn } = await startWithAnna();
    const manager = patchOf({ op: 'Add', path: at, value });
    expect((await patch(path, manager)).status).toBe(200);
    expect((await user())[enterpriseUrn]).toMatchObject({ manager: { value: 'user-9' } });
    expect(leanedOn()).toEqual(needed);
    const away = { op: 'Replace', path: `${enterpriseUrn}:manager`, value: '' };
    expect((await patch(path, patchOf(away))).status).toBe(200);
    expect(await user()).not.toHaveProperty([enterpriseUrn]);
    expect(leanedOn()).toEqual(['emptyStringUnassigns']);
    if (needed.length > 0) {
      const rfc = await startWithAnna('rfc');
      expect((await rfc.patch(rfc.path, manager)).status).toBe(400);
    }
  });

  it('case 23: filters by a value path, in its own form and in that of the RFC', async () => {
    const { get, id } = await startWithAnna('rfc');
    for (const filter of [
      'emails[type eq "work"].value eq "Anna@acme.com"',
      'emails[type eq "work" and value eq "anna@acme.com"]',
    ]) {
      expect(listed(await get(`/Users?${filterBy(filter)}`), 'id'), filter).toEqual([id]);
    }
    const other = 'emails[type eq "home"].value eq "anna@acme.com"';
    expect(listed(await get(`/Users?${filterBy(other)}`), 'id')).toEqual([]);
  });

  it('case 29: the last of several operations on one attribute wins', async () => {
    const { patch, path } = await startWithAnna('rfc');
    const title = (value: string) => ({ op: 'Replace', path: 'title', value });
    const reply = await patch(
      path,
      patchOf(title('a'), { op: 'Remove', path: 'title' }, title('b')),
    );
    expect(reply.body).toMatchObject({ title: 'b', meta: { version: 'W/"2"' } });
  });

  it('case 31: flags in the tenant URL break no route', async () => {
    const { get, post, patch, path } = await startWithAnna();
    for (const flag of ['aadOptscim062020', 'AzureAdScimPatch2017=', 'aadOptscim062020=true']) {
      expect((await get(`/Users?${flag}`)).status).toBe(200);
      expect((await get(`${path}?${flag}`)).status).toBe(200);
      const user = { schemas: [userUrn], userName: flag };
      expect((await post(`/Users?${flag}`, user)).status).toBe(201);
      const body = patchOf({ op: 'Replace', path: 'title', value: flag });
      expect((await patch(`${path}?${flag}`, body)).status).toBe(200);
    }
  });
});

describe('Microsoft Entra ID: groups', () => {
  it('case 19: a marker among the schemas is dropped, or refused', async () => {
    const body = {
      schemas: [groupUrn, marker],
      externalId: '8aa1',
      displayName: 'Developers',
      meta: { resourceType: 'Group' },
    };
    const { post } = startProvider(headers);
    const made = await post('/Groups', body);
    expect([made.status, made.body]).toMatchObject([
      201,
      { schemas: [groupUrn], displayName: 'Developers' },
    ]);
    const interop = startProvider(headers, { profile: 'interop' });
    expect((await interop.post('/Groups', body)).status).toBe(400);
  });

  it('case 25: looks up without members, which are not loaded', async () => {
    const { get, groupPath, storage } = await startWithGroup();
    storage.collectionReads.length = 0;
    const found = await get(
      `/Groups?excludedAttributes=members&${filterBy('displayName eq "developers"')}`,
    );
    expect(found.body).toMatchObject({ totalResults: 1 });
    expect((await get(`${groupPath}?excludedAttributes=members`)).status).toBe(200);
    expect(storage.collectionReads).toEqual([]);
  });

  it('cases 18 and 29: adds a member twice, answered 204 without a body', async () => {
    const { patch, groupPath, id, members, leanedOn } = await startWithGroup('rfc');
    const add = patchOf({ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] });
    const replies = [await patch(groupPath, add), await patch(groupPath, add)];
    expect(replies.map(({ status, body }) => [status, body])).toEqual([
      [204, undefined],
      [204, undefined],
    ]);
    expect(new Set(replies.map((reply) => reply.headers.get('etag'))).size).toBe(1);
    expect(await members()).toEqual([id]);
    expect(leanedOn()).toEqual([]);
  });

  it.each([
    [
      'case 15: without the flag, by a list',
      ['removeWithValue'],
      (id: string) => ({
        op: 'Remove',
        path: 'members',
        value: [{ $ref: null, value: id }],
      }),
    ],
    [
      'case 16: with the flag, by a filter',
      [],
      (id: string) => ({
        op: 'remove',
        path: `members[value eq "${id}"]`,
      }),
    ],
  ])('%s: only that member goes', async (_, needed, removal) => {
    const { patch, groupPath, id, ben, members, leanedOn } = await startWithGroup();
    const value = [{ value: id }, { value: ben }];
    await patch(groupPath, patchOf({ op: 'Add', path: 'members', value }));
    leanedOn();
    const body = patchOf(removal(id));
    expect((await patch(groupPath, body)).status).toBe(204);
    expect(await members()).toEqual([ben]);
    expect(leanedOn()).toEqual(needed);
    // Whoever is not in it is no error.
    expect((await patch(groupPath, body)).status).toBe(204);
    expect(await members()).toEqual([ben]);
  });

  it('case 15: the rfc profile refuses the list, and nobody goes', async () => {
    const { patch, groupPath, id, members } = await startWithGroup('rfc');
    const value = [{ value: id }];
    await patch(groupPath, patchOf({ op: 'Add', path: 'members', value }));
    const reply = await patch(groupPath, patchOf({ op: 'Remove', path: 'members', value }));
    expect(reply.body).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
    expect(await members()).toEqual([id]);
  });

  it('case 32: two groups may have one name (RFC 7643 section 4.2)', async () => {
    const { post } = await startWithGroup();
    expect((await post('/Groups', { schemas: [groupUrn], displayName: 'Developers' })).status).toBe(
      201,
    );
  });
});
