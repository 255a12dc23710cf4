import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';

let apiWorld: ApiWorld;
beforeAll(async () => {
  apiWorld = await openAdminApi({}, { allowPrivate: false });
});
afterAll(() => apiWorld.close());

const ask = (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const init = initOf(method, body);
  return apiWorld.withKey(apiWorld.world.made.apiKey, path, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), ...headers },
  });
};
const audience = 'https://receiver.example';
const polling = { method: 'poll', audience };
const pushing = { method: 'push', url: 'https://receiver.example/events?key=abc', audience };
const token = 'a-token-of-the-receiver';

test('the secret to poll with is told when it is made and when it is rotated, and never again', async () => {
  const made = await ask('POST', '/event-streams', { ...polling, description: 'Payroll' });
  expect(made.status).toBe(201);
  const { secret, ...stream } = await bodyOf(made);
  expect(secret).toMatch(/^rk_events_[\w-]{43}$/);
  expect(stream).toMatchObject({
    ...polling,
    url: `http://roster.example/scim/events/${stream.id}`,
    hasToken: false,
    description: 'Payroll',
    enabled: true,
    waiting: 0,
    lastError: null,
    createdBy: 'First run',
    version: 1,
  });
  expect(stream.events).toHaveLength(5);
  const list = await (await ask('GET', '/event-streams')).text();
  expect(JSON.parse(list).streams).toContainEqual(stream);
  expect(list).not.toContain('rk_events_');
  const rotated = await bodyOf(ask('POST', `/event-streams/${stream.id}/rotate`));
  expect(rotated).toMatchObject({ version: 2, secret: expect.stringMatching(/^rk_events_/) });
  expect(rotated.secret).not.toBe(secret);
});

test('the token to push with is never told; the audit tells that it changed', async () => {
  const { secret, ...stream } = await bodyOf(ask('POST', '/event-streams', { ...pushing, token }));
  expect(secret).toBeNull();
  expect(stream).toMatchObject({ url: pushing.url, hasToken: true });
  const path = `/event-streams/${stream.id}`;
  expect(await bodyOf(ask('PATCH', path, { token: null }))).toMatchObject({
    hasToken: false,
    version: 2,
  });
  expect((await ask('POST', `${path}/rotate`)).status).toBe(409);
  const audit = await (await ask('GET', '/audit')).text();
  expect(audit).toContain('event-stream.updated');
  expect(audit).toMatch(/"field":"token"/);
  expect(audit).not.toContain(token);
  expect(audit).not.toContain('key=abc');
});

test.each([
  [{ ...polling, url: 'https://receiver.example/' }],
  [{ ...polling, token }],
  [{ method: 'push', audience }],
  [{ ...pushing, url: 'http://receiver.example/' }],
  [{ ...pushing, url: 'https://10.0.0.1/' }],
  [{ ...pushing, token: 'a\r\nb' }],
  [{ ...pushing, token: '' }],
  [{ ...polling, audience: '' }],
  [{ ...polling, audience: 'a\u0000b' }],
  [{ ...polling, events: [] }],
  [{ ...polling, events: ['urn:ietf:params:scim:event:prov:create:full'] }],
  [{ ...polling, secret: 'mine' }],
])('%j is refused', async (input) => {
  const answer = await ask('POST', '/event-streams', input);
  expect([400, 422]).toContain(answer.status);
});

test('a stream is changed as it was read, and its delivery stays what it is', async () => {
  const { id } = await bodyOf(ask('POST', '/event-streams', polling));
  const path = `/event-streams/${id}`;
  const events = ['urn:ietf:params:scim:event:prov:delete'];
  const changed = await ask('PATCH', path, { events, audience: 'x' }, { 'if-match': '"1"' });
  expect(changed.headers.get('etag')).toBe('"2"');
  expect(await bodyOf(changed)).toMatchObject({ events, audience: 'x', version: 2 });
  expect((await ask('PATCH', path, { enabled: false }, { 'if-match': '"1"' })).status).toBe(412);
  expect(await bodyOf(ask('PATCH', path, { events }))).toMatchObject({ version: 2 });
  expect((await ask('PATCH', path, { method: 'push' })).status).toBe(400);
  expect((await ask('PATCH', path, { url: 'https://receiver.example' })).status).toBe(400);
  expect((await ask('DELETE', path)).status).toBe(204);
  expect((await ask('DELETE', path)).status).toBe(404);
});

test('an organization has twenty at the most', async () => {
  let status = 201;
  for (let one = 0; one < 21 && status === 201; one++) {
    status = (await ask('POST', '/event-streams', polling)).status;
  }
  expect(status).toBe(409);
  expect((await bodyOf(ask('GET', '/event-streams'))).streams).toHaveLength(20);
});
