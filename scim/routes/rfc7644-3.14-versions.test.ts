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

  it('a 304 has no body but the version', async () => {
    const { send } = await startWithAnna();
    const get = { 'if-none-match': 'W/"1"' };
    const reply = await send('GET', '/Users/user-1?attributes=userName', undefined, get);
    expect([reply.status, reply.body]).toEqual([304, undefined]);
    expect(reply.headers.get('etag')).toBe('W/"1"');
    expect(reply.headers.get('content-type')).toBeNull();
  });

  it('HEAD has the headers of GET', async () => {
    const { app } = await startWithAnna();
    const ask = (headers: Record<string, string>) =>
      app.request('/Users/user-1', {
        method: 'HEAD',
        headers: { authorization: 'Bearer acme', ...headers },
      });
    const reply = await ask({});
    expect([reply.status, reply.headers.get('etag'), await reply.text()]).toEqual([
      200,
      'W/"1"',
      '',
    ]);
    expect((await ask({ 'if-none-match': 'W/"1"' })).status).toBe(304);
  });

  it('If-None-Match on a write is 412 while the version stands (RFC 9110 section 13.1.2)', async () => {
    const { send, retitle } = await startWithAnna();
    const body = { schemas: [userUrn], userName: 'anna' };
    for (const tag of ['*', 'W/"1"']) {
      const unless = { 'if-none-match': tag };
      expect((await retitle('Dr', unless)).status).toBe(412);
      expect((await send('PUT', '/Users/user-1', body, unless)).status).toBe(412);
      expect((await send('DELETE', '/Users/user-1', undefined, unless)).status).toBe(412);
    }
    expect((await retitle('Dr', { 'if-none-match': 'W/"9"' })).status).toBe(200);
  });

  it('a strong tag, quotes left out and a list all name the version', async () => {
    const { retitle } = await startWithAnna();
    for (const [index, tag] of ['"1"', '2', 'W/"x", W/"3"', 'w/"4"'].entries()) {
      const reply = await retitle(`${index}`, { 'if-match': tag });
      expect([tag, reply.status]).toEqual([tag, 200]);
    }
    expect((await retitle('x', { 'if-match': '' })).status).toBe(412);
  });

  it('lists and discovery have none; each resource in a list has its own', async () => {
    const { send } = await startWithAnna();
    for (const path of ['/Users', '/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
      expect((await send('GET', path)).headers.get('etag'), path).toBeNull();
    }
    expect((await send('GET', '/Users')).body).toMatchObject({
      Resources: [{ meta: { version: 'W/"1"' } }],
    });
  });

  it('header and meta.version agree on every answer', async () => {
    const { send, retitle } = await startWithAnna();
    const body = { schemas: [userUrn], userName: 'ann' };
    for (const reply of [
      await send('GET', '/Users/user-1'),
      await retitle('Dr', {}),
      await send('PUT', '/Users/user-1', body),
      await send('POST', '/Users', { ...body, userName: 'ben' }),
    ]) {
      expect(reply.body).toMatchObject({ meta: { version: reply.headers.get('etag') } });
    }
  });
});
