import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { commands } from '../../server/cli/all-commands.ts';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, scimClient } from '../support/scim-client.ts';

// Each command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

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

const run = (...args: string[]) => runWith('', ...args);
const runWith = (input: string, ...args: string[]) =>
  spawnSync(process.execPath, ['server/cli.ts', ...args], {
    env: { PATH: process.env.PATH, ROSTER_URL: roster.url, ROSTER_API_KEY: firstRun.apiKey },
    encoding: 'utf8',
    input,
  });

/** What a command that succeeds writes. */
const outputOf = (...args: string[]) => {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stderr }, args.join(' ')).toEqual({ status: 0, stderr: '' });
  return stdout;
};
const jsonOf = (...args: string[]) => JSON.parse(outputOf(...args, '--json'));

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

test('members live a whole life', () => {
  outputOf('departments', 'create', 'R&D', '--below', 'Acme');
  outputOf('departments', 'create', 'Platform', '--below', 'R&D');
  outputOf('roles', 'create', 'Reader', '--permission', 'members:read');
  const places = ['--department', 'r&d/platform', '--department', 'Acme', '--role', 'Reader'];
  const added = outputOf('members', 'add', 'Ben Ode', '--username', 'ben', ...places);
  expect(added).toMatch(/^enabled\tben\tBen Ode\t\nPassword\t\S{15,}\n$/);
  expect(outputOf('members', 'show', 'BEN')).toContain(
    'Departments\tPlatform, Acme\nRoles\tReader',
  );
  const typed = runWith(
    'wandering violet teapot\n',
    'members',
    'add',
    'Cleo',
    '--username',
    'cleo',
    '--password',
    '-',
  );
  expect(typed).toMatchObject({ status: 0, stdout: 'enabled\tcleo\tCleo\t\n' });
  const edited = jsonOf('members', 'edit', 'ben', '--name', 'Ben', '--email', 'ben@acme.example');
  expect(edited).toMatchObject({ name: 'Ben', email: 'ben@acme.example' });
  expect(jsonOf('members', 'edit', 'ben', '--email', '')).toMatchObject({ email: null });
  expect(outputOf('members', 'reset-password', 'ben')).toMatch(/^http.*\/reset#\S+\nUntil\t/);
  expect(outputOf('members', 'disable', 'ben')).toMatch(/^disabled\tben/);
  expect(outputOf('members', 'enable', 'ben')).toMatch(/^enabled\tben/);
  expect(run('members', 'remove', 'ben', '--heir', 'cleo')).toMatchObject({
    status: 0,
    stdout: '',
  });
  expect(run('members', 'show', 'ben').stderr).toBe(
    'roster: There is no member with the username "ben".\n',
  );
});

test('the invited are invited again, and no more', () => {
  const { member, link } = jsonOf('members', 'invite', 'Dora');
  expect(link).toContain('/join#');
  expect(outputOf('members', 'show', 'dora')).toContain(member.id);
  const again = jsonOf('invitations', 'renew', 'Dora', '--email', 'dora@acme.example');
  expect(again.link).toBeNull();
  expect(outputOf('mail', 'list')).toContain('dora@acme.example');
  expect(outputOf('invitations', 'revoke', member.id)).toMatch(/^pending\t\tDora/);
});

test('departments are created, renamed, moved, emptied and deleted', () => {
  outputOf('departments', 'create', 'Sales', '--below', 'Acme');
  outputOf('departments', 'create', 'North', '--below', 'Sales');
  outputOf('departments', 'create', 'South', '--beside', 'Sales/North');
  outputOf('departments', 'rename', 'Sales/South', 'West');
  outputOf('departments', 'move', 'Sales/West', '--below', 'Sales/North', '--position', '0');
  expect(outputOf('departments', 'list')).toContain('  Sales (0)\n    North (0)\n      West (0)\n');
  outputOf('members', 'add', 'Emil', '--username', 'emil', '--department', 'Sales/North/West');
  const refused = run('departments', 'delete', 'Sales/North/West');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(outputOf('departments', 'transfer', 'West', '--to', 'Sales')).toBe('1 moved\n');
  outputOf('departments', 'delete', 'West');
  expect(outputOf('departments', 'list')).not.toContain('West');
  outputOf('departments', 'create', 'North', '--below', 'Acme');
  expect(run('departments', 'rename', 'Nort', 'x').stderr).toContain('no department "Nort"');
});

test('roles, the organization and its settings change', () => {
  outputOf('roles', 'create', 'Helper', '--permission', 'members:read');
  outputOf('roles', 'edit', 'Helper', '--name', 'Help', '--permission', 'roles:read');
  expect(outputOf('roles', 'show', 'help')).toBe('roles:read\n');
  outputOf('roles', 'delete', 'Help');
  expect(outputOf('organization', 'rename', 'Acme Ltd')).toBe('Acme Ltd (acme)\n');
  const set = ['minimumPasswordLength=12', 'embeddingOrigins=https://a.example,https://b.example'];
  const lines = outputOf('organization', 'settings', 'set', ...set, 'defaultHeir=admin');
  expect(lines).toContain('minimumPasswordLength\t12\n');
  expect(lines).toContain('embeddingOrigins\thttps://a.example, https://b.example\n');
  expect(lines).toContain('defaultHeir\tadmin\n');
  outputOf('organization', 'settings', 'set', 'defaultHeir=none', 'embeddingOrigins=none');
  expect(outputOf('organization', 'settings', 'get')).toContain('defaultHeir\tnone\n');
});

test.each([
  ['scim-tokens', ['--profile', 'rfc', '--scope', 'read']],
  ['api-keys', ['--permission', 'members:read', '--expires', '2099-01-01T00:00:00Z']],
  ['service-accounts', []],
])('%s are made, listed and ended', (noun, options) => {
  const [name, secret] = outputOf(noun, 'create', 'Made here', ...options)
    .trim()
    .split('\t');
  expect(name).toBe('Made here');
  expect(secret).toMatch(/^rk_/);
  expect(outputOf(noun, 'list')).toContain('Made here\t');
  expect(outputOf(noun, 'list')).not.toContain(secret);
  outputOf(noun, 'delete', 'made here');
  expect(outputOf(noun, 'list')).not.toContain('Made here');
});

test('a SCIM token gets a new secret', () => {
  const { secret } = jsonOf('scim-tokens', 'create', 'Rotated');
  const rotated = jsonOf('scim-tokens', 'rotate', 'Rotated', '--overlap-hours', '1');
  expect(rotated).toMatchObject({ name: 'Rotated', secret: expect.stringMatching(/^rk_scim_/) });
  expect(rotated.secret).not.toBe(secret);
});

test('whoever reads a few lines only is no failure', async () => {
  const child = spawn(
    'sh',
    ['-c', `"${process.execPath}" server/cli.ts members list | head -n 1`],
    {
      env: { PATH: process.env.PATH, ROSTER_URL: roster.url, ROSTER_API_KEY: firstRun.apiKey },
    },
  );
  const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(out.trim().split('\n')).toHaveLength(1);
  expect(problems).toBe('');
});

test('the help tells every command, and for a noun its options', () => {
  expect(outputOf('--help')).toBe(outputOf());
  const all = outputOf('--help');
  for (const { name } of commands) expect(all).toContain(`  ${name}`);
  expect(outputOf('members', '--help')).toMatch(/--heir MEMBER +who takes over/);
  expect(outputOf('members', '--help')).not.toContain('departments move');
});

test('no key is a wrong command, and is told as one', () => {
  const failed = spawnSync(process.execPath, ['server/cli.ts', 'members', 'list'], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  expect(failed).toMatchObject({ status: 2, stderr: 'roster: ROSTER_API_KEY is not set\n' });
});

test.each([
  [['members', 'frobnicate'], 2, 'There is no command'],
  [['--frobnicate'], 2, 'frobnicate'],
  [['mail', 'test', 'nobody'], 1, 'not an e-mail address'],
  [['members', 'list', '--status', 'gone'], 1, 'status'],
  [['members', 'list', '--url', 'http://127.0.0.1:1'], 1, 'does not answer'],
  [['members', 'add', 'Nobody'], 2, 'needs --username'],
  [['members', 'show'], 2, 'takes MEMBER'],
  [['members', 'list', '--heir', 'x'], 2, 'knows no --heir'],
  [['departments', 'create', 'X'], 2, '--below or --beside'],
  [['organization', 'settings', 'set', 'salary=1'], 2, 'minimumPasswordLength'],
  [['roles', 'create', 'X', '--permission', 'everything'], 1, 'permissions.0'],
  [['members', 'add', 'X', '--username', 'x', '--password', 'password'], 1, 'password has fewer'],
  [['scim-tokens', 'delete', 'nobody'], 1, 'There is no SCIM token "nobody"'],
])('%j fails with %i and says why', (args, status, why) => {
  const failed = run(...args);
  expect(failed.status).toBe(status);
  expect(failed.stderr).toContain(why);
  expect(failed.stderr).toMatch(/^roster: .*\n$/);
  expect(failed.stdout).toBe('');
});
