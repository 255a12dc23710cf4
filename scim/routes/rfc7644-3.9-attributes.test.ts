import { describe, expect, it } from 'vitest';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import { enterpriseUrn, startService, userUrn } from '../test-support/service.ts';

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
});
