import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../test-support/memory-storage.ts';
import { startService } from '../test-support/service.ts';

describe('RFC 7644 section 3.12: errors', () => {
  it.each([
    ['GET', '/Unknown', 404],
    ['GET', '/Users/1/emails', 404],
    ['GET', '/Users//emails', 404],
    ['DELETE', '/Users/', 405],
    ['GET', '/acme/Unknown', 404],
    ['GET', '/Users/%00', 404],
    ['GET', `/Users/${'x'.repeat(300)}`, 404],
    ['GET', '/Users/%E0%A4%A', 404],
    ['DELETE', '/Users', 405],
    ['POST', '/Users/1', 405],
    ['PUT', '/Schemas', 405],
    ['GET', '/.search', 405],
    ['GET', '/Bulk', 405],
  ])('edge case 38: %s %s is %i with a SCIM error', async (method, path, status) => {
    const { send, errors } = startService();
    const reply = await send(method, path);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([
      status,
      'application/scim+json',
    ]);
    expect(reply.body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      detail: expect.any(String),
    });
    expect(errors).toEqual([]);
  });

  it('names the methods that a path has', async () => {
    const { send } = startService();
    expect((await send('DELETE', '/Users')).headers.get('allow')).toBe('GET, POST');
  });

  it('an unexpected failure is 500, tells nothing, and is reported', async () => {
    const broken = new MemoryStorage();
    const failure = new Error('connection to 10.0.0.7 refused');
    broken.list = async () => {
      throw failure;
    };
    const { send, errors } = startService({ storage: broken });
    const reply = await send('GET', '/Users');
    expect(reply.status).toBe(500);
    expect(JSON.stringify(reply.body)).not.toContain('10.0.0.7');
    expect(errors).toEqual([failure]);
  });

  it('HEAD answers as GET without a body', async () => {
    const { app } = startService();
    const headers = { authorization: 'Bearer acme' };
    const reply = await app.request('/Users', { method: 'HEAD', headers });
    expect([reply.status, await reply.text()]).toEqual([200, '']);
  });
});
