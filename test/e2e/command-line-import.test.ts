import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';

// Each command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const password = 'wandering violet teapot';
const folder = mkdtempSync(join(tmpdir(), 'roster-import-'));

let roster: RunningRoster;
beforeAll(async () => {
  roster = await startRoster();
  run('departments', 'create', 'R&D', '--below', 'Acme');
  run('departments', 'create', 'Platform', '--below', 'R&D');
}, 120_000);
afterAll(async () => {
  await roster?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  PATH: process.env.PATH,
  ROSTER_URL: roster.url,
  ROSTER_API_KEY: firstRun.apiKey,
  // As npm says where it was called: relative paths start there.
  INIT_CWD: folder,
});
const run = (...args: string[]) =>
  spawnSync(process.execPath, ['server/cli.ts', ...args], {
    env: environment(),
    encoding: 'utf8',
  });

const file = (name: string, content: string | Uint8Array) =>
  writeFileSync(join(folder, name), content);
const resultOf = (name: string) =>
  Papa.parse<Record<string, string>>(readFileSync(join(folder, name), 'utf8').slice(1), {
    header: true,
    skipEmptyLines: true,
  }).data;
const names = () =>
  run('members', 'list', '--json')
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line).name as string);
const lookUp = async (link: string) => {
  const response = await fetch(`${roster.url}/api/v1/join/lookup`, {
    method: 'POST',
    // A connection that is kept would end while the test waits for a process.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ token: new URL(link).hash.slice(1) }),
  });
  return (await response.json()) as { name?: string };
};

const mixed = [
  'Note,departments,roles,*Name,用户名,E-mail,password,invite',
  `=note,R&D/Platform; Acme,member,Ann,ann,ann@acme.example,${password},`,
  ',,Auditor,Bob,,,,link',
  ',,,Cleo,,cleo@acme.example,,邮件',
  `,Nowhere,,Dan,dan,,${password},`,
  `,,Boss,Dora,dora,,${password},`,
  `,,,Emil,ADMIN,,${password},`,
  `,,,"'=1+1",ANN,,${password},`,
  ',,,Fay,fay,,,',
  ',,,Gus,,,,fax',
  ',,,Hal,,,,mail',
  `,,,,nobody,,${password},`,
  '',
  ',,,Ida,ida,,,link,surplus',
].join('\r\n');

const wrong = {
  Dan: 'no department "Nowhere"',
  Dora: 'no role "Boss"',
  Emil: 'username',
  '=1+1': 'row 2',
  Fay: 'neither a password nor an invitation',
  Gus: '"fax" is neither mail nor link',
  Hal: 'email: is missing',
  '': 'name: is missing',
  Ida: 'more cells',
};

test('a dry run says of each row what would be done or what is wrong, and changes nothing', () => {
  file('mixed.csv', mixed);
  const before = names();
  const { status, stdout, stderr } = run('import', 'mixed.csv', '--dry-run', '--json');
  expect({ status, stderr }).toEqual({ status: 1, stderr: 'roster: 9 of 12 rows failed.\n' });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows.slice(0, 3)).toEqual([
    { row: 2, name: 'Ann', result: 'would be added', reason: null, link: null },
    { row: 3, name: 'Bob', result: 'would be invited', reason: null, link: null },
    { row: 4, name: 'Cleo', result: 'would be invited', reason: null, link: null },
  ]);
  for (const { row, name, result, reason } of rows.slice(3)) {
    expect({ row, result }).toEqual({ row: expect.any(Number), result: 'failed' });
    expect(reason).toContain(wrong[name as keyof typeof wrong]);
  }
  expect(rows.at(-1).row).toBe(14);
  expect(names()).toEqual(before);
});

test('valid rows go in though others fail; the result tells each, and is mended and imported', async () => {
  const first = run('import', 'mixed.csv', '--result', 'result.csv');
  expect(first).toMatchObject({ status: 1, stderr: 'roster: 9 of 12 rows failed.\n' });
  expect(first.stdout).toContain('2\tadded\tAnn\t\n');
  expect(first.stdout).toMatch(/\n3\tinvited\tBob\thttp\S+\/join#\S+\n/);
  expect(first.stdout).toMatch(/\n1 added, 2 invited, 9 failed\n$/);
  expect(run('members', 'show', 'ann').stdout).toContain('Departments\tPlatform, Acme\n');
  expect(run('mail', 'list').stdout).toContain('queued\tcleo@acme.example');
  expect(statSync(join(folder, 'result.csv')).mode & 0o077).toBe(0);

  const rows = resultOf('result.csv');
  expect(rows).toHaveLength(12);
  expect(rows[0]).toMatchObject({ Note: "'=note", '*Name': 'Ann', 'Import result': 'added' });
  expect(rows[6]).toMatchObject({ '*Name': "'=1+1", 'Import result': 'failed' });
  expect(await lookUp(rows[1]?.['Import link'] ?? '')).toMatchObject({ name: 'Bob' });
  const mended = rows.map((row) => (row.用户名 === 'ANN' ? { ...row, 用户名: 'formula' } : row));
  file('mended.csv', Papa.unparse(mended.slice(0, 7)));
  const second = run('import', 'mended.csv', '--result', 'result2.csv');
  expect(second.stdout).toContain('8\tadded\t=1+1');
  expect(names().filter((name) => ['Ann', 'Bob', '=1+1'].includes(name))).toHaveLength(3);
  expect(resultOf('result2.csv')[1]).toMatchObject({
    'Import result': 'invited',
    'Import link': rows[1]?.['Import link'],
  });
});

test('killed in the middle and run again, it makes nothing twice, and tells every link', async () => {
  const people = Array.from({ length: 60 }, (_, index) => `Many ${index}`);
  const rows = people.map((name, index) =>
    index % 6 === 0 ? `${name},many${index},${password},` : `${name},,,link`,
  );
  file('many.csv', ['name;username;password;invite', ...rows].join('\n').replaceAll(',', ';'));
  const child = spawn(process.execPath, ['server/cli.ts', 'import', 'many.csv'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  for await (const chunk of child.stdout) {
    told += chunk;
    if (told.split('\n').length > 10) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  const there = new Set(names());
  expect(people.every((name) => there.has(name))).toBe(false);

  const again = run('import', 'many.csv', '--result', 'many-result.csv');
  expect({ status: again.status, stderr: again.stderr }).toEqual({ status: 0, stderr: '' });
  expect(
    names()
      .filter((name) => name.startsWith('Many'))
      .sort(),
  ).toEqual(people.toSorted());
  const results = resultOf('many-result.csv');
  expect(results[1]?.['Import link']).toBe(/^3\tinvited\tMany 1\t(.*)$/m.exec(told)?.[1]);
  for (const { name, 'Import link': link } of results.filter(({ invite }) => invite === 'link')) {
    expect(await lookUp(link ?? '')).toMatchObject({ name });
  }
});

test('when Roster dies in the middle and comes back, the import goes on', async () => {
  const people = Array.from({ length: 40 }, (_, index) => `Some ${index}`);
  file('some.csv', ['name,invite', ...people.map((name) => `${name},link`)].join('\n'));
  const child = spawn(process.execPath, ['server/cli.ts', 'import', 'some.csv'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let told = '';
  for await (const chunk of child.stdout) {
    if (told === '') {
      await roster.end('SIGKILL');
      roster = await roster.restart();
    }
    told += chunk;
  }
  expect(await ended).toEqual([0, null]);
  expect(told).toMatch(/\n40 invited\n$/);
  const made = names().filter((name) => name.startsWith('Some'));
  expect(made.toSorted()).toEqual(people.toSorted());
});

test('what a refusal was about is mended, and the same file goes in', () => {
  file('later.csv', `name,username,password\nLate,ann,${password}\n`);
  expect(run('import', 'later.csv').stdout).toContain('2\tfailed\tLate\t');
  expect(run('import', 'later.csv').stdout).toContain('2\tfailed\tLate\t');
  expect(run('members', 'remove', 'ann', '--heir', 'admin').status).toBe(0);
  expect(run('import', 'later.csv')).toMatchObject({ status: 0, stderr: '' });
  expect(run('import', 'later.csv').stdout).toContain('2\tadded\tLate\t');
  expect(names().filter((name) => name === 'Late')).toHaveLength(1);
});

test('what Excel saves as Unicode text is read', () => {
  const text = '\uFEFF姓名\t邀请\n张三\t链接\n';
  file('excel.txt', Buffer.from(text, 'utf16le'));
  expect(run('import', 'excel.txt', '--dry-run')).toMatchObject({
    status: 0,
    stdout: '2\twould be invited\t张三\t\n1 would be invited\n',
  });
});

test.each([
  ['username,password\na,b\n', 1, 'There is no column "name"'],
  ['name,username\na,b\n', 1, 'There is no column "password"'],
  ['name,姓名,invite\na,b,link\n', 1, 'The column "name" is there twice'],
  ['name,invite\n"a,link\n', 1, 'Row 2 is no CSV'],
  [Buffer.from([0x6e, 0xff, 0x0a]), 1, 'not in UTF-8'],
  ['', 1, 'There is no column "name"'],
])('%j is refused as a whole', (content, status, why) => {
  file('bad.csv', content);
  const refused = run('import', 'bad.csv');
  expect(refused).toMatchObject({ status, stdout: '' });
  expect(refused.stderr).toContain(why);
  expect(refused.stderr).toMatch(/^roster: .*\n$/);
});

test('the imported file is not written over, and one that is not there is told', () => {
  expect(run('import', 'mixed.csv', '--result', './mixed.csv')).toMatchObject({ status: 2 });
  expect(readFileSync(join(folder, 'mixed.csv'), 'utf8')).toBe(mixed);
  expect(run('import', 'nowhere.csv').stderr).toContain('cannot be read');
});
