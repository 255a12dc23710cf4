import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, expect, test } from 'vitest';

const settings = new URL('../../.dependency-cruiser.mjs', import.meta.url).href;
const rules = (await import(settings)).default as IConfiguration;
const rooms = ['server', 'scim', 'ldap', 'migrations', 'web-components', 'test', 'bench'];

// A checker that has lost its parser finds nothing wrong in nothing; it must see the house and find
// what is planted in it.
const planted = {
  'scim/planted-violation/reaches-out.ts': "import '../../server/config.ts';\n",
  'server/directory/planted-violation/knows-http.ts': "import 'hono';\n",
  'ldap/planted-violation/utils/drawer.ts': 'export {};\n',
  'ldap/planted-violation/opens-drawer.ts': "import './utils/drawer.ts';\n",
  'server/http/planted-violation/one.ts': "import './other.ts';\n",
  'server/http/planted-violation/other.ts': "import './one.ts';\n",
};

let violations: { rule: string; from: string }[];
let modules: string[];

beforeAll(async () => {
  for (const [file, text] of Object.entries(planted)) {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }
  const { output } = await cruise(rooms, {
    ...rules.options,
    validate: true,
    ruleSet: { forbidden: rules.forbidden },
  });
  const result = output as ICruiseResult;
  violations = result.summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
  modules = result.modules.map(({ source }) => source);
}, 120_000);

afterAll(() => {
  for (const file of Object.keys(planted)) {
    rmSync(`${file.split('/planted-violation/')[0]}/planted-violation`, {
      recursive: true,
      force: true,
    });
  }
});

test('the checker sees the house', () => {
  expect(modules.filter((module) => module.startsWith('server/')).length).toBeGreaterThan(50);
  for (const room of ['server', 'scim', 'ldap', 'web-components']) {
    expect(modules.some((module) => module.startsWith(`${room}/`))).toBe(true);
  }
});

test.each([
  ['scim-stands-alone', 'scim/planted-violation/reaches-out.ts'],
  ['directory-knows-no-protocol', 'server/directory/planted-violation/knows-http.ts'],
  ['no-drawer-for-everything', 'ldap/planted-violation/opens-drawer.ts'],
  ['no-cycles', 'server/http/planted-violation/one.ts'],
])('a planted violation of %s is found', (rule, from) => {
  expect(violations).toContainEqual({ rule, from });
});

test('the house keeps its rules', () => {
  expect(violations.filter(({ from }) => !from.includes('/planted-violation/'))).toEqual([]);
});
