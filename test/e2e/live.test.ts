import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEventStream } from '../support/event-stream.ts';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, patchOf, scimClient } from '../support/scim-client.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

// What a product hears of an identity provider's writes, over the sockets of the whole service.

let roster: RunningRoster;
let receiver: WebhookReceiver;
beforeAll(async () => {
  roster = await startRoster({ ROSTER_WEBHOOK_ALLOW_PRIVATE: 'true' });
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  await receiver?.stop();
  await roster?.dispose();
});

const headers = { authorization: `Bearer ${firstRun.apiKey}`, 'content-type': 'application/json' };
const api = async (method: string, path: string, body?: unknown) => {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${roster.url}/api/v1${path}`, { method, headers, ...init });
  return answer.json() as Promise<Record<string, string>>;
};

test('a user who is provisioned and switched off is told live and by webhook; a restart loses nothing', async () => {
  const { id: webhook, secret } = await api('POST', '/webhooks', {
    url: `${receiver.url}/roster`,
    events: ['member.*'],
  });
  const stream = await openEventStream(`${roster.url}/api/v1/changes?subjects=member`, headers);
  await expect.poll(stream.lastId).not.toBe('');
  const scim = scimClient(roster.url);
  const { id } = (await scim('POST', '/Users', entraUser('anna'))).body;
  await expect.poll(() => stream.events.length, { timeout: 1000 }).toBe(1);
  expect(stream.events[0]).toMatchObject({ event: 'member.created', data: { id } });
  const types = () => receiver.received.map(({ body }) => JSON.parse(body).type);
  await expect.poll(types, { timeout: 5000 }).toEqual(['member.created']);
  const [call] = receiver.received;
  new Webhook(secret ?? '').verify(call?.body ?? '', call?.headers as Record<string, string>);
  expect(await (await fetch(`${roster.url}/metrics`)).text()).toMatch(/^roster_live_streams 1$/m);

  const last = stream.lastId();
  const stopping = performance.now();
  expect(await roster.end()).toBe(0);
  await stream.ended;
  expect(performance.now() - stopping).toBeLessThan(4000);
  roster = await roster.restart();

  await scim('PATCH', `/Users/${id}`, patchOf({ op: 'Replace', path: 'active', value: false }));
  const resumed = await openEventStream(`${roster.url}/api/v1/changes`, {
    ...headers,
    'last-event-id': last,
  });
  await expect
    .poll(() => resumed.events.map(({ event, data }) => `${event} ${data.id}`))
    .toContain(`member.updated ${id}`);
  expect(resumed.events.map(({ event }) => event)).not.toContain('reset');
  resumed.close();
  // Signed with the key that the data directory kept.
  await expect.poll(types, { timeout: 5000 }).toEqual(['member.created', 'member.disabled']);
  const again = receiver.received[1];
  new Webhook(secret ?? '').verify(again?.body ?? '', again?.headers as Record<string, string>);
  const { deliveries } = await api('GET', `/webhooks/${webhook}/deliveries`);
  expect(deliveries).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
  expect(roster.log()).not.toContain('whsec_');
}, 60_000);
