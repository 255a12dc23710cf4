import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';

// The operator's contract: what is printed, exit codes, health, drain.

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster?.dispose());

// Where a start that should fail may leave something.
const scratch = join(mkdtempSync(join(tmpdir(), 'roster-operator-')), 'data');
afterAll(() => rmSync(dirname(scratch), { recursive: true, force: true }));

const start = (settings: Record<string, string>) =>
  spawnSync(process.execPath, ['server/main.ts'], {
    env: { PATH: process.env.PATH, ROSTER_DATA_DIR: scratch, ...settings },
    encoding: 'utf8',
    timeout: 20_000,
  });

test('the first run tells every way in, once', () => {
  const output = roster.output();
  for (const told of [
    `${roster.url}/`,
    firstRun.username,
    firstRun.password,
    `${roster.url}/scim/v2`,
    firstRun.scimToken,
    firstRun.apiKey,
    roster.ldapUrl,
    firstRun.serviceDn,
    firstRun.ldapPassword,
    firstRun.baseDn,
  ]) {
    expect(output).toContain(told);
  }
  expect(roster.log()).not.toContain(firstRun.password);
});

test('it is alive, ready, and counts', async () => {
  expect((await fetch(`${roster.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${roster.url}/health/ready`)).status).toBe(200);
  expect(await (await fetch(`${roster.url}/metrics`)).text()).toMatch(/^roster_ldap_entries \d+/m);
});

test.each([
  [{ ROSTER_HTTP_PORT: 'eighty' }, 'ROSTER_HTTP_PORT'],
  [{ ROSTER_DATABASE_URL: 'mysql://localhost/x' }, 'ROSTER_DATABASE_URL'],
  [{ ROSTER_TLS_CERT: '/nowhere.pem', ROSTER_TLS_KEY: '/nowhere.pem' }, 'ROSTER_TLS_CERT'],
  [{ ROSTER_TLS_CERT: 'package.json', ROSTER_TLS_KEY: 'package.json' }, 'ROSTER_TLS_CERT'],
  [{ ROSTER_LDAP_BASE_DN: 'foo' }, 'ROSTER_LDAP_BASE_DN'],
  [{ ROSTER_SCIM_RESOURCE_TYPES: 'README.md' }, 'ROSTER_SCIM_RESOURCE_TYPES: README.md: '],
  [{ ROSTER_BOOTSTRAP_ORGANIZATION: '会社' }, 'ROSTER_BOOTSTRAP_ORGANIZATION'],
  [{ ROSTER_DATA_DIR: 'package.json' }, 'package.json'],
])('a wrong setting is one clear line and exit code 2: %j', (settings, named) => {
  const { status, stderr, stdout } = start(settings as Record<string, string>);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(named);
  expect(stdout).toBe('');
});

test('a first start that fails is one clear line, and the next one tells the secrets', async () => {
  const free = { ROSTER_LDAP_PORT: '0', ROSTER_LDAPS_PORT: '0' };
  const taken = start({ ...free, ROSTER_HTTP_PORT: new URL(roster.url).port });
  expect(taken.status).toBe(2);
  expect(taken.stderr).toContain('EADDRINUSE');
  expect(taken.stderr.trim().split('\n')).toHaveLength(1);
  const again = await startRoster({ ...free, ROSTER_DATA_DIR: scratch });
  expect(again.output()).toContain(firstRun.scimToken);
  // Two of them would destroy the embedded database.
  if (inject('postgresUrl') === '')
    expect(start({ ...free, ROSTER_HTTP_PORT: '0' }).stderr).toContain('in use');
  await again.dispose();
});

test('SIGTERM drains and exits 0; the next start is quiet about secrets', async () => {
  const long = fetch(`${roster.url}/api/v1/members`, {
    headers: { authorization: `Bearer ${firstRun.apiKey}` },
  });
  expect((await long).status).toBe(200);
  expect(await roster.end('SIGTERM')).toBe(0);
  roster = await roster.restart();
  expect(roster.output()).toBe(`Roster is ready: ${roster.url}/, ${roster.ldapUrl}\n`);
  const response = await fetch(`${roster.url}/api/v1/organization`, {
    headers: { authorization: `Bearer ${firstRun.apiKey}` },
  });
  expect(await response.json()).toMatchObject({ slug: 'acme', name: 'Acme' });
});
