import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { listed, patchOf, startService, userUrn } from '../test-support/service.ts';

const user = { schemas: [userUrn], userName: 'anna' };

describe('a base URL that ends in a slash', () => {
  it('finds what is there, with body, query and method', async () => {
    const { send, errors } = startService();
    expect((await send('POST', '//Users', user)).status).toBe(201);
    for (const path of ['//Users', '/Users/', '/acme//Users/', '//acme/Users']) {
      const reply = await send('GET', `${path}?filter=userName eq "anna"&attributes=userName`);
      expect(listed(reply, 'userName'), path).toEqual(['anna']);
      expect((await send('GET', `${path}?count=0`)).body).toMatchObject({ Resources: [] });
    }
    const retitle = patchOf({ op: 'add', path: 'title', value: 'Dr' });
    expect((await send('PATCH', '//Users//user-1/', retitle)).body).toMatchObject({ title: 'Dr' });
    expect((await send('GET', '//ServiceProviderConfig')).status).toBe(200);
    expect((await send('DELETE', '//Users/user-1')).status).toBe(204);
    expect(errors).toEqual([]);
  });

  it('wherever the service is mounted', async () => {
    const { app } = startService();
    const wrapped = new Hono().route('/', app);
    for (const host of [new Hono().route('/scim/v2', app), new Hono().route('/scim/v2', wrapped)]) {
      for (const path of ['/scim/v2/', '/scim/v2//', '/scim/v2//Users', '/scim/v2/acme//Users/']) {
        const reply = await host.request(path, { headers: { authorization: 'Bearer acme' } });
        expect(reply.status, path).toBe(200);
      }
    }
  });

  it('opens nothing: no token, another organization, and what is not there stay as they are', async () => {
    const { send } = startService();
    expect((await send('GET', '//Users', undefined, { authorization: '' })).status).toBe(401);
    expect((await send('GET', '//globex//Users')).status).toBe(404);
    expect((await send('GET', '//globex.example/Users')).status).toBe(404);
    expect((await send('GET', '//Nothing/')).status).toBe(404);
    expect((await send('GET', '/Users/user-1//emails')).status).toBe(404);
  });
});
