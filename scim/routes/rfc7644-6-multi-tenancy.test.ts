import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { base, groupUrn, patchOf, startService, userUrn } from '../test-support/service.ts';

const globex = { authorization: 'Bearer globex' };

describe('RFC 7644 section 6: organizations', () => {
  it('answers below the slug of the own organization, and locations stay there', async () => {
    const { send } = startService();
    const reply = await send('POST', '/acme/Users', { schemas: [userUrn], userName: 'anna' });
    expect(reply.headers.get('location')).toBe(`${base}/acme/Users/user-1`);
    expect(reply.body).toMatchObject({ meta: { location: `${base}/acme/Users/user-1` } });
    for (const path of [
      '/acme',
      '/acme/Users',
      '/acme/Users/user-1',
      '/acme/Schemas',
      '/acme/ServiceProviderConfig',
    ]) {
      expect((await send('GET', path)).status, path).toBe(200);
    }
  });

  it("another organization's slug is an address where nothing is", async () => {
    const { send } = startService();
    const unknown = await send('GET', '/nobody/at/all');
    for (const path of ['/globex/Users', '/globex/Users/user-1', '/globex', '/globex/Me']) {
      const reply = await send('GET', path);
      expect([reply.status, reply.body]).toEqual([404, unknown.body]);
    }
  });

  it("another organization's resource is one that never was, byte for byte", async () => {
    const { send, storage } = startService();
    await send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
    await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G' });
    const before = structuredClone([...storage.rows.values()]);
    const body = {
      PUT: { schemas: [userUrn], userName: 'mallory', displayName: 'M' },
      PATCH: patchOf({ op: 'replace', path: 'displayName', value: 'M' }),
      GET: undefined,
      DELETE: undefined,
    };
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
      for (const [type, id] of [
        ['Users', 'user-1'],
        ['Groups', 'group-2'],
      ] as const) {
        const foreign = await send(method, `/${type}/${id}`, body[method], globex);
        const absent = await send(
          method,
          `/${type}/${'x'.repeat(id.length)}`,
          body[method],
          globex,
        );
        expect(foreign.status).toBe(404);
        expect(JSON.stringify(foreign.body).replace(id, 'x'.repeat(id.length))).toBe(
          JSON.stringify(absent.body),
        );
      }
    }
    expect((await send('GET', '/Users', undefined, globex)).body).toMatchObject({
      totalResults: 0,
    });
    expect([...storage.rows.values()]).toEqual(before);
  });

  it('works where the host mounts it', async () => {
    const { app } = startService();
    const host = new Hono().route('/scim/v2', app);
    host.get('/else', (context) => context.text('else'));
    const headers = { authorization: 'Bearer acme' };
    for (const path of ['/scim/v2/Users', '/scim/v2/acme/Users', '/scim/v2', '/scim/v2/acme']) {
      expect((await host.request(path, { headers })).status, path).toBe(200);
    }
    const missing = await host.request('/scim/v2/nothing/here/at/all', { headers });
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/scim+json',
    ]);
    expect((await host.request('/scim/v2/Users')).status).toBe(401);
    expect(await (await host.request('/else')).text()).toBe('else');
  });
});
