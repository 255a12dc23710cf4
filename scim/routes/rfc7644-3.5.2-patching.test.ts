import { describe, expect, it } from 'vitest';
import { type ProfileName, profiles } from '../profiles.ts';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import {
  enterpriseUrn,
  groupUrn,
  patchOf,
  startService,
  userUrn,
} from '../test-support/service.ts';

const work = { value: 'anna@acme.com', type: 'work', primary: true };
const home = { value: 'anna@home.example', type: 'home' };

async function startWith(endpoint: string, body: object, profile: ProfileName = 'rfc') {
  const service = startService({ profile });
  const made = await service.send('POST', endpoint, body);
  const { id } = made.body as { readonly id: string };
  const path = `${endpoint}/${id}`;
  service.used.clear();
  const patch = async (...operations: readonly unknown[]) => {
    const reply = await service.send('PATCH', path, patchOf(...operations));
    return { ...reply, body: reply.body as Record<string, unknown> };
  };
  const get = async () => (await service.send('GET', path)).body as Record<string, unknown>;
  return { ...service, path, patch, get };
}

const startWithAnna = (profile?: ProfileName, more: object = {}) =>
  startWith(
    '/Users',
    {
      schemas: [userUrn, enterpriseUrn],
      userName: 'anna',
      name: { givenName: 'Anna', familyName: 'Berg' },
      emails: [work, home],
      [enterpriseUrn]: { department: 'Platform', manager: { value: 'm-1' } },
      ...more,
    },
    profile,
  );
const startWithDevice = (profile?: ProfileName) =>
  startWith(
    '/Devices',
    {
      schemas: [deviceUrn],
      serial: 'S1',
      state: 'in use',
      tags: ['red'],
      disks: [{ slot: 'a', size: 1, labels: ['x'] }, { slot: 'b' }],
      [warrantyUrn]: { until: '2027-01-01T00:00:00Z', by: 'Acme' },
    },
    profile,
  );

describe('RFC 7644 section 3.5.2.1: add', () => {
  it('the examples of the section lean on nothing', async () => {
    const { patch, used } = await startWithAnna('rfc', { emails: [] });
    const added = await patch(
      { op: 'add', path: 'emails', value: [{ value: 'babs@jensen.org', type: 'home' }] },
      { op: 'add', path: 'nickName', value: 'Babs' },
    );
    expect(added.body).toMatchObject({
      nickName: 'Babs',
      emails: [{ value: 'babs@jensen.org', type: 'home' }],
    });
    expect([...used]).toEqual([]);
  });

  it('merges into a complex attribute and keeps what it does not name', async () => {
    const { patch, used } = await startWithAnna();
    const { body } = await patch({ op: 'add', path: 'name', value: { middleName: 'B' } });
    expect(body.name).toEqual({ givenName: 'Anna', familyName: 'Berg', middleName: 'B' });
    expect([...used]).toEqual([]);
  });

  it.each([
    { op: 'add', path: 'emails', value: [work] },
    { op: 'add', path: 'emails', value: [{ value: 'ANNA@ACME.COM', type: 'Work' }] },
    { op: 'add', path: 'userName', value: 'anna' },
    { op: 'add', path: 'name', value: { givenName: 'Anna' } },
    { op: 'add', path: 'emails[type eq "work"].value', value: 'anna@acme.com' },
    { op: 'add', path: `${enterpriseUrn}:department`, value: 'Platform' },
    { op: 'add', path: enterpriseUrn, value: { manager: { value: 'm-1' } } },
    { op: 'add', value: { name: { familyName: 'Berg' } } },
    { op: 'replace', path: 'emails', value: [work, home] },
    { op: 'replace', path: 'emails[type eq "work"].primary', value: true },
    { op: 'remove', path: 'title' },
    { op: 'remove', path: 'emails[type eq "other"]' },
    { op: 'remove', path: 'urn:ietf:params:scim:schemas:core:2.0:User:nickName' },
  ])('what is there already is no change and no version: %j', async (operation) => {
    const { patch, get } = await startWithAnna();
    const before = await get();
    const reply = await patch(operation);
    expect([reply.status, reply.body]).toEqual([200, before]);
    expect(reply.headers.get('etag')).toBe('W/"1"');
  });

  it('changes that undo each other are no change', async () => {
    const { patch } = await startWithAnna();
    const title = { path: 'title', value: 'Dr' };
    const { headers } = await patch({ op: 'add', ...title }, { op: 'remove', path: 'title' });
    expect(headers.get('etag')).toBe('W/"1"');
  });

  it('values of a simple multi-valued attribute, each once', async () => {
    const { patch } = await startWithDevice();
    const { body } = await patch(
      { op: 'add', path: 'tags', value: ['Red', 'blue'] },
      { op: 'add', path: 'tags', value: 'green' },
      { op: 'add', path: 'disks[slot eq "a"].labels', value: ['y'] },
    );
    expect(body).toMatchObject({
      tags: ['red', 'blue', 'green'],
      disks: [{ slot: 'a', labels: ['x', 'y'] }, { slot: 'b' }],
    });
  });

  it('a value without what it requires is 400, also within an extension', async () => {
    const { patch } = await startWithDevice('lenient');
    for (const operation of [
      { op: 'add', path: 'disks', value: [{ size: 1 }] },
      { op: 'add', path: 'disks[size eq 7].healthy', value: true },
      { op: 'replace', path: 'disks[slot eq "a"].slot', value: null },
      { op: 'replace', path: `${warrantyUrn}:until`, value: null },
    ]) {
      expect((await patch(operation)).body, operation.path).toMatchObject({
        scimType: 'invalidValue',
      });
    }
  });
});

describe('RFC 7644 section 3.5.2.2: remove', () => {
  it.each<[string, object]>([
    ['nothing named', { op: 'remove' }],
    ['an empty path', { op: 'remove', path: '' }],
  ])('of %s is 400 noTarget', async (_, operation) => {
    const { patch } = await startWithAnna('lenient');
    expect((await patch(operation)).body).toMatchObject({ status: '400', scimType: 'noTarget' });
  });

  it.each([
    ['/Users', 'userName'],
    ['/Users', 'id'],
    ['/Users', 'meta'],
    ['/Users', 'groups'],
    ['/Users', 'password'],
    ['/Devices', 'serial'],
    ['/Devices', 'seen'],
    ['/Devices', warrantyUrn],
    ['/Devices', `${warrantyUrn}:until`],
    ['/Devices', 'disks[slot eq "a"].slot'],
  ])(
    'of what is required, read-only, immutable or only written is 400: %s %s',
    async (at, path) => {
      const { patch, get } = await (at === '/Users' ? startWithAnna() : startWithDevice());
      const before = await get();
      expect((await patch({ op: 'remove', path })).body).toMatchObject({ scimType: 'mutability' });
      expect(await get()).toEqual(before);
    },
  );

  it('of a value path, of a part of it, of all', async () => {
    const { patch } = await startWithAnna();
    const first = await patch({ op: 'remove', path: 'emails[type eq "work"].primary' });
    expect(first.body.emails).toEqual([{ value: 'anna@acme.com', type: 'work' }, home]);
    const second = await patch({ op: 'remove', path: 'emails[value ew ".com"]' });
    expect(second.body.emails).toEqual([home]);
    const third = await patch({ op: 'remove', path: 'emails' });
    expect(third.body).not.toHaveProperty('emails');
  });

  it('of the last attribute of an extension takes it out of schemas', async () => {
    const { patch } = await startWithAnna();
    const { body } = await patch(
      { op: 'remove', path: `${enterpriseUrn}:department` },
      { op: 'remove', path: `${enterpriseUrn}:manager.value` },
    );
    expect(body.schemas).toEqual([userUrn]);
  });
});

describe('RFC 7644 section 3.5.2.3: replace', () => {
  it('of a whole attribute, a part, a chosen value, a part of it', async () => {
    const { patch, used } = await startWithAnna();
    const { body } = await patch(
      { op: 'replace', path: 'name.givenName', value: 'Ann' },
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'h@x.io' },
      { op: 'replace', path: 'title', value: 'Dr' },
      { op: 'replace', path: `${enterpriseUrn}:manager.value`, value: 'm-2' },
    );
    expect(body).toMatchObject({
      name: { givenName: 'Ann', familyName: 'Berg' },
      emails: [work, { value: 'h@x.io', type: 'home' }],
      title: 'Dr',
      [enterpriseUrn]: { manager: { value: 'm-2' } },
    });
    expect([...used]).toEqual([]);
  });

  it('without a filter, a sub-attribute of every value', async () => {
    const { patch } = await startWithAnna();
    const { body } = await patch({ op: 'replace', path: 'emails.display', value: 'E' });
    expect(body.emails).toEqual([
      { ...work, display: 'E' },
      { ...home, display: 'E' },
    ]);
  });

  it('of a chosen value: whole by the RFC, merged where the profile is lenient', async () => {
    const operation = {
      op: 'replace',
      path: 'emails[type eq "work"]',
      value: { value: 'w@x.io', type: 'work' },
    };
    const rfc = await startWithAnna('rfc');
    expect((await rfc.patch(operation)).body.emails).toEqual([operation.value, home]);
    expect([...rfc.used]).toEqual(['valuePathWithoutSubAttribute']);
    const lenient = await startWithAnna('lenient');
    expect((await lenient.patch(operation)).body.emails).toEqual([
      { ...work, value: 'w@x.io' },
      home,
    ]);
    expect([...lenient.used].sort()).toEqual(['valuePathReplace', 'valuePathWithoutSubAttribute']);
    const interop = await startWithAnna('interop');
    expect((await interop.patch(operation)).body).toMatchObject({ scimType: 'invalidPath' });
  });

  it('that matches nothing is 400 noTarget', async () => {
    const { patch } = await startWithAnna();
    const path = 'emails[type eq "other"].value';
    expect((await patch({ op: 'replace', path, value: 'x' })).body).toMatchObject({
      scimType: 'noTarget',
    });
  });

  it('of what is immutable only with the same value', async () => {
    const { patch } = await startWithDevice();
    expect((await patch({ op: 'replace', path: 'serial', value: 'S1' })).status).toBe(200);
    expect((await patch({ op: 'replace', path: 'serial', value: 'S2' })).body).toMatchObject({
      scimType: 'mutability',
    });
  });

  it('the primary moves to the value that is made primary, whatever way it is made', async () => {
    for (const operation of [
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      { op: 'add', path: 'emails', value: [{ ...home, primary: true }] },
      { op: 'add', path: 'emails[type eq "home"]', value: { primary: true } },
    ]) {
      const { patch } = await startWithAnna();
      expect((await patch(operation)).body.emails).toEqual([
        { ...work, primary: false },
        { ...home, primary: true },
      ]);
    }
  });
});

describe('RFC 7644 section 3.5.2: the request as a whole', () => {
  it('is done or not done: an error after good operations changes nothing', async () => {
    const { patch, get } = await startWithAnna('lenient');
    const before = await get();
    for (const bad of [
      { op: 'replace', path: 'active', value: 'perhaps' },
      { op: 'remove', path: 'userName' },
      { op: 'add', path: 'shoeSize', value: 43 },
      { op: 'add', path: 'emails[', value: 'x' },
    ]) {
      const reply = await patch({ op: 'add', path: 'title', value: 'Dr' }, bad);
      expect(reply.status).toBe(400);
      expect(reply.body.detail).toMatch(/^Operations\[1\]: /);
      expect(await get()).toEqual(before);
    }
  });

  it('a taken name is 409 and changes nothing (section 3.12)', async () => {
    const { send, patch, get } = await startWithAnna();
    await send('POST', '/Users', { schemas: [userUrn], userName: 'ben' });
    const before = await get();
    const reply = await patch(
      { op: 'add', path: 'title', value: 'Dr' },
      { op: 'replace', path: 'userName', value: 'BEN' },
    );
    expect(reply.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    expect(await get()).toEqual(before);
  });

  it('attributes chosen by the request are answered with 200', async () => {
    const { send, path } = await startWithAnna();
    const body = patchOf({ op: 'add', path: 'title', value: 'Dr' });
    const reply = await send('PATCH', `${path}?attributes=title`, body);
    expect([reply.status, reply.body]).toEqual([
      200,
      { schemas: [userUrn], id: 'user-1', title: 'Dr' },
    ]);
  });

  it.each([
    ['200', 200, 200],
    ['204', 204, 204],
    ['auto', 200, 204],
  ] as const)('a profile may answer always with %s', async (patchResponse, user, group) => {
    const connection = {
      organization: 'acme',
      profile: { ...profiles.rfc, patchResponse },
      scopes: new Set(['read', 'write'] as const),
    };
    const { send } = startService({ authenticate: async () => connection });
    await send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
    await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G' });
    const body = patchOf({ op: 'add', path: 'externalId', value: 'e' });
    expect((await send('PATCH', '/Users/user-1', body)).status).toBe(user);
    expect((await send('PATCH', '/Groups/group-2', body)).status).toBe(group);
  });

  it('a body that is no PatchOp is 400', async () => {
    const { send, path } = await startWithAnna();
    const operation = { op: 'add', path: 'title', value: 'Dr' };
    for (const body of [
      [],
      {},
      { Operations: [operation] },
      { schemas: [userUrn], Operations: [operation] },
      { ...patchOf(), Operations: operation },
      { ...patchOf(operation), operations: [operation] },
      patchOf(),
      patchOf('add'),
      patchOf({ ...operation, OP: 'remove' }),
      patchOf({ ...operation, path: ['title'] }),
    ]) {
      expect((await send('PATCH', path, body)).status, JSON.stringify(body)).toBe(400);
    }
  });
});
