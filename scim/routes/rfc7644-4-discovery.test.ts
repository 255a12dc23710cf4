import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import {
  base,
  enterpriseUrn,
  groupUrn,
  listed,
  startService,
  userUrn,
} from '../test-support/service.ts';

describe('RFC 7644 section 4: discovery', () => {
  it('says what the service can do', async () => {
    const { send } = startService();
    const { body } = await send('GET', '/ServiceProviderConfig');
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 5 * 1024 * 1024 },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: true },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index' },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
      meta: { location: `${base}/ServiceProviderConfig` },
    });
  });

  it('edge case 40: lists schemas and resource types, and gives each by its name', async () => {
    const { send } = startService();
    const schemas = await send('GET', '/Schemas?startIndex=5&count=1&sortBy=id');
    expect(listed(schemas, 'id')).toEqual([
      userUrn,
      enterpriseUrn,
      groupUrn,
      deviceUrn,
      warrantyUrn,
    ]);
    const types = await send('GET', '/ResourceTypes');
    expect(listed(types, 'name')).toEqual(['User', 'Group', 'Device']);
    expect((await send('GET', '/ResourceTypes/Device')).body).toMatchObject({
      id: 'Device',
      endpoint: '/Devices',
      schema: deviceUrn,
      schemaExtensions: [{ schema: warrantyUrn, required: true }],
      meta: { location: `${base}/ResourceTypes/Device` },
    });
    expect((await send('GET', `/Schemas/${enterpriseUrn}`)).body).toMatchObject({
      id: enterpriseUrn,
      name: 'EnterpriseUser',
    });
    expect((await send('GET', '/Schemas/urn:nothing')).status).toBe(404);
    expect((await send('GET', '/ResourceTypes/Nothing')).status).toBe(404);
  });

  it('publishes every characteristic of an attribute', async () => {
    const { send } = startService();
    const { body } = await send('GET', `/Schemas/${userUrn}`);
    const { attributes } = body as { attributes: readonly { name: string }[] };
    expect(attributes.find(({ name }) => name === 'userName')).toMatchObject({
      type: 'string',
      multiValued: false,
      required: true,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'server',
    });
    expect(attributes.find(({ name }) => name === 'password')).toMatchObject({
      mutability: 'writeOnly',
      returned: 'never',
    });
    const group = (await send('GET', `/Schemas/${groupUrn}`)).body;
    expect(group).toMatchObject({ attributes: [{ name: 'displayName', required: true }, {}] });
  });

  it.each([
    '/ServiceProviderConfig',
    '/Schemas',
    `/Schemas/${userUrn}`,
    '/ResourceTypes',
    '/ResourceTypes/User',
  ])('a filter at %s is 403', async (path) => {
    const { send } = startService();
    expect((await send('GET', `${path}?filter=id pr`)).status).toBe(403);
  });

  it('a connection of the interop profile hears that its draft is kept', async () => {
    const config = async (profile: ProfileName) =>
      (await startService({ profile }).send('GET', '/ServiceProviderConfig')).body;
    expect(await config('interop')).toMatchObject({ interopProfileConformant: true });
    expect(await config('lenient')).not.toHaveProperty('interopProfileConformant');
    expect(await config('rfc')).not.toHaveProperty('interopProfileConformant');
  });
});
