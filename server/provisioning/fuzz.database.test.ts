import fc from 'fast-check';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assetTypes, leaseUrn, newAsset, notesUrn } from '../../test/support/asset-types.ts';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';
import { patchOf } from '../../test/support/scim-client.ts';
import { acceptOperatorTypes } from './operator-types.ts';
import { enterpriseUserUrn, rosterUserUrn } from './schemas.ts';

// Whatever a client sends, it is answered and never with a failure of ours.

const faults: string[] = [];
const log = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) });

let api: ScimApi;
const paths: string[] = [];
beforeAll(async () => {
  api = await openScimApi({ operatorTypes: acceptOperatorTypes(assetTypes), log });
  const bodies: [string, Record<string, unknown>][] = [
    ['/Users', { userName: 'anna' }],
    ['/Groups', { displayName: 'Group' }],
    ['/Departments', { displayName: 'Department' }],
    ['/Roles', { displayName: 'Role' }],
    ['/Assets', newAsset('S-1', { tags: ['a'], disks: [{ value: 'x', size: 1 }] })],
  ];
  for (const [endpoint, body] of bodies) {
    const made = await api.scim('POST', endpoint, body);
    expect(made.status).toBe(201);
    paths.push(`${endpoint}/${made.body.id}`);
  }
});
afterAll(() => api.close());

const names = [
  ...['userName', 'active', 'name', 'emails', 'displayName', 'members', 'externalId', 'parent'],
  ...['position', 'path', 'permissions', 'builtIn', 'serial', 'label', 'pin', 'code', 'ports'],
  ...['weight', 'bought', 'tags', 'sizes', 'place', 'owner', 'disks', leaseUrn, notesUrn],
  ...[rosterUserUrn, enterpriseUserUrn, '__proto__', 'constructor', 'schemas', 'meta', 'id'],
];
const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 53,
    '',
    'True',
    'x',
    '2025-01-01T00:00:00Z',
  ),
  fc.string({ maxLength: 5, unit: 'binary' }),
  fc.uuid(),
);
const value = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...['value', 'display', 'type', 'primary', '$ref', 'size', 'labels', 'secret', 'room'],
        ...['floor', 'departments', 'roles', 'status', 'department', 'until', 'entries', 'text'],
      ),
      tie('json'),
      { maxKeys: 3 },
    ),
  ),
})).json;
const body = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 });
const sub = fc.constantFrom(
  '',
  '.value',
  '.size',
  '.room',
  '[value eq "x"]',
  '[size gt 0].labels',
  '[',
  ':departments',
  ':roles[display eq "Member"]',
  ':until',
);
const patchPath = fc.tuple(fc.constantFrom(...names), sub).map((parts) => parts.join(''));
const operation = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'remove'), path: patchPath, value },
  { requiredKeys: ['op'] },
);
const comparison = fc.constantFrom('eq', 'ne', 'co', 'gt', 'le', 'pr');
const literal = fc.oneof(
  scalar.map((one) => JSON.stringify(one)),
  fc.constant('"9999-12-31T23:59:59Z"'),
);
const filter = fc
  .tuple(patchPath, comparison, literal)
  .map(([path, op, right]) => (op === 'pr' ? `${path} pr` : `${path} ${op} ${right}`));

test('no body, no patch and no query is a failure of ours', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      body,
      fc.array(operation, { minLength: 1, maxLength: 3 }),
      filter,
      patchPath,
      async (choice, given, operations, text, sortBy) => {
        const path = paths[choice % paths.length] ?? '';
        const [, endpoint] = path.split('/');
        const query = new URLSearchParams({ filter: text });
        const sort = new URLSearchParams({ sortBy, cursor: '', count: '2' });
        const answers = [
          await api.scim('POST', `/${endpoint}`, given),
          await api.scim('PUT', path, given),
          await api.scim('PATCH', path, patchOf(...operations)),
          await api.scim('GET', `/${endpoint}?${query}`),
          await api.scim('GET', `/${endpoint}?${sort}`),
          await api.scim('GET', path),
        ];
        expect(faults).toEqual([]);
        for (const { status } of answers) expect(status).toBeLessThan(500);
        expect(answers.at(-1)?.status).toBe(200);
      },
    ),
    { numRuns: 150 },
  );
  expect(({} as Record<string, unknown>).x).toBeUndefined();
}, 300_000);
