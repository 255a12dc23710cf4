import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../scim/filter/evaluate.ts';
import { parseFilter } from '../../scim/filter/parser.ts';
import { resolveFilter } from '../../scim/filter/resolve.ts';
import { profiles } from '../../scim/profiles.ts';
import { settleResourceType } from '../../scim/schemas/resource-type.ts';
import type { Complex } from '../../scim/schemas/value.ts';
import { assetTypes, leaseUrn, notesUrn } from '../../test/support/asset-types.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { declaredStorage } from './declared-storage.ts';
import { acceptOperatorTypes } from './operator-types.ts';

// The same filter on a declared type, made into SQL and evaluated in memory, finds the same resources.

// Values may repeat here.
const repeatable = JSON.stringify(assetTypes).replaceAll(
  '"uniqueness":"server"',
  '"uniqueness":"none"',
);
const [declaration] = acceptOperatorTypes(JSON.parse(repeatable));
if (declaration === undefined) throw new Error('Assets are declared.');
const type = settleResourceType(declaration);
const leniency = { profile: profiles.lenient, tolerated: () => {} };

const words = [
  'a',
  'B',
  'ab',
  'Straße',
  'STRASSE',
  'x%y',
  'x_y',
  '\\',
  '"',
  'é',
  '张三',
  '10',
  ' ',
];
const moments = [
  '2025-01-01T00:00:00Z',
  '2025-01-01T01:00:00+02:00',
  '2025-01-01T00:00:00.001Z',
  '2024-12-31T23:00:00',
];
const numbers = [-1, 0, 0.1, 1, 10, 9, 1e21, 0.30000000000000004];
const integers = [-1, 0, 1, 9, 10, 2 ** 40];

const text = fc.constantFrom(...words);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const list = <T>(value: fc.Arbitrary<T>) =>
  fc.option(fc.array(value, { minLength: 1, maxLength: 3 }), { nil: undefined });
const disk = fc.record({
  value: maybe(text),
  type: maybe(fc.constantFrom('ssd', 'HDD')),
  size: maybe(fc.constantFrom(...integers)),
  healthy: maybe(fc.boolean()),
  since: maybe(fc.constantFrom(...moments)),
  labels: list(text),
  primary: maybe(fc.boolean()),
});
const asset = fc.record({
  colour: maybe(fc.constantFrom(...words, '')),
  managed: maybe(fc.boolean()),
  ports: maybe(fc.constantFrom(...integers)),
  weight: maybe(fc.constantFrom(...numbers)),
  bought: maybe(fc.constantFrom(...moments)),
  print: maybe(fc.constantFrom('AQID', 'aqid')),
  manual: maybe(text),
  tags: list(fc.constantFrom(...words, '')),
  sizes: list(fc.constantFrom(...integers)),
  place: maybe(
    fc.record({ room: maybe(text), floor: maybe(fc.constantFrom(...integers)), doors: list(text) }),
  ),
  disks: list(disk),
  [notesUrn]: maybe(fc.record({ text: maybe(text), entries: list(fc.record({ value: text })) })),
});

let world: World;
let storage: ReturnType<typeof declaredStorage>;
const assets: (Complex & { serial: string })[] = [];

beforeAll(async () => {
  world = await openWorld();
  storage = declaredStorage(type, world.directory);
  for (const [index, given] of fc.sample(asset, { numRuns: 60, seed: 11 }).entries()) {
    const attributes = {
      ...(withoutNothing(given) as Complex),
      serial: `S-${index}`,
      [leaseUrn]: { until: moments[index % moments.length] ?? '', lessor: words[index % 5] ?? '' },
      ...(index % 3 === 0 ? { externalId: `E-${index}` } : {}),
    };
    const made = await storage.create(world.session(), { attributes, collections: [] }, []);
    const meta = { created: made.created.toISOString(), version: 'W/"1"' };
    assets.push({ ...attributes, id: made.id, meta });
  }
});
afterAll(() => world.close());

/** As a resource is once it has been read: no undefined, nothing empty. */
function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(withoutNothing).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const set = Object.entries(value).flatMap(([name, part]) => {
    const kept = withoutNothing(part);
    return kept === undefined ? [] : [[name, kept]];
  });
  return set.length === 0 ? undefined : Object.fromEntries(set);
}

const quoted = (values: readonly string[]) =>
  fc.constantFrom(...values.map((value) => JSON.stringify(value)));
const joined = (...parts: fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((chosen) => chosen.join(' '));
const textual = fc.constantFrom('eq', 'NE', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const ordering = fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le');
const equality = fc.constantFrom('eq', 'ne');
const comparisons = (names: {
  text: string[];
  number: string[];
  boolean: string[];
  time: string[];
  binary: string[];
}) =>
  fc.oneof(
    joined(fc.constantFrom(...names.text), textual, quoted([...words, 'S-1', 's-1', 'E-3', 'ssd'])),
    joined(
      fc.constantFrom(...names.number),
      ordering,
      fc.constantFrom(...[...numbers, ...integers].map(String)),
    ),
    joined(fc.constantFrom(...names.boolean), equality, fc.constantFrom('true', 'false')),
    joined(fc.constantFrom(...names.time), ordering, quoted(moments)),
    joined(fc.constantFrom(...names.binary), equality, quoted(['AQID', 'aqid'])),
    joined(
      fc.constantFrom(...Object.values(names).flat()),
      fc.constantFrom('pr', 'eq null', 'ne null'),
    ),
  );

const inner = fc.letrec<{ one: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 2 },
    comparisons({
      text: ['value', 'type', 'labels'],
      number: ['size'],
      boolean: ['healthy', 'primary'],
      time: ['since'],
      binary: ['unknown'],
    }).filter((one) => !one.startsWith('unknown')),
    joined(tie('one'), fc.constantFrom('and', 'or'), tie('one')),
    tie('one').map((one) => `not (${one})`),
  ),
})).one;
const valuePath = fc.oneof(
  inner.map((one) => `disks[${one}]`),
  joined(fc.constantFrom('value'), textual, quoted(words)).map((one) => `tags[not (${one})]`),
  joined(fc.constantFrom('value'), ordering, fc.constantFrom('0', '9')).map(
    (one) => `sizes[${one}]`,
  ),
  joined(fc.constantFrom('room', 'doors'), textual, quoted(words)).map((one) => `place[${one}]`),
  joined(fc.constantFrom('value'), textual, quoted(words)).map(
    (one) => `${notesUrn}:entries[${one}]`,
  ),
);
const presence = fc.constantFrom(
  ...[
    'disks pr',
    'place pr',
    'tags pr',
    `${leaseUrn} pr`,
    `${notesUrn} pr`,
    'meta pr',
    'schemas pr',
  ],
  ...[
    `${notesUrn}:entries pr`,
    'externalId pr',
    'unknown pr',
    'owner pr',
    `schemas eq "${notesUrn}"`,
  ],
);
const filterText = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    comparisons({
      text: [
        ...['colour', 'manual', 'tags', 'place.room', 'place.doors', 'disks.value', 'disks.labels'],
        ...['disks', 'serial', 'externalId', 'id', `${leaseUrn}:lessor`, 'lessor'],
        ...[`${notesUrn}:text`, `${notesUrn}:entries.value`, `${notesUrn}:entries`],
      ],
      number: ['ports', 'weight', 'sizes', 'place.floor', 'disks.size'],
      boolean: ['managed', 'disks.healthy', 'disks.primary'],
      time: ['bought', 'disks.since', `${leaseUrn}:until`, 'meta.created'],
      binary: ['print'],
    }),
    presence,
    valuePath,
    joined(tie('filter'), fc.constantFrom('and', 'or'), tie('filter')),
    tie('filter').map((one) => `not (${one})`),
    tie('filter').map((one) => `(${one})`),
  ),
})).filter;

test('SQL and memory find the same resources', async () => {
  let matches = 0;
  await fc.assert(
    fc.asyncProperty(filterText, async (given) => {
      const resolved = resolveFilter(parseFilter(given, leniency), type, leniency);
      const { rows } = await storage.list(
        world.session(),
        { filter: storage.filterOf(resolved), offset: 0, limit: 100 },
        { includes: () => true },
      );
      const expected = assets.filter((one) => evaluate(resolved, one));
      matches += expected.length;
      expect(rows.map(({ attributes }) => attributes.serial).sort()).toEqual(
        expected.map(({ serial }) => serial).sort(),
      );
    }),
    { numRuns: 1_000 },
  );
  expect(matches).toBeGreaterThan(1_000);
}, 120_000);
