import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '')
  // What the test of the import rules plants is gone again in a moment.
  .filter((file) => existsSync(file) && !file.includes('/planted-violation/'));
const code = files.filter(
  (file) => /\.(ts|mjs)$/.test(file) && !['web-components/data/openapi.ts'].includes(file),
);

test('every file can be read in one go', () => {
  const long = code
    .filter((file) => !file.startsWith('migrations/'))
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 450);
  expect(long).toEqual([]);
});

test('the top level holds the rooms and tool settings, nothing else', () => {
  const folders = new Set(
    files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]),
  );
  const rooms = ['server', 'scim', 'ldap', 'web-components', 'migrations', 'test', 'bench', 'docs'];
  for (const room of rooms) expect(folders).toContain(room);
  for (const folder of folders) {
    if (!folder?.startsWith('.')) expect([...rooms, 'examples']).toContain(folder);
  }
});

test('the architecture page names every room', () => {
  const page = readFileSync('docs/architecture.md', 'utf8');
  const rooms = code
    .map((file) => /^(server\/[\w-]+|[\w-]+)\//.exec(file)?.[1])
    .filter((room) => room !== undefined);
  for (const room of new Set(rooms)) expect(page, room).toContain(`\`${room}/\``);
});

test('dependencies are pinned exactly', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries<string>(manifest[kind]),
  );
  for (const [name, version] of versions) {
    expect(version.replace(/^npm:.*@/, ''), name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});

test('all of MikroORM is one version', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const versions = Object.entries(dependencies)
    .filter(([name]) => name.startsWith('@mikro-orm/'))
    .map(([, version]) => version);
  expect(new Set(versions).size).toBe(1);
});

test('only the configuration reads the environment', () => {
  const readers = code.filter(
    (file) =>
      /^(server|scim|ldap|web-components)\//.test(file) &&
      !/\.test\.ts$|test-support|build\.mjs|web-test-runner/.test(file) &&
      readFileSync(file, 'utf8').includes('process.env'),
  );
  // launch.mjs passes it on, main.ts hands it to config.ts; the command line is a program of its own,
  // and the demo sets what main.ts will read.
  expect(readers.sort()).toEqual([
    'server/cli.ts',
    'server/demo.ts',
    'server/launch.mjs',
    'server/main.ts',
  ]);
});
