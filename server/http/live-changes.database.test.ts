import { connect } from 'node:net';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, openAdminApi } from '../../test/support/admin-api.ts';
import { type EventStream, openEventStream } from '../../test/support/event-stream.ts';
import {
  authenticateApiKey,
  changeRole,
  changeSettings,
  createApiKey,
  createDepartment,
  createMember,
  createOrganization,
  createRole,
  deleteApiKey,
  departmentTree,
  disableMember,
  editMember,
  mintWidgetToken,
  type OrganizationReference,
  type Permission,
  removeMember,
  signIn,
  signOut,
  systemSession,
} from '../directory/index.ts';
import { type HttpListener, listenHttp } from './listener.ts';

let apiWorld: ApiWorld;
let http: HttpListener;
let bolt: OrganizationReference;
beforeAll(async () => {
  apiWorld = await openAdminApi({ heartbeatMs: 200, streamsOfCaller: 8 });
  http = await listenHttp({ host: '127.0.0.1', port: 0 }, () => apiWorld.api as never);
  bolt = await createOrganization(apiWorld.world.database.entityManager(), { name: 'Bolt' });
});
afterAll(async () => {
  await apiWorld.close();
  await http.close(0);
});
const open = new Set<EventStream>();
afterEach(async () => {
  for (const stream of open) stream.close();
  open.clear();
  await expect.poll(() => apiWorld.liveChanges.count()).toBe(0);
  expect(apiWorld.failures).toEqual([]);
});

const world = () => apiWorld.world;
const session = () => world().session();
const listen = async (
  headers: Record<string, string> = { authorization: `Bearer ${world().made.apiKey}` },
  query = '',
) => {
  const stream = await openEventStream(`http://127.0.0.1:${http.port}/changes${query}`, headers);
  open.add(stream);
  if (stream.status === 200) await expect.poll(stream.raw).toContain('retry: ');
  return stream;
};
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const keyWith = async (...permissions: Permission[]) =>
  (await createApiKey(session(), { name: 'Reader', permissions })).secret;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let names = 0;
const newMember = async () =>
  (await createMember(session(), { username: `live${++names}`, enabled: true, profile: {} })).id;
const newDepartment = async () => {
  const [root] = await departmentTree(session());
  return createDepartment(session(), { name: `Live ${++names}`, parentId: root?.id ?? '' });
};
const flood = async (changes: number) => {
  await sql`
    insert into change (organization_id, subject, subject_id, kind, actor, at)
    select ${world().made.organization.id}::uuid, 'member', gen_random_uuid(), 'updated',
      '{}'::jsonb, now()
    from generate_series(1, ${sql.lit(changes)})
  `.execute(world().database.entityManager().getKysely());
  world().directory.announce();
};
const seen = (stream: EventStream) => stream.events.map(({ event, data }) => `${event} ${data.id}`);

/**
 * Waits until everything so far is told: a stream begins where the follower is, which may be a moment
 * behind. Answers the member that was made last.
 */
const settled = async () => {
  const witness = await listen();
  const id = await newMember();
  await expect.poll(() => seen(witness)).toContain(`member.created ${id}`);
  witness.close();
  await witness.ended;
  return id;
};

test('a change is told within a second, by ids only', async () => {
  const stream = await listen();
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  expect(stream.headers.get('cache-control')).toBe('no-store');
  expect(stream.headers.get('x-accel-buffering')).toBe('no');
  expect(stream.headers.get('x-content-type-options')).toBe('nosniff');
  const id = await newMember();
  await expect.poll(() => stream.events.length, { timeout: 1000 }).toBe(1);
  const [first] = stream.events;
  expect(first).toEqual({
    event: 'member.created',
    id: expect.stringMatching(/^[\w-]+$/),
    data: { subject: 'member', id, kind: 'created', at: expect.any(String) },
  });
  const heir = await newMember();
  await removeMember(session(), id, { heir });
  await expect.poll(() => stream.events.at(-1)?.event).toBe('member.deleted');
  expect(stream.events.at(-1)?.data).toMatchObject({ id, heirId: heir });
});

test('a client that comes and goes misses nothing', async () => {
  const made: string[] = [];
  const told = new Set<string>();
  let last = (await listen()).lastId();
  let writing = true;
  const writer = (async () => {
    for (; made.length < 200; await pause(2)) made.push((await newDepartment()).id);
    writing = false;
  })();
  while (writing || told.size < made.length) {
    const stream = await listen({ ...bearer(world().made.apiKey), 'last-event-id': last });
    expect(stream.status).toBe(200);
    const upTo = told.size;
    await expect
      .poll(() => stream.events.length, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(Math.min(30, 200 - upTo));
    stream.close();
    await stream.ended;
    for (const { event, data } of stream.events) {
      expect(event).toBe('department.created');
      told.add(data.id);
    }
    last = stream.lastId();
  }
  await writer;
  expect([...told]).toEqual(made);
});

test('a client that cannot set the header resumes by the query', async () => {
  await settled();
  const before = await listen();
  const position = before.lastId();
  before.close();
  const id = await newMember();
  const stream = await listen(undefined, `?after=${position}`);
  await expect.poll(() => seen(stream)).toEqual([`member.created ${id}`]);
});

test("another organization's changes are never seen, and its positions mean nothing here", async () => {
  await settled();
  const mine = await listen();
  const theirs = systemSession(world().database.entityManager(), bolt, {
    announce: world().directory.announce,
  });
  const { secret } = await createApiKey(theirs, { name: 'Bolt', permissions: ['members:read'] });
  const foreign = await listen(bearer(secret));
  await createMember(theirs, { username: 'bob', enabled: true, profile: {} });
  await expect.poll(() => foreign.events.length).toBe(1);
  const id = await newMember();
  await expect.poll(() => seen(mine)).toEqual([`member.created ${id}`]);
  expect(foreign.events).toHaveLength(1);
  const stranger = await listen({
    ...bearer(world().made.apiKey),
    'last-event-id': foreign.lastId(),
  });
  await expect.poll(() => stranger.events.map(({ event }) => event)).toEqual(['reset']);
});

test('only what the caller may read is told, and what it asks for', async () => {
  await settled();
  const departments = await listen(bearer(await keyWith('departments:read', 'mail:read')));
  const narrowed = await listen(undefined, '?subjects=department');
  const member = await newMember();
  const { id } = await newDepartment();
  for (const stream of [departments, narrowed]) {
    await expect.poll(() => seen(stream)).toEqual([`department.created ${id}`]);
    expect(stream.raw()).not.toContain(member);
  }
});

test('who may read none of it is refused', async () => {
  const mailOnly = await keyWith('mail:read');
  const answer = await apiWorld.withKey(mailOnly, '/changes');
  expect(answer.status).toBe(403);
  expect((await bodyOf(answer)).detail).toContain('members:read');
  const membersOnly = await keyWith('members:read');
  expect((await apiWorld.withKey(membersOnly, '/changes?subjects=role')).status).toBe(403);
  expect((await apiWorld.api.request('/changes')).status).toBe(401);
});

test.each<[string, string, Record<string, string>]>([
  ['no position', '/changes?after=x', {}],
  ['no position in the header', '/changes', { 'last-event-id': '../../etc/passwd' }],
  ['a long position', '/changes', { 'last-event-id': 'a'.repeat(5000) }],
  ['no subject', '/changes?subjects=password', {}],
])('%s is refused', async (_what, path, headers) => {
  const answer = await apiWorld.withKey(world().made.apiKey, path, { headers });
  expect(answer.status).toBe(400);
});

test('where changes were deleted the client is told to load anew', async () => {
  await newMember();
  const early = await listen();
  const position = early.lastId();
  early.close();
  await newMember();
  await sql`delete from change`.execute(world().database.entityManager().getKysely());
  const id = await settled();
  const stream = await listen({ ...bearer(world().made.apiKey), 'last-event-id': position });
  await expect.poll(() => stream.events[0]?.event).toBe('reset');
  expect(stream.events.map(({ event }) => event)).not.toContain('member.created');
  // From here on it goes on as any other.
  const next = await newMember();
  await expect.poll(() => seen(stream)).toContain(`member.created ${next}`);
  expect(stream.raw()).not.toContain(id);
});

async function signedIn(permissions: Permission[]) {
  const username = `reader${++names}`;
  const password = 'correct horse battery staple';
  const role = await createRole(session(), { name: `Readers ${names}`, permissions });
  const member = await createMember(session(), {
    username,
    enabled: true,
    profile: {},
    passwordHash: await world().directory.passwords.hash(password),
  });
  await editMember(session(), member.id, { roles: [role.id] });
  const { secret } = await signIn(world().directory, {
    organization: 'acme',
    username,
    password,
    address: '192.0.2.1',
  });
  return { id: member.id, role: role.id, secret, cookie: { cookie: `roster_session=${secret}` } };
}

test('the stream of a member who is disabled ends at once', async () => {
  const reader = await signedIn(['members:read']);
  const stream = await listen(reader.cookie);
  await disableMember(session(), reader.id);
  const after = await newMember();
  await stream.ended;
  expect(stream.raw()).not.toContain(after);
  expect((await listen(reader.cookie)).status).toBe(401);
});

test('the stream of a widget token ends with the key that minted it', async () => {
  const page = 'https://app.example.com';
  await changeSettings(session(), { embeddingOrigins: [page] }, { instanceSuffix: 'dc=example' });
  const reader = await signedIn(['members:read']);
  const key = await createApiKey(session(), { name: 'Product', permissions: ['members:read'] });
  const product = await authenticateApiKey(world().directory, key.secret);
  if (product === undefined) throw new Error('A key that was just made opens nothing.');
  const { token } = await mintWidgetToken(product, { member: reader.id, origin: page });
  const stream = await listen({ ...bearer(token), origin: page });
  await deleteApiKey(session(), key.id);
  const after = await newMember();
  await stream.ended;
  expect(stream.raw()).not.toContain(after);
});

test('what a role loses is not told any more; with nothing left the stream ends', async () => {
  const reader = await signedIn(['members:read', 'departments:read']);
  await settled();
  const stream = await listen(reader.cookie);
  await changeRole(session(), reader.role, { permissions: ['departments:read'] });
  const member = await newMember();
  const { id } = await newDepartment();
  await expect.poll(() => seen(stream)).toEqual([`department.created ${id}`]);
  expect(stream.raw()).not.toContain(member);
  await changeRole(session(), reader.role, { permissions: ['mail:read'] });
  await stream.ended;
});

test('a stream ends after its session, and does not keep it alive', async () => {
  const reader = await signedIn(['members:read']);
  const expiry = async () => {
    const { rows } = await sql<{ at: string }>`
      select expires_at as at from sign_in_session where member_id = ${reader.id}
    `.execute(world().database.entityManager().getKysely());
    return new Date(rows[0]?.at ?? 0).getTime();
  };
  const { database } = world();
  await sql`
    update sign_in_session set last_seen_at = now() - interval '20 minutes',
      expires_at = now() + interval '10 minutes' where member_id = ${reader.id}
  `.execute(database.entityManager().getKysely());
  const stream = await listen(reader.cookie);
  const opened = await expiry();
  await sql`
    update sign_in_session set last_seen_at = now() - interval '20 minutes'
    where member_id = ${reader.id}
  `.execute(database.entityManager().getKysely());
  await expect.poll(() => stream.raw().split('\n:\n').length, { timeout: 5000 }).toBeGreaterThan(4);
  expect(await expiry()).toBe(opened);
  await signOut(world().directory, reader.secret);
  await stream.ended;
});

test('one caller has a number of streams, and no more', async () => {
  const key = bearer(await keyWith('members:read'));
  for (let i = 0; i < 8; i++) expect((await listen(key)).status).toBe(200);
  const refused = await listen(key);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('10');
  // Others are not concerned; and a place that is left is free.
  expect((await listen()).status).toBe(200);
  [...open][0]?.close();
  await expect.poll(async () => (await listen(key)).status).toBe(200);
});

test('a client that reads gets a flood whole, at its own pace', async () => {
  const stream = await listen();
  await flood(5000);
  await expect.poll(() => stream.events.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(5000);
  expect(new Set(seen(stream)).size).toBe(5000);
});

test('heartbeats carry how far all is told', async () => {
  await settled();
  const stream = await listen();
  const id = await newMember();
  await expect.poll(() => seen(stream)).toEqual([`member.created ${id}`]);
  const [{ id: position } = { id: '' }] = stream.events;
  await expect.poll(() => stream.lastId()).not.toBe(position);
  const resumed = await listen({
    ...bearer(world().made.apiKey),
    'last-event-id': stream.lastId(),
  });
  const next = await newMember();
  await expect.poll(() => seen(resumed)).toEqual([`member.created ${next}`]);
});

// The last one: the feed is full of what it made.
test('a client that does not read is cut off, and costs no memory meanwhile', async () => {
  const socket = connect(http.port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => {});
  socket.write(
    `GET /changes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${world().made.apiKey}\r\n\r\n`,
  );
  await expect.poll(() => apiWorld.liveChanges.count()).toBe(1);
  socket.pause();
  const before = process.memoryUsage().rss;
  // Far more than what the kernel takes on both sides.
  for (let round = 0; round < 60 && apiWorld.liveChanges.count() > 0; round++) {
    await flood(10_000);
    await pause(50);
  }
  await expect.poll(() => apiWorld.liveChanges.count(), { timeout: 20_000 }).toBe(0);
  socket.resume();
  await closed;
  // An embedded database's memory would be counted too.
  if (world().database.kind === 'embedded') return;
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
}, 90_000);
