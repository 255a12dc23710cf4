import { spawnSync } from 'node:child_process';
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, scimClient } from '../support/scim-client.ts';

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster();
  const scim = scimClient(roster.url);
  await scim('POST', '/Users', entraUser('anna', { displayName: '=1+1', active: false }));
  for (let index = 0; index < 205; index++) {
    await scim('POST', '/Users', entraUser(`many${index}`));
  }
}, 120_000);
afterAll(() => roster?.dispose());

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['server/cli.ts', ...args], {
    env: { PATH: process.env.PATH, ROSTER_URL: roster.url, ROSTER_API_KEY: firstRun.apiKey },
    encoding: 'utf8',
  });

test('lists members over all pages, for people and for machines', () => {
  const lines = run('members', 'list').stdout.trim().split('\n');
  expect(lines).toHaveLength(207);
  expect(lines).toContain('disabled\tanna@acme.example\t=1+1\tanna@acme.example');
  const members = run('members', 'list', '--status', 'disabled', '--json')
    .stdout.trim()
    .split('\n');
  expect(members.map((line) => JSON.parse(line).username)).toEqual(['anna@acme.example']);
});

test('exports what a spreadsheet program opens, and no formula', () => {
  const { stdout } = run('members', 'export', '--search', 'anna');
  expect(stdout.startsWith('\uFEFF')).toBe(true);
  const { data } = Papa.parse<Record<string, string>>(stdout.slice(1), {
    header: true,
    skipEmptyLines: true,
  });
  expect(data).toMatchObject([
    { Name: "'=1+1", Username: 'anna@acme.example', Status: 'disabled' },
  ]);
});

test('shows the organization, its tree and the outbox', () => {
  expect(run('organization', 'show').stdout).toBe('Acme (acme)\n');
  expect(run('departments', 'list').stdout).toBe('Acme (207)\n');
  expect(run('mail', 'test', 'ops@acme.example').status).toBe(0);
  expect(run('mail', 'list').stdout).toContain('queued\tops@acme.example\tA test mail of Acme');
});

test.each([
  [['members', 'frobnicate'], 2, 'There is no command'],
  [['--frobnicate'], 2, 'frobnicate'],
  [['mail', 'test', 'nobody'], 1, 'not an e-mail address'],
  [['members', 'list', '--status', 'gone'], 1, 'status'],
  [['members', 'list', '--url', 'http://127.0.0.1:1'], 1, 'does not answer'],
])('%j fails with %i and says why', (args, status, why) => {
  const failed = run(...args);
  expect(failed.status).toBe(status);
  expect(failed.stderr).toContain(why);
  expect(failed.stderr).not.toContain('    at ');
});
