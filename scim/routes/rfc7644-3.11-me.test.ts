import { describe, expect, it } from 'vitest';
import { base, startService, userUrn } from '../test-support/service.ts';

describe('RFC 7644 section 3.11: /Me', () => {
  it('answers for the resource that the connection stands for', async () => {
    const { send, storage } = startService();
    await send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
    storage.myself = { type: 'User', id: 'user-1' };
    const reply = await send('GET', '/Me');
    expect([reply.status, reply.body]).toMatchObject([200, { userName: 'anna' }]);
    expect(reply.headers.get('location')).toBe(`${base}/Users/user-1`);
  });

  it('is 404 for a connection that stands for nobody', async () => {
    const { send } = startService();
    expect((await send('GET', '/Me')).status).toBe(404);
  });
});
