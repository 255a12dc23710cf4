import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import {
  enterpriseUrn,
  groupUrn,
  patchOf,
  startService,
  userUrn,
} from '../test-support/service.ts';
import { bulkUrn } from './bulk-request.ts';

/** `FUZZ=100` runs a hundred times as many. */
const times = Number(process.env.FUZZ ?? 1);
const runs = (count: number) => ({ numRuns: count * times });
const patience = { timeout: 30_000 * times };
const profile = fc.constantFrom<ProfileName>('lenient', 'rfc', 'interop');

const builtins = [Object, Array, Function, String, Number, Boolean, Map, Set, RegExp, Promise];
const snapshot = () =>
  builtins.map(({ prototype }) => Object.entries(Object.getOwnPropertyDescriptors(prototype)));
let before: ReturnType<typeof snapshot>;
beforeAll(() => {
  before = snapshot();
});
afterAll(() => {
  expect(snapshot()).toEqual(before);
});

const attribute = fc.constantFrom(
  'userName',
  'name',
  'name.givenName',
  'emails',
  'emails.value',
  'active',
  'meta.created',
  'id',
  'externalId',
  'password',
  'members',
  'members.value',
  'serial',
  'ports',
  'weight',
  'bought',
  'fingerprint',
  'managed',
  'tags',
  'disks',
  'disks.slot',
  'schemas',
  'manager',
  'groups',
  'shoeSize',
  '__proto__',
  'constructor.prototype',
  enterpriseUrn,
  `${enterpriseUrn}:manager.value`,
  `${enterpriseUrn}:__proto__`,
  warrantyUrn,
  `${warrantyUrn}:until`,
  `${userUrn}:emails`,
);
const literal = fc.oneof(
  fc.constantFrom('"work"', '"x"', '""', 'true', 'null', '1', '-1.5e3', '"2026-01-31T12:00:00Z"'),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('bare', '"\\u0000"', '"\\ud800"', "'x'", '1e999', '"bulkId:a"'),
);
const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'xx');
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.tuple(attribute, operator, literal).map((parts) => parts.join(' ')),
    attribute.map((name) => `${name} pr`),
    fc
      .tuple(tie('filter'), fc.constantFrom('and', 'or', 'AND'), tie('filter'))
      .map((parts) => parts.join(' ')),
    tie('filter').map((inner) => `not (${inner})`),
    tie('filter').map((inner) => `(${inner})`),
    fc.tuple(attribute, tie('filter')).map(([name, inner]) => `${name}[${inner}]`),
    fc
      .tuple(attribute, tie('filter'), fc.constantFrom('.value eq "x"', '.type pr', '.x', ''))
      .map(([name, inner, rest]) => `${name}[${inner}]${rest}`),
  ),
}));
const path = fc.oneof(
  attribute,
  filter,
  fc
    .tuple(
      attribute,
      filter,
      fc.constantFrom('', '.value', '.type', '.primary', '.__proto__', '.slot'),
    )
    .map(([name, inner, sub]) => `${name}[${inner}]${sub}`),
);
const simple = fc.oneof(
  fc.constantFrom<unknown>(null, true, 'True', '', 'x', 7, 1.5, 'user-1', '2026-01-31T12:00:00Z'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const object = fc
  .array(
    fc.tuple(
      fc.oneof(
        attribute,
        path,
        fc.constantFrom('value', 'type', 'primary', 'slot', '$ref', 'size'),
      ),
      fc.oneof(simple, fc.array(simple, { maxLength: 2 })),
    ),
    { maxLength: 4 },
  )
  // JSON.parse, unlike an object literal, makes "__proto__" a property of its own.
  .map((entries): unknown =>
    JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`)}}`),
  );
const value = fc.oneof(simple, object, fc.array(fc.oneof(simple, object), { maxLength: 3 }));
const operation = fc.record(
  { op: fc.constantFrom('add', 'replace', 'remove', 'Replace', 'move'), path, value },
  { requiredKeys: ['op'] },
);

async function startWithSome(name: ProfileName) {
  const service = startService({ profile: name });
  const { send } = service;
  const emails = [{ value: 'a@x.io', type: 'work', primary: true }, { value: 'b@x.io' }];
  await send('POST', '/Users', { schemas: [userUrn], userName: 'anna', emails });
  const members = [{ value: 'user-1' }];
  await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G', members });
  await send('POST', '/Devices', {
    schemas: [deviceUrn],
    serial: 'S1',
    disks: [{ slot: 'a', size: 1 }],
    [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
  });
  return service;
}

const resource = fc.constantFrom('/Users/user-1', '/Groups/group-2', '/Devices/device-3');

describe('random operations', patience, () => {
  it('a PATCH is done or refused, and what is refused changes nothing', async () => {
    for (const name of ['lenient', 'rfc', 'interop'] as const) {
      const { send, storage, errors } = await startWithSome(name);
      await fc.assert(
        fc.asyncProperty(
          resource,
          fc.array(operation, { minLength: 1, maxLength: 4 }),
          async (at, operations) => {
            const rows = structuredClone([...storage.rows]);
            const reply = await send('PATCH', at, patchOf(...operations));
            expect(errors).toEqual([]);
            expect([200, 204, 400, 409]).toContain(reply.status);
            if (reply.status >= 400) expect([...storage.rows]).toEqual(rows);
            expect(storage.rows.size).toBe(3);
            const shown = await send('GET', at);
            expect(shown.body).toMatchObject({ id: at.split('/')[2] });
          },
        ),
        runs(200),
      );
    }
  });

  it('a filter is answered or refused with invalidFilter', async () => {
    for (const name of ['lenient', 'rfc', 'interop'] as const) {
      const { send, errors } = await startWithSome(name);
      const endpoint = fc.constantFrom('/Users', '/Groups', '/Devices', '/');
      await fc.assert(
        fc.asyncProperty(endpoint, filter, async (at, wanted) => {
          const reply = await send(
            'GET',
            `${at}?filter=${encodeURIComponent(wanted.toWellFormed())}`,
          );
          expect(errors).toEqual([]);
          if (reply.status === 200) return;
          expect(reply.body).toMatchObject({ status: '400', scimType: 'invalidFilter' });
        }),
        runs(500),
      );
    }
  });

  it('a body makes a resource that can be read and put back, or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        profile,
        fc.constantFrom('/Users', '/Devices', '/Groups'),
        object,
        async (name, endpoint, given) => {
          const { send, storage, errors } = startService({ profile: name });
          const required = {
            schemas: [{ '/Users': userUrn, '/Devices': deviceUrn, '/Groups': groupUrn }[endpoint]],
            userName: 'anna',
            displayName: 'G',
            serial: 'S1',
            [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
          };
          const made = await send('POST', endpoint, { ...required, ...(given as object) });
          expect(errors).toEqual([]);
          if (made.status !== 201) {
            expect([made.status, storage.rows.size]).toEqual([400, 0]);
            return;
          }
          const at = `${endpoint}/${(made.body as { readonly id: string }).id}`;
          const shown = await send('GET', at);
          expect(shown.body).toEqual(made.body);
          if (name === 'interop') return;
          // What is only returned on request is not there to be put back.
          const whole = { ...(shown.body as object), ...pick(given, ['notes']) };
          const put = await send('PUT', at, whole);
          expect([put.status, put.body]).toEqual([200, shown.body]);
        },
      ),
      runs(300),
    );
  });

  it('bulk tells of each operation, and loses and invents no row', async () => {
    const id = fc.constantFrom('a', 'b', 'c', 'nobody');
    const reference = fc.oneof(
      id.map((bulkId) => `bulkId:${bulkId}`),
      fc.constantFrom('user-1', 'bulkId:', 'x'),
    );
    const data = fc.oneof(
      object,
      fc.record(
        {
          schemas: fc.constant([userUrn]),
          userName: fc.oneof(fc.constantFrom('u', 'v', 'w', 'anna'), reference),
          manager: fc.oneof(reference, fc.record({ value: reference })),
          [enterpriseUrn]: fc.record({ manager: fc.record({ value: reference }) }),
        },
        { requiredKeys: ['schemas', 'userName'] },
      ),
      fc.record({
        schemas: fc.constant([groupUrn]),
        displayName: fc.constant('H'),
        members: fc.array(fc.record({ value: reference }), { maxLength: 3 }),
      }),
      fc
        .array(
          fc.oneof(
            operation,
            reference.map((to) => ({ op: 'remove', path: `members[value eq "${to}"]` })),
            reference.map((to) => ({ op: 'add', path: 'members', value: [{ value: to }] })),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map((operations) => patchOf(...operations)),
    );
    const bulkOperation = fc.record(
      {
        method: fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'GET'),
        path: fc.oneof(
          fc.constantFrom('/Users', '/Groups', '/Groups/group-2', '/Users/user-1', '/Nothing', '/'),
          reference.map((to) => `/Groups/${to}`),
        ),
        bulkId: id,
        data,
        version: fc.constantFrom('W/"1"', '*', ''),
      },
      { requiredKeys: ['method', 'path', 'data'] },
    );
    await fc.assert(
      fc.asyncProperty(
        profile,
        fc.uniqueArray(bulkOperation, { minLength: 1, maxLength: 6, selector: unique }),
        fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        async (name, operations, failOnErrors) => {
          const { send, storage, errors } = await startWithSome(name);
          const body = { schemas: [bulkUrn], Operations: operations, failOnErrors };
          const reply = await send('POST', '/Bulk', body);
          expect(errors).toEqual([]);
          expect(reply.status).toBe(200);
          const { Operations: results } = reply.body as {
            readonly Operations: readonly { method: string; status: string; location?: string }[];
          };
          if (failOnErrors === undefined) expect(results).toHaveLength(operations.length);
          const made = results.filter(({ method, location }) => method === 'POST' && location);
          const gone = results.filter(
            ({ method, status }) => method === 'DELETE' && status === '204',
          );
          expect(storage.rows.size).toBe(3 + made.length - gone.length);
          for (const { status } of results) expect(status).toMatch(/^(20[014]|40[01459]|412|501)$/);
        },
      ),
      runs(300),
    );
  });

  it('a group has the members that the operations say, in whatever form they come', async () => {
    const who = fc.constantFrom('u-1', 'u-2', 'u-3', 'u-4', 'u-5');
    const some = fc.array(who, { maxLength: 4 });
    const listed = (ids: readonly string[]) => ids.map((id) => ({ value: id }));
    const step = fc.oneof(
      fc.tuple(fc.constant('add' as const), some),
      fc.tuple(fc.constant('remove' as const), some),
      fc.tuple(fc.constant('filter' as const), fc.array(who, { minLength: 1, maxLength: 3 })),
      fc.tuple(fc.constant('replace' as const), some),
      fc.tuple(fc.constant('pathless' as const), some),
      fc.tuple(fc.constant('clear' as const), fc.constant<string[]>([])),
      fc.tuple(fc.constant('rename' as const), some),
    );
    const operationOf = ([kind, ids]: readonly [string, readonly string[]]) => {
      switch (kind) {
        case 'remove':
          return { op: 'Remove', path: 'members', value: listed(ids) };
        case 'filter':
          return {
            op: 'remove',
            path: `members[${ids.map((id) => `value eq "${id}"`).join(' or ')}]`,
          };
        case 'pathless':
          return { op: 'add', value: { members: listed(ids), displayName: ids.join() || 'G' } };
        case 'clear':
          return { op: 'remove', path: 'members' };
        case 'rename':
          return { op: 'replace', value: { displayName: ids.join() || 'G' } };
        default:
          return { op: kind, path: 'members', value: listed(ids) };
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        async (requests) => {
          const { send, storage } = startService();
          await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G' });
          const model = new Set<string>();
          for (const steps of requests) {
            const reply = await send(
              'PATCH',
              '/Groups/group-1',
              patchOf(...steps.map(operationOf)),
            );
            expect(reply.status).toBe(204);
            for (const [kind, ids] of steps) {
              if (kind === 'replace' || kind === 'clear') model.clear();
              for (const id of ids) {
                if (kind === 'remove' || kind === 'filter') model.delete(id);
                else if (kind !== 'rename') model.add(id);
              }
            }
            const { collections } = storage.rows.get('group-1') ?? {};
            expect(new Set(collections?.get('members')?.keys() ?? [])).toEqual(model);
          }
        },
      ),
      runs(200),
    );
  });
});

/** One bulkId twice is refused as a whole, which is tested elsewhere. */
function unique({ bulkId }: { readonly bulkId?: string }): unknown {
  return bulkId ?? Symbol('none');
}

function pick(given: unknown, names: readonly string[]): object {
  const entries = Object.entries(given as object);
  return Object.fromEntries(entries.filter(([name]) => names.includes(name)));
}
