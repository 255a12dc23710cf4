import { describe, expect, it } from 'vitest';
import { ScimError } from '../error.ts';
import { startService, userUrn } from '../test-support/service.ts';

describe('RFC 7644 section 2: authentication', () => {
  it.each([
    ['GET', '/Users'],
    ['GET', '/Users/1'],
    ['POST', '/Users'],
    ['PUT', '/Groups/1'],
    ['PATCH', '/Groups/1'],
    ['DELETE', '/Users/1'],
    ['POST', '/.search'],
    ['POST', '/Bulk'],
    ['GET', '/Me'],
    ['GET', '/ServiceProviderConfig'],
    ['GET', '/Schemas'],
    ['GET', '/ResourceTypes'],
    ['GET', '/nothing/here/at/all'],
    ['GET', '/acme/Users'],
  ])('%s %s without a token is 401 and tells nothing', async (method, path) => {
    const { send } = startService();
    for (const authorization of ['', 'Bearer', 'Bearer wrong', 'Basic acme']) {
      const reply = await send(method, path, undefined, { authorization });
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(reply.body).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '401',
        detail: 'A valid bearer token is needed',
      });
    }
  });

  it('a connection that may only read writes nothing', async () => {
    const { send, storage } = startService();
    const reader = { authorization: 'Bearer reader' };
    const user = { schemas: [userUrn], userName: 'anna' };
    expect((await send('GET', '/Users', undefined, reader)).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/Users'],
      ['PUT', '/Users/1'],
      ['PATCH', '/Users/1'],
      ['DELETE', '/Users/1'],
      ['POST', '/Bulk'],
    ] as const) {
      expect((await send(method, path, user, reader)).status, path).toBe(403);
    }
    expect(storage.rows.size).toBe(0);
  });

  it('passes on what authenticate refuses, as too many requests', async () => {
    const { send } = startService({
      authenticate: async () => {
        throw new ScimError(429, 'Too many requests', { headers: { 'Retry-After': '7' } });
      },
    });
    const reply = await send('GET', '/Users');
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '7']);
    expect(reply.body).toMatchObject({ status: '429' });
  });
});
