import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import type { DeliveryWorker } from '../delivery/worker.ts';
import {
  changeDepartment,
  changeMember,
  changeWebhook,
  countQueuedDeliveries,
  createDepartment,
  createMember,
  createOrganization,
  createWebhook,
  deleteDepartment,
  deleteWebhook,
  departmentTree,
  disableMember,
  editMember,
  enableMember,
  listWebhookDeliveries,
  removeMember,
  retryWebhookDelivery,
  rotateWebhookSecret,
  systemSession,
  testWebhook,
} from '../directory/index.ts';
import { startWebhookSender } from './sender.ts';

let world: World;
let receiver: WebhookReceiver;
/** How far the directory's clock is ahead. */
let ahead = 0;
beforeAll(async () => {
  world = await openWorld({ now: () => new Date(Date.now() + ahead) });
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  await receiver.stop();
  await world.close();
});

const logged: string[] = [];
const log = {
  info: () => {},
  warn: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
  error: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
} as never;
let senders: DeliveryWorker[] = [];
const start = (count = 1, timeoutMs = 5000) => {
  const options = { allowPrivate: true, pollMs: 20, timeoutMs };
  for (let i = 0; i < count; i++) {
    senders.push(startWebhookSender(world.directory, log, options));
  }
};
const stop = async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  senders = [];
};

const policy = { allowPrivate: true };
const session = () => world.session();
const hook = (more: Partial<Parameters<typeof createWebhook>[2]> = {}) =>
  createWebhook(
    session(),
    world.directory,
    {
      url: `${receiver.url}/hook`,
      description: '',
      events: ['member.*', 'department.*'],
      enabled: true,
      ...more,
    },
    policy,
  );
let names = 0;
const newMember = async () =>
  (await createMember(session(), { username: `told${++names}`, enabled: true, profile: {} })).id;
const deliveries = async (id: string) =>
  (await listWebhookDeliveries(session(), id, { limit: 200 })).deliveries;
const calls = (path = '/hook') => receiver.received.filter((call) => call.path === path);
const told = (path = '/hook') =>
  calls(path).map(({ body }) => {
    const { type, data } = JSON.parse(body);
    return `${type} ${data.id}`;
  });

beforeEach(async () => {
  // What other tests left in the feed and on its way is none of this one's.
  start();
  await expect.poll(() => countQueuedDeliveries(world.directory.entityManager())).toBe(0);
  await stop();
  receiver.received.length = 0;
  receiver.state.answer = (response) => void response.writeHead(204).end();
});
afterEach(async () => {
  await stop();
  const db = world.directory.entityManager().getKysely();
  await sql`delete from webhook`.execute(db);
  ahead = 0;
});

test('every deed is one event, in order, signed as the specification says', async () => {
  const { secret } = await hook();
  start();
  const [root] = await departmentTree(session());
  const parentId = root?.id ?? '';
  const department = await createDepartment(session(), { name: 'Sales', parentId });
  const other = await createDepartment(session(), { name: 'Support', parentId });
  await changeDepartment(session(), department.id, { name: 'Selling' });
  await changeDepartment(session(), department.id, { parentId: other.id });
  await deleteDepartment(session(), department.id);
  const member = await newMember();
  await editMember(session(), member, { name: 'Anna Ek' });
  await disableMember(session(), member);
  await enableMember(session(), member);
  // As an identity provider switches somebody off.
  await changeMember(session(), member, (current) => ({
    username: current.username ?? '',
    enabled: false,
    profile: current.profile,
  }));
  const heir = await newMember();
  await removeMember(session(), member, { heir });
  const expected = [
    `department.created ${department.id}`,
    `department.created ${other.id}`,
    `department.updated ${department.id}`,
    `department.moved ${department.id}`,
    `department.deleted ${department.id}`,
    `member.created ${member}`,
    `member.updated ${member}`,
    `member.disabled ${member}`,
    `member.enabled ${member}`,
    `member.disabled ${member}`,
    `member.created ${heir}`,
    `member.removed ${member}`,
  ];
  await expect.poll(() => told(), { timeout: 10_000 }).toEqual(expected);
  const removed = calls().at(-1);
  const verified = new Webhook(secret).verify(
    removed?.body ?? '',
    removed?.headers as Record<string, string>,
  );
  expect(verified).toEqual({
    type: 'member.removed',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    organization: { id: world.made.organization.id, slug: 'acme' },
    data: { id: member, heirId: heir },
  });
  expect(new Set(calls().map(({ headers }) => headers['webhook-id'])).size).toBe(expected.length);
  expect(
    calls()
      .map(({ body }) => body)
      .join(),
  ).not.toMatch(/Anna|told\d/);
});

test('a webhook is told of what it asks for, of its own organization', async () => {
  await hook({ url: `${receiver.url}/removed`, events: ['member.removed'] });
  await hook({ url: `${receiver.url}/departments`, events: ['department.*'] });
  await hook({ url: `${receiver.url}/off`, enabled: false });
  const bolt = await createOrganization(world.directory.entityManager(), { name: 'Bolt' });
  const theirs = systemSession(world.directory.entityManager(), bolt);
  start();
  await createMember(
    { ...theirs, now: world.directory.now() },
    { username: 'bob', enabled: true, profile: {} },
  );
  const member = await newMember();
  await removeMember(session(), member);
  const [root] = await departmentTree(session());
  const made = await createDepartment(session(), { name: 'Labs', parentId: root?.id ?? '' });
  await expect.poll(() => told('/departments')).toEqual([`department.created ${made.id}`]);
  expect(told('/removed')).toEqual([`member.removed ${member}`]);
  expect(receiver.received).toHaveLength(2);
});

test('a webhook hears nothing of what was before it', async () => {
  await newMember();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await hook();
  start();
  const member = await newMember();
  await expect.poll(() => told()).toEqual([`member.created ${member}`]);
});

test('changes that are read twice are told once, and what comes after them too', async () => {
  await hook();
  start();
  const first = await newMember();
  await expect.poll(() => told()).toEqual([`member.created ${first}`]);
  await sql`update feed_cursor set transaction = '3', change = 0`.execute(
    world.directory.entityManager().getKysely(),
  );
  const second = await newMember();
  await expect.poll(() => told()).toEqual([`member.created ${first}`, `member.created ${second}`]);
});

test('four workers deliver each event once', async () => {
  await hook();
  await hook({ url: `${receiver.url}/second` });
  start(4);
  const made: string[] = [];
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      for (let i = 0; i < 15; i++) made.push(await newMember());
    }),
  );
  for (const path of ['/hook', '/second']) {
    await expect.poll(() => calls(path).length, { timeout: 20_000 }).toBe(60);
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const path of ['/hook', '/second']) {
    expect(told(path).toSorted()).toEqual(made.map((id) => `member.created ${id}`).toSorted());
  }
}, 60_000);

test('a receiver that is down gets everything later, in order', async () => {
  const { id } = await hook();
  const { port } = receiver;
  await receiver.stop();
  start();
  const made = [await newMember(), await newMember(), await newMember()];
  await expect.poll(async () => (await deliveries(id)).at(-1)?.lastError).toBe('ECONNREFUSED');
  await expect.poll(async () => (await deliveries(id)).length).toBe(3);
  // The others wait for the first, and that for its time.
  expect((await deliveries(id)).map(({ attempts }) => attempts)).toEqual([0, 0, 1]);
  receiver = await startWebhookReceiver(port);
  ahead += 6000;
  await expect.poll(() => told()).toEqual(made.map((member) => `member.created ${member}`));
  expect(await deliveries(id)).toMatchObject([
    { state: 'delivered', attempts: 1, lastStatus: 204, lastError: null, dueAt: null },
    { state: 'delivered', attempts: 1 },
    { state: 'delivered', attempts: 2, event: 'member.created' },
  ]);
});

test('an event that a receiver refuses again and again lets the others go by, and is given up after a day', async () => {
  const { id } = await hook();
  const poison = await newMember();
  receiver.state.answer = (response) => void response.writeHead(500).end('secret of the receiver');
  start();
  await expect.poll(() => calls().length).toBe(1);
  const other = await newMember();
  await expect
    .poll(
      async () => {
        ahead += 300_000;
        // All but the first are welcome.
        if (told().at(-1) === `member.created ${other}`) {
          receiver.state.answer = (response) =>
            void response.writeHead(told().at(-1)?.endsWith(poison) ? 500 : 204).end();
        }
        return (await deliveries(id)).map(({ state }) => state);
      },
      { timeout: 20_000, interval: 100 },
    )
    .toEqual(['delivered', 'queued']);
  await expect
    .poll(
      async () => {
        ahead += 3_600_000;
        return (await deliveries(id)).at(-1)?.state;
      },
      { timeout: 20_000, interval: 100 },
    )
    .toBe('abandoned');
  const [, given] = await deliveries(id);
  expect(given).toMatchObject({ lastStatus: 500, lastError: 'answered 500', dueAt: null });
  expect(given?.attempts).toBeGreaterThan(8);
  // An administrator has mended the receiver.
  receiver.state.answer = (response) => void response.writeHead(204).end();
  await retryWebhookDelivery(session(), id, given?.id ?? '');
  await expect.poll(async () => (await deliveries(id)).at(-1)?.state).toBe('delivered');
  expect(calls().at(-1)?.headers['webhook-id']).toBe(given?.id);
  expect(logged.join()).not.toContain('secret of the receiver');
}, 60_000);

test('a slow receiver keeps no other waiting', async () => {
  const slow = await startWebhookReceiver();
  slow.state.answer = () => {};
  const { id } = await hook({ url: slow.url });
  await hook();
  start(1, 3000);
  const made = [await newMember(), await newMember(), await newMember()];
  const begin = performance.now();
  await expect.poll(() => told()).toEqual(made.map((member) => `member.created ${member}`));
  expect(performance.now() - begin).toBeLessThan(2500);
  await expect
    .poll(async () => (await deliveries(id)).at(-1)?.lastError, { timeout: 5000 })
    .toBe('no answer in time');
  // One at a time.
  expect(slow.received).toHaveLength(1);
  await stop();
  await slow.stop();
});

test('a redirect is not followed', async () => {
  const { id } = await hook();
  receiver.state.answer = (response) =>
    void response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
  start();
  await newMember();
  await expect.poll(async () => (await deliveries(id)).at(-1)?.lastError).toBe('answered 302');
  expect(calls('/elsewhere')).toEqual([]);
});

test('after a rotation both secrets sign for a day, then the new one', async () => {
  const { id, secret: before } = await hook();
  const { secret: after } = await rotateWebhookSecret(session(), world.directory, id);
  expect(after).not.toBe(before);
  start();
  const verifies = (secret: string) => {
    const last = calls().at(-1);
    try {
      new Webhook(secret).verify(last?.body ?? '', last?.headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };
  await testWebhook(session(), id);
  await expect.poll(() => calls().length).toBe(1);
  expect(JSON.parse(calls()[0]?.body ?? '')).toMatchObject({ type: 'webhook.test', data: {} });
  expect([verifies(before), verifies(after)]).toEqual([true, true]);
  ahead = 25 * 3_600_000;
  await testWebhook(session(), id);
  await expect.poll(() => calls().length).toBe(2);
  const [, last] = calls();
  expect(last?.headers['webhook-signature']).toMatch(/^v1,[^ ]+$/);
});

test('another node goes on where one died in the middle of a delivery', async () => {
  const { id } = await hook();
  receiver.state.answer = () => {};
  start(1, 60_000);
  await newMember();
  await expect.poll(() => calls().length).toBe(1);
  // The first worker still hangs; to the others it is as good as dead when its lease ends.
  receiver.state.answer = (response) => void response.writeHead(204).end();
  start(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(calls()).toHaveLength(1);
  ahead += 61_000;
  await expect.poll(async () => (await deliveries(id))[0]?.state).toBe('delivered');
  expect(calls()).toHaveLength(2);
  const closing = performance.now();
  await stop();
  expect(performance.now() - closing).toBeLessThan(4000);
  expect((await deliveries(id))[0]).toMatchObject({ state: 'delivered', attempts: 2 });
});

test('a disabled webhook keeps what was queued; a deleted one takes it along', async () => {
  const { id } = await hook();
  receiver.state.answer = (response) => void response.writeHead(500).end();
  start();
  await newMember();
  await expect.poll(async () => (await deliveries(id))[0]?.lastStatus).toBe(500);
  await changeWebhook(session(), id, { enabled: false }, policy);
  await newMember();
  ahead += 6000;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await deliveries(id)).toMatchObject([{ state: 'queued', attempts: 1 }]);
  await expect(testWebhook(session(), id)).rejects.toMatchObject({ code: 'conflict' });
  receiver.state.answer = (response) => void response.writeHead(204).end();
  await changeWebhook(session(), id, { enabled: true }, policy);
  await expect.poll(async () => (await deliveries(id))[0]?.state).toBe('delivered');
  await deleteWebhook(session(), id);
  await expect(deliveries(id)).rejects.toMatchObject({ code: 'not-found' });
});

test('the secret stands nowhere in the database as it is', async () => {
  const { id, secret } = await hook();
  const { rows } = await sql<{ row: string }>`
    select w::text as row from webhook w where id = ${id}
  `.execute(world.directory.entityManager().getKysely());
  expect(rows[0]?.row).toContain(id);
  expect(rows[0]?.row).not.toContain(secret.slice('whsec_'.length, -1));
});
