import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../../test/support/admin-api.ts';
import { createApiKey } from '../directory/index.ts';

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
const hook = { url: 'https://product.example/events?token=abc', events: ['member.*'] };
const make = async (more = {}) => bodyOf(ask('POST', '/webhooks', { ...hook, ...more }));

test('the secret is told when it is made and when it is rotated, and never again', async () => {
  const made = await ask('POST', '/webhooks', { ...hook, description: 'Shop' });
  expect(made.status).toBe(201);
  const { secret, ...webhook } = await bodyOf(made);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(webhook).toMatchObject({
    ...hook,
    description: 'Shop',
    enabled: true,
    previousSecretUntil: null,
    createdBy: 'First run',
    version: 1,
  });
  const list = await (await ask('GET', '/webhooks')).text();
  expect(JSON.parse(list).webhooks).toContainEqual(webhook);
  expect(list).not.toContain('whsec_');
  const rotated = await bodyOf(ask('POST', `/webhooks/${webhook.id}/rotate`));
  expect(rotated.secret).not.toBe(secret);
  expect(Date.parse(rotated.previousSecretUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
  const audit = await (await ask('GET', '/audit')).text();
  expect(audit).toContain('webhook.rotated');
  expect(audit).not.toContain('whsec_');
  expect(audit).not.toContain('token=abc');
});

test.each([
  [{ url: 'http://product.example/' }],
  [{ url: 'https://127.0.0.1/' }],
  [{ url: 'https://[fd00::1]/' }],
  [{ url: 'https://a:b@product.example/' }],
  [{ url: 'nonsense' }],
  [{ events: [] }],
  [{ events: ['member.read'] }],
  [{ events: ['*'] }],
  [{ description: 'a\u0000b' }],
  [{ secret: 'whsec_mine' }],
])('a webhook with %j is refused', async (wrong) => {
  const answer = await ask('POST', '/webhooks', { ...hook, ...wrong });
  expect(answer.status).toBe(400);
  const { id } = await make();
  if (!('secret' in wrong)) {
    expect((await ask('PATCH', `/webhooks/${id}`, wrong)).status).toBe(400);
  }
  expect((await ask('DELETE', `/webhooks/${id}`)).status).toBe(204);
});

test('a change names the version that was read; nothing changed is no version', async () => {
  const { id } = await make();
  const path = `/webhooks/${id}`;
  const changed = await ask('PATCH', path, { events: ['department.*', 'member.removed'] });
  expect(changed.headers.get('etag')).toBe('"2"');
  expect(await bodyOf(ask('PATCH', path, { enabled: true }))).toMatchObject({ version: 2 });
  const late = await ask('PATCH', path, { enabled: false }, { 'if-match': '"1"' });
  expect(late.status).toBe(412);
  const url = await bodyOf(ask('PATCH', path, { url: `${hook.url}d` }, { 'if-match': '"2"' }));
  expect(url).toMatchObject({ version: 3, url: `${hook.url}d` });
  expect((await ask('DELETE', path, undefined, { 'if-match': '"2"' })).status).toBe(412);
});

test('the audit tells where a webhook goes, and nothing that lets its readers write there', async () => {
  const url = 'https://chat.example/services/T0/very-secret?key=hidden';
  const { id } = await make({ url });
  await ask('PATCH', `/webhooks/${id}`, { url: url.replace('secret', 'private') });
  const told = await (await ask('GET', `/audit/export?subjectId=${id}`)).text();
  expect(told).toContain('https://chat.example');
  expect(told).not.toMatch(/very-|hidden/);
});

test('deliveries are told page by page, newest first', async () => {
  const { id } = await make();
  const queued = [];
  for (let i = 0; i < 5; i++) queued.push((await bodyOf(ask('POST', `/webhooks/${id}/test`))).id);
  const told = [];
  for (let cursor = ''; ; ) {
    const page = await bodyOf(
      ask('GET', `/webhooks/${id}/deliveries?limit=2${cursor && `&cursor=${cursor}`}`),
    );
    told.push(...page.deliveries);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(told.map((delivery) => delivery.id)).toEqual(queued.reverse());
  expect(told[0]).toMatchObject({ event: 'webhook.test', state: 'queued', attempts: 0 });
  const list = `/webhooks/${id}/deliveries`;
  expect((await bodyOf(ask('GET', `${list}?state=delivered`))).deliveries).toEqual([]);
  expect((await ask('GET', `${list}?cursor=${id}`)).status).toBe(400);
  expect((await ask('GET', `${list}?limit=1000`)).status).toBe(400);
});

test('who reads webhooks sees no way to change them, and an organization has 20', async () => {
  const { secret } = await createApiKey(apiWorld.world.session(), {
    name: 'Reader',
    permissions: ['webhooks:read'],
  });
  expect((await apiWorld.withKey(secret, '/webhooks')).status).toBe(200);
  expect((await apiWorld.withKey(secret, '/webhooks', initOf('POST', hook))).status).toBe(403);
  let status = 201;
  for (let i = 0; i < 21 && status === 201; i++) {
    status = (await ask('POST', '/webhooks', hook)).status;
  }
  expect(status).toBe(409);
  expect((await bodyOf(ask('GET', '/webhooks'))).webhooks).toHaveLength(20);
});
