import { describe, expect, it } from 'vitest';
import { groupUrn, patchOf, startService, userUrn } from '../test-support/service.ts';

async function startWithAnna() {
  const service = startService();
  await service.send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
  const retitle = (title: string, headers: Record<string, string>) =>
    service.send(
      'PATCH',
      '/Users/user-1',
      patchOf({ op: 'replace', path: 'title', value: title }),
      headers,
    );
  return { ...service, retitle };
}

describe('RFC 7644 section 3.14: versions', () => {
  it('edge case 37: If-None-Match with the version is 304', async () => {
    const { send, retitle } = await startWithAnna();
    const get = (tag: string) => send('GET', '/Users/user-1', undefined, { 'if-none-match': tag });
    expect((await get('W/"1"')).status).toBe(304);
    expect((await get('"x", W/"1"')).status).toBe(304);
    expect((await get('*')).status).toBe(304);
    await retitle('Dr', {});
    expect((await get('W/"1"')).status).toBe(200);
  });

  it('If-Match with another version is 412 and changes nothing', async () => {
    const { send, retitle } = await startWithAnna();
    expect((await retitle('Dr', { 'if-match': 'W/"1"' })).status).toBe(200);
    const stale = { 'if-match': 'W/"1"' };
    expect((await retitle('Prof', stale)).body).toMatchObject({ status: '412' });
    const body = { schemas: [userUrn], userName: 'anna' };
    expect((await send('PUT', '/Users/user-1', body, stale)).status).toBe(412);
    expect((await send('DELETE', '/Users/user-1', undefined, stale)).status).toBe(412);
    expect((await send('GET', '/Users/user-1')).body).toMatchObject({
      title: 'Dr',
      meta: { version: 'W/"2"' },
    });
    const current = { 'if-match': '*' };
    expect((await send('DELETE', '/Users/user-1', undefined, current)).status).toBe(204);
  });

  it('of two workers with the same version one wins', async () => {
    const { retitle } = await startWithAnna();
    const replies = await Promise.all(
      ['a', 'b', 'c'].map((title) => retitle(title, { 'if-match': 'W/"1"' })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  it("a group's version follows its members", async () => {
    const { send } = startService();
    await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G' });
    const add = patchOf({ op: 'add', path: 'members', value: [{ value: 'u-1' }] });
    const reply = await send('PATCH', '/Groups/group-1', add);
    expect(reply.headers.get('etag')).toBe('W/"2"');
  });
});
