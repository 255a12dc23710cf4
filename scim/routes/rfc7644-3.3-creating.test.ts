import { describe, expect, it } from 'vitest';
import { userType } from '../schemas/core-user.ts';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import {
  base,
  enterpriseUrn,
  groupUrn,
  idOf,
  startService,
  userUrn,
} from '../test-support/service.ts';

const anna = {
  schemas: [userUrn, enterpriseUrn],
  userName: 'Anna@acme.com',
  externalId: '00u1',
  password: 'correct horse battery',
  emails: [{ value: 'anna@acme.com', type: 'work', primary: true }],
  [enterpriseUrn]: { department: 'Platform' },
};

describe('RFC 7644 section 3.3: creating resources', () => {
  it('edge case 33: 201 with Location, ETag and the resource', async () => {
    const { send } = startService();
    const reply = await send('POST', '/Users', anna);
    const location = `${base}/Users/user-1`;
    const { password: _, ...shown } = anna;
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe(location);
    expect(reply.headers.get('etag')).toBe('W/"1"');
    expect(reply.headers.get('content-type')).toBe('application/scim+json');
    expect(reply.body).toEqual({
      ...shown,
      id: 'user-1',
      meta: {
        resourceType: 'User',
        created: '2026-01-31T12:00:00.000Z',
        lastModified: '2026-01-31T12:00:00.000Z',
        version: 'W/"1"',
        location,
      },
    });
  });

  it('Okta, case 34: the body of an app integration; password never comes back', async () => {
    const { send } = startService();
    const reply = await send('POST', '/Users', {
      schemas: [userUrn],
      userName: 'user@x.io',
      name: { givenName: 'U', familyName: 'X' },
      emails: [{ primary: true, value: 'user@x.io', type: 'work' }],
      displayName: 'U X',
      locale: 'en-US',
      externalId: '00u1',
      groups: [],
      password: '1mz050nq',
      active: true,
    });
    expect(reply.status).toBe(201);
    expect(JSON.stringify(reply.body)).not.toContain('1mz050nq');
    const again = await send('GET', `/Users/${idOf(reply)}?attributes=password,userName`);
    expect(again.body).toEqual({ schemas: [userUrn], id: idOf(reply), userName: 'user@x.io' });
  });

  it('edge case 34: a taken userName is 409 uniqueness whatever its case', async () => {
    const { send, storage } = startService();
    await send('POST', '/Users', anna);
    const reply = await send('POST', '/Users', { ...anna, userName: 'ANNA@ACME.COM' });
    expect(reply.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    expect(storage.rows.size).toBe(1);
  });

  it('a group with its members, their URIs made from their ids', async () => {
    const { send } = startService();
    const user = idOf(await send('POST', '/Users', anna));
    const reply = await send('POST', '/Groups', {
      schemas: [groupUrn],
      displayName: 'Developers',
      members: [{ value: user, $ref: null, display: 'ignored' }],
    });
    expect(reply.body).toMatchObject({
      members: [{ value: user, type: 'User', $ref: `${base}/Users/${user}` }],
    });
  });

  it('erratum 5368: a group needs a displayName', async () => {
    const { send } = startService();
    const reply = await send('POST', '/Groups', { schemas: [groupUrn] });
    expect(reply.body).toMatchObject({
      status: '400',
      scimType: 'invalidValue',
      detail: 'The attribute displayName is required',
    });
  });

  it('a declared resource type works like any other', async () => {
    const { send } = startService();
    const device = {
      schemas: [deviceUrn, warrantyUrn],
      serial: 'S1',
      notes: 'shown on request only',
      [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
    };
    const reply = await send('POST', '/Devices', device);
    expect(reply.status).toBe(201);
    expect(reply.body).not.toHaveProperty('notes');
    const { body } = await send('GET', '/Devices?filter=serial eq "S1"&attributes=notes');
    expect(body).toMatchObject({ totalResults: 1, Resources: [{ notes: device.notes }] });
    const missing = await send('POST', '/Devices', { ...device, [warrantyUrn]: undefined });
    expect(missing.body).toMatchObject({ detail: `The attribute ${warrantyUrn} is required` });
  });

  it('section 3.9: attributes work on POST too', async () => {
    const { send } = startService();
    const reply = await send('POST', '/Users?attributes=userName', anna);
    expect(reply.body).toEqual({
      schemas: [userUrn],
      id: 'user-1',
      userName: anna.userName,
    });
  });

  it('a type that is only read takes no writes', async () => {
    const { send } = startService({ resourceTypes: [{ ...userType, writable: false }] });
    expect((await send('POST', '/Users', anna)).status).toBe(403);
    expect((await send('DELETE', '/Users/user-1')).status).toBe(403);
    expect((await send('GET', '/Users')).status).toBe(200);
  });
});
