import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningRoster, startRoster } from '../support/running-roster.ts';
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
