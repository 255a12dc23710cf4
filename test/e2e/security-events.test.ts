import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, patchOf, scimClient } from '../support/scim-client.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

// What receivers of security events are told of an identity provider's writes, by the whole service: two
// nodes where the database can have two.

const publicUrl = 'https://roster.example';
const audience = 'https://receiver.example';
const nodes: RunningRoster[] = [];
let database: TestDatabase;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  database = await createTestDatabase();
  const settings = {
    ROSTER_WEBHOOK_ALLOW_PRIVATE: 'true',
    ROSTER_PUBLIC_URL: publicUrl,
    ROSTER_SECRET_KEY: Buffer.alloc(32, 5).toString('base64'),
    ...(database.url === undefined ? {} : { ROSTER_DATABASE_URL: database.url }),
  };
  nodes.push(await startRoster(settings));
  if (inject('postgresUrl')) nodes.push(await startRoster(settings));
}, 120_000);
afterAll(async () => {
  for (const node of nodes) await node.dispose();
  await receiver?.stop();
  await database?.drop();
});

const first = () => nodes[0] as RunningRoster;
const last = () => nodes.at(-1) as RunningRoster;
const api = async (node: RunningRoster, method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${node.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${firstRun.apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, string>;
};
const poll = async (node: RunningRoster, path: string, secret: string, body: unknown) => {
  const answer = await fetch(`${node.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { sets: Record<string, string>; moreAvailable: boolean };
};
const verified = async (token: string): Promise<JWTPayload> => {
  const keys = createRemoteJWKSet(new URL(`${first().url}/.well-known/jwks.json`));
  const issuer = `${publicUrl}/scim/v2`;
  return (await jwtVerify(token, keys, { issuer, audience, typ: 'secevent+jwt' })).payload;
};
const told = (claims: JWTPayload) => {
  const events = Object.keys(claims.events as object).map((uri) => uri.split(':prov:')[1]);
  return `${events.join('+')} ${(claims.sub_id as { uri: string }).uri}`;
};

test('what is provisioned at one node is fetched from another and pushed once; a restart loses nothing', async () => {
  const made = await api(first(), 'POST', '/event-streams', { method: 'poll', audience });
  const { id: stream, secret = '', url = '' } = made;
  expect(url).toBe(`${publicUrl}/scim/events/${stream}`);
  const path = new URL(url).pathname;
  await api(last(), 'POST', '/event-streams', {
    method: 'push',
    url: `${receiver.url}/events`,
    audience,
  });
  const scim = scimClient(first().url);
  const config = (await scim('GET', '/ServiceProviderConfig')).body;
  expect(config.securityEvents).toMatchObject({
    asyncRequest: 'none',
    eventUris: expect.arrayContaining(['urn:ietf:params:scim:event:prov:deactivate']),
  });

  const waiting = poll(last(), path, secret, {});
  const created = await scim('POST', '/Users', entraUser('anna'));
  const { id } = created.body;
  const { sets } = await waiting;
  const [claims] = await Promise.all(Object.values(sets).map(verified));
  expect(told(claims ?? {})).toBe(`create:notice /Users/${id}`);
  expect(claims?.txn).toBe(created.headers.get('x-request-id'));

  expect(await (await fetch(`${first().url}/metrics`)).text()).toMatch(
    /^roster_security_events_waiting [12]$/m,
  );
  const ack = Object.keys(sets);
  expect(await poll(last(), path, secret, { ack, returnImmediately: true })).toEqual({
    sets: {},
    moreAvailable: false,
  });
  // A poll that waits keeps nobody from stopping.
  const open = poll(last(), path, secret, {}).catch(() => undefined);
  const stopping = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await last().end()).toBe(0);
  expect(performance.now() - stopping).toBeLessThan(4000);
  await open;
  const restarted = await last().restart();
  nodes[nodes.length - 1] = restarted;

  const disable = patchOf({ op: 'Replace', path: 'active', value: false });
  const again = scimClient(last().url);
  await Promise.all(
    Array.from({ length: 10 }, (_, one) =>
      (one % 2 === 0 ? scimClient(first().url) : again)('POST', '/Users', entraUser(`ben${one}`)),
    ),
  );
  await again('PATCH', `/Users/${id}`, disable);
  const all = async () => {
    const { sets: now } = await poll(first(), path, secret, { returnImmediately: true });
    return (await Promise.all(Object.values(now).map(verified))).map(told);
  };
  await expect.poll(async () => (await all()).length, { timeout: 10_000 }).toBe(11);
  expect((await all()).at(-1)).toBe(`patch:notice+deactivate /Users/${id}`);
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(12);
  const pushes = await Promise.all(receiver.received.map(({ body }) => verified(body)));
  expect(new Set(pushes.map(({ jti }) => jti)).size).toBe(12);
  expect(pushes.map(told).slice(1)).toEqual(await all());
  for (const node of nodes) expect(node.log()).not.toContain(secret);
}, 90_000);

test.runIf(inject('postgresUrl'))(
  'a node that is killed while it pushes leaves nothing undone',
  async () => {
    receiver.received.length = 0;
    receiver.state.answer = (response) => void setTimeout(() => response.writeHead(202).end(), 50);
    const scim = scimClient(first().url);
    const made: string[] = [];
    for (let one = 0; one < 20; one++) {
      made.push((await scim('POST', '/Users', entraUser(`cleo${one}`))).body.id);
      if (one === 10) await last().end('SIGKILL');
    }
    const users = async () => {
      const claims = await Promise.all(receiver.received.map(({ body }) => verified(body)));
      return [...new Set(claims.map(told))].toSorted();
    };
    // What the dead one was at is taken up when its lease ends.
    const expected = made.map((id) => `create:notice /Users/${id}`).toSorted();
    await expect.poll(users, { timeout: 90_000, interval: 500 }).toEqual(expected);
  },
  120_000,
);
