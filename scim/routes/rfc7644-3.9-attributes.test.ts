import { describe, expect, it } from 'vitest';
import { userType } from '../schemas/core-user.ts';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import { enterpriseUrn, startService, userUrn } from '../test-support/service.ts';
import { searchUrn } from './query.ts';

async function startWithAnna() {
  const service = startService();
  await service.send('POST', '/Users', {
    schemas: [userUrn, enterpriseUrn],
    userName: 'anna',
    name: { givenName: 'Anna', familyName: 'Berg' },
    emails: [{ value: 'anna@acme.com', type: 'work' }],
    [enterpriseUrn]: { department: 'Platform', division: 'R&D' },
  });
  const keys = async (query: string) => {
    const { body } = await service.send('GET', `/Users/user-1?${query}`);
    return body as Record<string, unknown>;
  };
  return { ...service, keys };
}

const minimum = { schemas: [userUrn, enterpriseUrn], id: 'user-1' };

describe('RFC 7644 section 3.9: attributes', () => {
  it('edge case 18: attributes choose, beside what is always returned', async () => {
    const { keys } = await startWithAnna();
    expect(await keys('attributes=userName')).toEqual({
      schemas: [userUrn],
      id: 'user-1',
      userName: 'anna',
    });
    expect(await keys('attributes=name.GIVENNAME, emails.value')).toMatchObject({
      name: { givenName: 'Anna' },
      emails: [{ value: 'anna@acme.com' }],
    });
    expect(await keys(`attributes=${enterpriseUrn}:department`)).toEqual({
      ...minimum,
      [enterpriseUrn]: { department: 'Platform' },
    });
    expect(await keys(`attributes=${enterpriseUrn}`)).toEqual({
      ...minimum,
      [enterpriseUrn]: { department: 'Platform', division: 'R&D' },
    });
    expect(await keys(`attributes=${userUrn}:userName,nothing`)).toMatchObject({
      userName: 'anna',
    });
    expect(await keys('attributes=meta.version')).toMatchObject({ meta: { version: 'W/"1"' } });
  });

  it('excludedAttributes leave out, but not what is always returned', async () => {
    const { keys } = await startWithAnna();
    const shown = await keys(`excludedAttributes=id,schemas,meta,name.givenName,emails`);
    expect(shown).toMatchObject({ id: 'user-1', userName: 'anna', name: { familyName: 'Berg' } });
    expect(shown).not.toHaveProperty('meta');
    expect(shown).not.toHaveProperty('emails');
    expect(shown).not.toHaveProperty('name.givenName');
  });

  it('both at once are 400', async () => {
    const { send } = await startWithAnna();
    const reply = await send('GET', '/Users?attributes=userName&excludedAttributes=name');
    expect(reply.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
  });

  it('edge case 21: never, always and on request', async () => {
    const { send } = startService();
    await send('POST', '/Devices', {
      schemas: [deviceUrn],
      serial: 'S1',
      state: 'in use',
      notes: 'n',
      pin: '1234',
      [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
    });
    const plain = (await send('GET', '/Devices/device-1')).body;
    expect(plain).toMatchObject({ state: 'in use' });
    expect(plain).not.toHaveProperty('notes');
    const asked = (await send('GET', '/Devices/device-1?attributes=notes,pin')).body;
    expect(asked).toEqual({ schemas: [deviceUrn], id: 'device-1', state: 'in use', notes: 'n' });
    const without = (await send('GET', '/Devices/device-1?excludedAttributes=state')).body;
    expect(without).toMatchObject({ state: 'in use' });
  });

  it('edge case 19: they work on PUT, PATCH and searches too', async () => {
    const { send } = await startWithAnna();
    const expected = { ...minimum, schemas: [userUrn], userName: 'anna' };
    const body = { schemas: [userUrn], userName: 'anna', title: 'Dr' };
    const put = await send('PUT', '/Users/user-1?attributes=userName', body);
    expect([put.status, put.body]).toEqual([200, expected]);
    const operation = { op: 'replace', path: 'title', value: 'Prof' };
    const patched = await send('PATCH', '/Users/user-1?excludedAttributes=meta,title', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [operation],
    });
    expect([patched.status, patched.body]).toEqual([200, expected]);
    const search = { schemas: [searchUrn], excludedAttributes: ['meta', 'title'] };
    const found = await send('POST', '/Users/.search', { ...search, attributes: [] });
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [expected] });
    const both = await send('PATCH', '/Users/user-1?attributes=id&excludedAttributes=name', {});
    expect(both.status).toBe(400);
  });

  it('sub-attributes of multi-valued attributes and of extensions, chosen and left out', async () => {
    const { keys } = await startWithAnna();
    expect(await keys('attributes=emails.value')).toMatchObject({
      emails: [{ value: 'anna@acme.com' }],
    });
    expect((await keys('excludedAttributes=emails.value')).emails).toEqual([{ type: 'work' }]);
    expect((await keys(`excludedAttributes=${enterpriseUrn}:division`))[enterpriseUrn]).toEqual({
      department: 'Platform',
    });
    const without = await keys(`excludedAttributes=${enterpriseUrn}`);
    expect(without).not.toHaveProperty([enterpriseUrn]);
    expect(without.schemas).toEqual([userUrn]);
    expect((await keys('attributes=name,name.givenName')).name).toEqual({
      givenName: 'Anna',
      familyName: 'Berg',
    });
    expect(Object.keys(await keys('attributes='))).toContain('userName');
  });

  it('an attribute of an extension that is always returned is, whatever is chosen', async () => {
    const urn = 'urn:example:params:scim:schemas:extension:clearance:1.0:User';
    const attributes = [{ name: 'level', returned: 'always' as const }, { name: 'note' }];
    const schema = { id: urn, name: 'Clearance', attributes };
    const { send } = startService({
      resourceTypes: [{ ...userType, extensions: [{ schema, required: false }] }],
    });
    const given = { level: '3', note: 'n' };
    await send('POST', '/Users', { schemas: [userUrn], userName: 'anna', [urn]: given });
    const shown = async (query: string) =>
      ((await send('GET', `/Users/user-1${query}`)).body as Record<string, unknown>)[urn];
    expect(await shown('')).toEqual(given);
    expect(await shown('?attributes=userName')).toEqual({ level: '3' });
    expect(await shown(`?attributes=${urn}:note`)).toEqual(given);
    expect(await shown(`?excludedAttributes=${urn}`)).toEqual({ level: '3' });
    expect(await shown(`?excludedAttributes=${urn}:level`)).toEqual(given);
  });

  it('edge case 21: a password is in no answer, whatever is asked for', async () => {
    const { send, errors } = startService();
    const password = 'correct horse battery';
    const replies = [
      await send('POST', '/Users?attributes=password', { userName: 'anna', password }),
      await send('PUT', '/Users/user-1?attributes=password', { userName: 'anna', password }),
      await send('GET', '/Users?attributes=password'),
      await send('GET', `/Users?filter=password eq "${password}"`),
      await send('GET', '/Users?sortBy=password'),
      await send('POST', '/Users/.search', { filter: `password sw "c"`, attributes: ['password'] }),
      await send('POST', '/Users', { userName: 'anna', password }),
      await send('POST', '/Users', { userName: 'ben', password: { value: password } }),
      await send('POST', '/Bulk', {
        Operations: [
          { method: 'POST', bulkId: 'a', path: '/Users', data: { userName: 'carl', password } },
          { method: 'PUT', path: '/Users/nobody', data: { userName: 'carl', password } },
        ],
      }),
    ];
    expect(JSON.stringify(replies.map(({ body }) => body))).not.toContain('horse');
    expect(errors).toEqual([]);
  });
});
