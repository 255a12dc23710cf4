import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../test-support/memory-storage.ts';
import { base, patchOf, startService, userUrn } from '../test-support/service.ts';

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

  it('changes and removes that resource', async () => {
    const { send, storage } = startService();
    await send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
    storage.myself = { type: 'User', id: 'user-1' };
    const title = patchOf({ op: 'add', path: 'title', value: 'Dr' });
    expect((await send('PATCH', '/Me', title)).body).toMatchObject({ title: 'Dr' });
    const put = await send('PUT', '/Me', { schemas: [userUrn], userName: 'ann' });
    expect(put.body).toMatchObject({ id: 'user-1', userName: 'ann' });
    expect((await send('GET', '/Me?attributes=userName')).body).not.toHaveProperty('meta');
    expect((await send('DELETE', '/Me')).status).toBe(204);
    expect((await send('GET', '/Me')).status).toBe(404);
  });

  it('is 501 where the storage has no such thing', async () => {
    const storage = Object.assign(new MemoryStorage(), { me: undefined });
    const { send } = startService({ storage: storage as never });
    expect((await send('GET', '/Me')).body).toMatchObject({ status: '501' });
  });
});
