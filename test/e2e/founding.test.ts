import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';

const operatorKey = 'the-key-of-the-operator-of-this-instance';

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster({ ROSTER_OPERATOR_KEY: operatorKey });
});
afterAll(() => roster.dispose());

const command = (key: Record<string, string>, ...words: string[]) =>
  promisify(execFile)(process.execPath, ['server/cli.ts', ...words], {
    env: { ...process.env, ROSTER_URL: roster.url, ...key },
  });

test('the operator founds an organization, whose administrator signs in', async () => {
  const create = ['organizations', 'create', 'Nordlicht GmbH', '--username', 'nils'];
  const { stdout } = await command({ ROSTER_OPERATOR_KEY: operatorKey }, ...create, '--json');
  const { organization, administrator } = JSON.parse(stdout);
  const session = await fetch(`${roster.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      organization: organization.slug,
      username: administrator.username,
      password: administrator.password,
    }),
  });
  expect(session.status).toBe(200);
  expect(await session.json()).toMatchObject({ organization: { slug: 'nordlicht-gmbh' } });
  const list = await command({ ROSTER_OPERATOR_KEY: operatorKey }, 'organizations', 'list');
  expect(list.stdout).toBe('acme\tAcme\nnordlicht-gmbh\tNordlicht GmbH\n');
  await expect(command({ ROSTER_OPERATOR_KEY: operatorKey }, ...create)).rejects.toMatchObject({
    code: 1,
    stderr: 'roster: Another organization has this slug.\n',
  });
  expect(roster.log()).not.toContain(operatorKey);
});

test("an organization's own key founds nothing", async () => {
  const create = ['organizations', 'create', 'Mine', '--username', 'me'];
  await expect(command({ ROSTER_API_KEY: firstRun.apiKey }, ...create)).rejects.toMatchObject({
    code: 2,
    stderr: 'roster: ROSTER_OPERATOR_KEY is not set\n',
  });
  await expect(command({ ROSTER_OPERATOR_KEY: firstRun.apiKey }, ...create)).rejects.toMatchObject({
    code: 1,
    stderr: 'roster: Sign in first\n',
  });
});
