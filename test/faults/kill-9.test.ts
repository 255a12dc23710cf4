import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, scimClient } from '../support/scim-client.ts';

// "I can kill any node at any moment and lose nothing."

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster({ ROSTER_SCIM_REQUESTS_PER_SECOND: '0' });
});
afterAll(() => roster?.dispose());

test('a process that is killed in the middle of writes has kept every write it acknowledged', async () => {
  const acknowledged: string[] = [];
  let next = 0;
  for (let round = 0; round < 3; round++) {
    const scim = scimClient(roster.url);
    let killed = false;
    const write = async () => {
      while (!killed) {
        const username = `writer${next++}`;
        const answer = await scim('POST', '/Users', entraUser(username)).catch(() => undefined);
        if (answer?.status === 201) acknowledged.push(`${username}@acme.example`);
      }
    };
    const writers = Array.from({ length: 4 }, write);
    const enough = acknowledged.length + 20;
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(enough);
    const ended = roster.end('SIGKILL');
    await ended;
    killed = true;
    await Promise.all(writers);
    roster = await roster.restart();
    // Everything is found as it was: no new secrets.
    expect(roster.output()).not.toContain('rk_');
  }
  const kept = new Set<string>();
  const scim = scimClient(roster.url);
  for (let startIndex = 1; ; ) {
    const page = await scim('GET', `/Users?startIndex=${startIndex}&count=200`);
    for (const { userName } of page.body.Resources) kept.add(userName);
    startIndex += page.body.itemsPerPage;
    if (page.body.itemsPerPage === 0 || startIndex > page.body.totalResults) break;
  }
  expect(acknowledged.filter((username) => !kept.has(username))).toEqual([]);
}, 120_000);

test('what is sent again with its Idempotency-Key after a kill is done once in all', async () => {
  let next = 0;
  const keys = new Map<string, string>();
  for (let round = 0; round < 2; round++) {
    let killed = false;
    let answered = 0;
    const create = (name: string, key: string) =>
      fetch(`${roster.url}/api/v1/roles`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${firstRun.apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify({ name, permissions: [] }),
      });
    const writer = async () => {
      while (!killed) {
        const name = `Role ${next++}`;
        const key = crypto.randomUUID();
        keys.set(name, key);
        const answer = await create(name, key).catch(() => undefined);
        if (answer?.status === 201) answered++;
      }
    };
    const writers = Array.from({ length: 4 }, writer);
    await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(10);
    const ended = roster.end('SIGKILL');
    await ended;
    killed = true;
    await Promise.all(writers);
    roster = await roster.restart();
    for (const [name, key] of keys) {
      // Without the key, a role that is there would be refused as a second one of its name.
      expect((await create(name, key)).status, name).toBe(201);
    }
  }
}, 120_000);
