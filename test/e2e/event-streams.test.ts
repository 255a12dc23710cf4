import { Hono } from 'hono';
import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DeliveryWorker } from '../../server/delivery/worker.ts';
import {
  changeEventStream,
  changeGroup,
  createEventStream,
  createGroup,
  createMember,
  createOrganization,
  createSecretBox,
  deleteEventStream,
  disableMember,
  editMember,
  listEventStreams,
  removeMember,
  rotateEventStreamSecret,
  securityEventUris,
  systemSession,
} from '../../server/directory/index.ts';
import { type HttpListener, listenHttp } from '../../server/http/listener.ts';
import { securityEventTeller } from '../../server/provisioning/security-events.ts';
import { securityEventRoutes } from '../../server/security-events/poll.ts';
import { startSecurityEventSender } from '../../server/security-events/sender.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { openWorld, type World } from '../support/world.ts';

const issuer = 'https://roster.example/scim/v2';
const audience = 'https://receiver.example';
const policy = { allowPrivate: true };
const prefix = 'urn:ietf:params:scim:event:prov:';

let world: World;
let receiver: WebhookReceiver;
let http: HttpListener;
/** How far the directory's clock is ahead. */
let ahead = 0;
beforeAll(async () => {
  world = await openWorld({ now: () => new Date(Date.now() + ahead) });
  receiver = await startWebhookReceiver();
  http = await listenHttp({ host: '127.0.0.1', port: 0 }, () =>
    new Hono().route('/', securityEventRoutes(world.directory, { longestWaitMs: 5000 })),
  );
});
afterAll(async () => {
  await http.close();
  await receiver.stop();
  await world.close();
});

const logged: string[] = [];
const keep = (...args: unknown[]) => void logged.push(JSON.stringify(args));
const log = { info: keep, warn: keep, error: keep } as never;
let senders: DeliveryWorker[] = [];
const start = (count = 1, directory = world.directory) => {
  for (let i = 0; i < count; i++) {
    const options = { allowPrivate: true, pollMs: 20, timeoutMs: 5000 };
    senders.push(startSecurityEventSender(directory, securityEventTeller(issuer), log, options));
  }
};
const stop = async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  senders = [];
};
beforeEach(() => {
  receiver.received.length = 0;
  receiver.state.answer = (response) => void response.writeHead(202).end();
});
afterEach(async () => {
  await stop();
  await sql`delete from event_stream`.execute(world.directory.entityManager().getKysely());
  ahead = 0;
});

const session = () => world.session();
const stream = (more: Partial<Parameters<typeof createEventStream>[2]> = {}) =>
  createEventStream(
    session(),
    world.directory,
    {
      method: 'poll',
      audience,
      events: securityEventUris,
      description: '',
      enabled: true,
      ...more,
    },
    policy,
  );
const pushed = (more: Partial<Parameters<typeof createEventStream>[2]> = {}) =>
  stream({ method: 'push', url: `${receiver.url}/push`, ...more });
const stateOf = async (id: string) =>
  (await listEventStreams(session())).find((one) => one.id === id);

let names = 0;
const newMember = async () => {
  const username = `told${++names}`;
  const input = { username, externalId: `x-${username}`, enabled: true, profile: {} };
  return (await createMember(session(), input)).id;
};

/** Polls as a receiver does. */
const poll = async (
  { id, secret }: { id: string; secret: string | null },
  body: unknown = { returnImmediately: true },
) => {
  const answer = await fetch(`http://127.0.0.1:${http.port}/scim/events/${id}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const json = (await answer.json()) as {
    sets: Record<string, string>;
    moreAvailable: boolean;
    err?: string;
  };
  return { status: answer.status, ...json };
};

/** Verifies as a receiver does: against the keys that are served. */
const verified = async (token: string): Promise<JWTPayload> => {
  const keys = createRemoteJWKSet(new URL(`http://127.0.0.1:${http.port}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: 'secevent+jwt' });
  return payload;
};
const told = (claims: JWTPayload) => {
  const { uri } = claims.sub_id as { uri: string };
  const events = Object.keys(claims.events as object).map((one) => one.slice(prefix.length));
  return `${events.join('+')} ${uri}`;
};
const toldBy = async (sets: Record<string, string>) =>
  (await Promise.all(Object.values(sets).map(verified))).map(told);
const toldAtReceiver = async () =>
  (await Promise.all(receiver.received.map(({ body }) => verified(body)))).map(told);

test('what happens to members and groups is pushed, signed, in order', async () => {
  await pushed({ token: 'the-token-of-the-receiver' });
  start();
  const anna = await newMember();
  await editMember(session(), anna, { name: 'Anna Ek' });
  await disableMember(session(), anna);
  const group = await createGroup(session(), { displayName: `Sales ${++names}` });
  await changeGroup(session(), group.id, () => ({ membership: [{ op: 'add', ids: [anna] }] }));
  await removeMember(session(), anna);
  await createMember(session(), {
    invited: true,
    displayName: 'Guest',
    enabled: true,
    profile: {},
  });
  const expected = [
    `create:notice /Users/${anna}`,
    `patch:notice /Users/${anna}`,
    `patch:notice+deactivate /Users/${anna}`,
    `create:notice /Groups/${group.id}`,
    `patch:notice /Groups/${group.id}`,
    `patch:notice /Groups/${group.id}`,
    `delete /Users/${anna}`,
  ];
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(expected.length);
  expect(await toldAtReceiver()).toEqual(expected);
  for (const { headers, path } of receiver.received) {
    expect(path).toBe('/push');
    expect(headers['content-type']).toBe('application/secevent+jwt');
    expect(headers.authorization).toBe('Bearer the-token-of-the-receiver');
  }
  const claims = await Promise.all(receiver.received.map(({ body }) => verified(body)));
  expect(new Set(claims.map(({ jti }) => jti)).size).toBe(expected.length);
  expect(JSON.stringify(claims)).not.toMatch(/Anna|Guest|Sales/);
  // Also of who is gone.
  for (const { sub_id } of claims as { sub_id: Record<string, string> }[]) {
    if (sub_id.id === anna) expect(sub_id.externalId).toMatch(/^x-told\d+$/);
  }
  expect(logged.join()).not.toContain('the-token-of-the-receiver');
});

test('a receiver that polls gets each event until it acknowledges it', async () => {
  const mine = await stream();
  start();
  const made = [await newMember(), await newMember(), await newMember()];
  await expect.poll(async () => (await stateOf(mine.id))?.waiting).toBe(3);
  const some = await poll(mine, { maxEvents: 2, returnImmediately: true });
  expect(some).toMatchObject({ status: 200, moreAvailable: true });
  const expected = made.map((id) => `create:notice /Users/${id}`);
  expect(await toldBy(some.sets)).toEqual(expected.slice(0, 2));
  for (const [jti, token] of Object.entries(some.sets))
    expect((await verified(token)).jti).toBe(jti);
  expect(Object.keys((await poll(mine)).sets)).toHaveLength(3);
  // Acknowledging alone (RFC 8936 section 2.4).
  const [first = '', second = ''] = Object.keys(some.sets);
  const none = await poll(mine, { ack: [first], maxEvents: 0 });
  expect(none).toMatchObject({ sets: {}, moreAvailable: true });
  const setErrs = { [second]: { err: 'invalid_audience', description: 'not\nmine' } };
  const last = await poll(mine, { setErrs, returnImmediately: true, ack: ['nonsense', first] });
  expect(await toldBy(last.sets)).toEqual(expected.slice(2));
  expect(last.moreAvailable).toBe(false);
  expect(await stateOf(mine.id)).toMatchObject({
    waiting: 1,
    lastError: 'invalid_audience: not mine',
  });
});

test('a poll waits for news, and no longer than it should', async () => {
  const mine = await stream();
  start();
  const began = performance.now();
  const waiting = poll(mine, {});
  await new Promise((resolve) => setTimeout(resolve, 300));
  const id = await newMember();
  expect(await toldBy((await waiting).sets)).toEqual([`create:notice /Users/${id}`]);
  expect(performance.now() - began).toBeLessThan(4900);
  const [jti = ''] = Object.keys((await poll(mine)).sets);
  const empty = performance.now();
  expect(await poll(mine, { ack: [jti] })).toMatchObject({ sets: {}, moreAvailable: false });
  expect(performance.now() - empty).toBeGreaterThan(4900);
});

test('a poll that waits when its secret ends is told nothing', async () => {
  const mine = await stream();
  start();
  const waiting = poll(mine, {});
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { secret } = await rotateEventStreamSecret(session(), mine.id);
  await newMember();
  expect(await waiting).toMatchObject({ status: 403, err: 'access_denied' });
  expect((await poll(mine)).status).toBe(401);
  expect(Object.keys((await poll({ id: mine.id, secret })).sets)).toHaveLength(1);
});

test('a stream opens to its own secret only, and shows its own organization', async () => {
  const bolt = await createOrganization(world.directory.entityManager(), { name: 'Bolt' });
  const theirs = () => ({
    ...systemSession(world.directory.entityManager(), bolt),
    now: world.directory.now(),
  });
  const mine = await stream();
  const other = await createEventStream(
    theirs(),
    world.directory,
    { method: 'poll', audience, events: securityEventUris, description: '', enabled: true },
    policy,
  );
  start();
  const here = await newMember();
  const there = await createMember(theirs(), { username: 'bob', enabled: true, profile: {} });
  await expect.poll(async () => Object.keys((await poll(other)).sets).length).toBe(1);
  await expect.poll(async () => Object.keys((await poll(mine)).sets).length).toBe(1);
  const { sets } = await poll(other);
  expect(await toldBy(sets)).toEqual([`create:notice /Users/${there.id}`]);
  expect(await toldBy((await poll(mine)).sets)).toEqual([`create:notice /Users/${here}`]);
  for (const [id, secret] of [
    [other.id, mine.secret],
    [mine.id, other.secret],
    [mine.id, 'rk_events_wrong'],
    ['nonsense', mine.secret],
  ] as const) {
    expect(await poll({ id, secret })).toMatchObject({ status: 401, err: 'authentication_failed' });
  }
  // Nobody acknowledges another's events.
  await poll(mine, { ack: Object.keys(sets), returnImmediately: true });
  expect((await poll(other)).sets).toHaveProperty(Object.keys(sets)[0] ?? '');
  await expect(changeEventStream(session(), world.directory, other.id, {}, policy)).rejects.toThrow(
    'no such event stream',
  );
  await expect(deleteEventStream(session(), other.id)).rejects.toMatchObject({ code: 'not-found' });
});

test.each([
  ['{', 400],
  ['[]', 400],
  ['{"maxEvents":-1}', 400],
  ['{"ack":"x"}', 400],
  ['{"setErrs":{"a":"b"}}', 400],
  [`{"ack":["${'x'.repeat(1_100_000)}"]}`, 413],
])('a poll of %.30s is refused', async (body, status) => {
  const mine = await stream();
  expect(await poll(mine, body)).toMatchObject({ status, err: 'invalid_request' });
});

test('what no row can hold harms nothing', async () => {
  const mine = await stream();
  start();
  await newMember();
  await expect.poll(async () => (await stateOf(mine.id))?.waiting).toBe(1);
  const [jti = ''] = Object.keys((await poll(mine)).sets);
  const err = '{"err":"a\\u0000\\ud800b","description":"\\ud800"}';
  const strange = '"ack":["\\u0000","\\ud800","__proto__"]';
  const body = `{"returnImmediately":true,${strange},"setErrs":{"__proto__":${err},"${jti}":${err}}}`;
  expect(await poll(mine, body)).toMatchObject({ status: 200, sets: {} });
  expect((await stateOf(mine.id))?.lastError).toBe('a \ufffdb: \ufffd');
});

test('four workers queue and push each event once', async () => {
  const mine = await stream();
  await pushed();
  start(4);
  const made: string[] = [];
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      for (let i = 0; i < 10; i++) made.push(await newMember());
    }),
  );
  await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(40);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const expected = made.map((id) => `create:notice /Users/${id}`).toSorted();
  expect((await toldAtReceiver()).toSorted()).toEqual(expected);
  const { sets, moreAvailable } = await poll(mine);
  expect((await toldBy(sets)).toSorted()).toEqual(expected);
  expect(moreAvailable).toBe(false);
}, 60_000);

test('a receiver that is down gets everything later', async () => {
  const mine = await pushed();
  receiver.state.answer = (response) => void response.writeHead(503).end();
  start();
  const made = [await newMember(), await newMember()];
  await expect.poll(async () => (await stateOf(mine.id))?.lastError).toBe('answered 503');
  expect(receiver.received).toHaveLength(1);
  receiver.received.length = 0;
  receiver.state.answer = (response) => void response.writeHead(202).end();
  ahead += 6000;
  await expect.poll(() => toldAtReceiver()).toEqual(made.map((id) => `create:notice /Users/${id}`));
  await expect.poll(async () => (await stateOf(mine.id))?.waiting).toBe(0);
});

test('what a receiver refuses for good is not sent again; what can be mended is', async () => {
  const mine = await pushed();
  const answers = [
    { err: 'invalid_audience', description: 'who is that?' },
    { err: 'authentication_failed' },
  ];
  receiver.state.answer = (response) => {
    const body = answers.shift();
    response.writeHead(body === undefined ? 202 : 400, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };
  start();
  const refused = await newMember();
  await expect
    .poll(async () => stateOf(mine.id))
    .toMatchObject({ waiting: 0, lastError: 'invalid_audience: who is that?' });
  const mended = await newMember();
  await expect
    .poll(async () => stateOf(mine.id))
    .toMatchObject({ waiting: 1, lastError: 'authentication_failed' });
  ahead += 6000;
  await expect.poll(async () => (await stateOf(mine.id))?.waiting).toBe(0);
  const of = (id: string) => `create:notice /Users/${id}`;
  expect(await toldAtReceiver()).toEqual([of(refused), of(mended), of(mended)]);
});

test('addresses that are not public are not called', async () => {
  const mine = await pushed();
  const options = { allowPrivate: false, pollMs: 20 };
  senders.push(
    startSecurityEventSender(world.directory, securityEventTeller(issuer), log, options),
  );
  await newMember();
  await expect
    .poll(async () => (await stateOf(mine.id))?.lastError)
    .toBe('the address is not public');
  expect(receiver.received).toEqual([]);
});

test('a disabled stream is closed and told nothing; what waited before waits', async () => {
  const mine = await stream();
  start();
  await newMember();
  await expect.poll(async () => (await stateOf(mine.id))?.waiting).toBe(1);
  await changeEventStream(session(), world.directory, mine.id, { enabled: false }, policy);
  expect(await poll(mine)).toMatchObject({ status: 403, err: 'access_denied' });
  await newMember();
  const other = await stream();
  await newMember();
  await expect.poll(async () => (await stateOf(other.id))?.waiting).toBe(1);
  await changeEventStream(session(), world.directory, mine.id, { enabled: true }, policy);
  expect(Object.keys((await poll(mine)).sets)).toHaveLength(1);
});

test('keys change by themselves: the next is published before it signs, the last stays', async () => {
  const mine = await stream({ events: [`${prefix}create:notice`] });
  start();
  const keyOf = async () => {
    const { sets } = await poll(mine);
    const [token = ''] = Object.values(sets);
    await verified(token);
    return decodeProtectedHeader(token).kid;
  };
  await newMember();
  await expect.poll(async () => (await stateOf(mine.id))?.waiting).toBe(1);
  const first = await keyOf();
  const served = async () => {
    const answer = await fetch(`http://127.0.0.1:${http.port}/.well-known/jwks.json`);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=3600');
    const text = await answer.text();
    expect(text).not.toContain('"d"');
    return (JSON.parse(text).keys as { kid: string }[]).map(({ kid }) => kid);
  };
  expect(await served()).toContain(first);
  ahead += 91 * 24 * 3_600_000;
  expect(await keyOf()).toBe(first);
  const [next, ...others] = await served();
  expect(next).not.toBe(first);
  expect(others).toContain(first);
  ahead += 25 * 3_600_000;
  expect(await keyOf()).toBe(next);
  expect(await served()).toContain(first);
});

test('a node with another key of the instance signs with a key of its own, and says what it cannot open', async () => {
  const mine = await pushed({ token: 'sealed' });
  const stranger = { ...world.directory, secrets: createSecretBox(Buffer.alloc(32, 7)) };
  start(1, stranger);
  await newMember();
  await expect
    .poll(async () => (await stateOf(mine.id))?.lastError)
    .toBe('the key of this node does not open the token');
  await changeEventStream(session(), stranger, mine.id, { token: null }, policy);
  ahead += 6000;
  await expect.poll(() => receiver.received.length).toBe(1);
  await verified(receiver.received[0]?.body ?? '');
});

test('no secret stands in the database as it is', async () => {
  const polled = await stream();
  await pushed({ token: 'the-token-of-the-receiver' });
  const { rows } = await sql<{ row: string }>`
    select s::text as row from event_stream s union all select k::text from signing_key k
  `.execute(world.directory.entityManager().getKysely());
  const all = rows.map(({ row }) => row).join();
  expect(all).toContain(polled.id);
  expect(all).not.toContain(polled.secret);
  expect(all).not.toContain('the-token-of-the-receiver');
  expect(all).not.toMatch(/"d":/);
});
