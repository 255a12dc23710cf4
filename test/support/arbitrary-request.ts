import fc from 'fast-check';
import type { Operation, Schema } from './openapi-document.ts';

/** A request as it goes out: nothing of it need be right. */
export interface ArbitraryRequest {
  operation: Operation;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

// Own properties of these names, as JSON makes them.
const polluted = ['__proto__', 'constructor', 'prototype', 'toString'].map((name) =>
  JSON.parse(`{${JSON.stringify(name)}: {"admin": true}}`),
);
const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`);

/** What a field does not expect. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, 0, -1, 0.5, 1e308, 2 ** 53, -(2 ** 63), '', ' ', [], {}, [[]], [null]],
    ...[
      '\0',
      'a\0b',
      '\uD800',
      'a\uDC00',
      '\u202E',
      '\uFFFF',
      'x'.repeat(5_000),
      "'; drop table member; --",
    ],
    ...[
      '../../etc/passwd',
      '%00',
      '$(id)',
      '<script>',
      'NaN',
      '1e999',
      '00000000-0000-0000-0000-000000000000',
    ],
    ...[{ $ne: null }, { $gt: '' }, { length: 1e9 }, ['a', 'b'], Array(2_000).fill('x'), deep],
    ...polluted,
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Mostly what a schema asks for, here and there something else. */
function partlyRight(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 7, arbitrary: conforming(schema) }, { weight: 1, arbitrary: hostile });
}

function conforming(schema: Schema): fc.Arbitrary<unknown> {
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (alternatives.length > 0) return fc.oneof(...alternatives.map(partlyRight));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.format === 'uuid') return fc.uuid();
  switch ([schema.type].flat()[0]) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(partlyRight(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, 3),
      });
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 1_000 });
    default:
      return fc.oneof(
        fc.constantFrom('Anna', 'anna@acme.example', 'correct horse battery staple', 'acme'),
        fc.string({ unit: 'grapheme', maxLength: 30 }),
      );
  }
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const known = Object.entries(properties).map(([name, schema]) =>
    fc
      .tuple(fc.integer({ min: 0, max: 9 }), partlyRight(schema))
      .map(([chance, value]): [string, unknown][] =>
        chance < (required.includes(name) ? 9 : 4) ? [[name, value]] : [],
      ),
  );
  const extra = fc.oneof(
    { weight: 5, arbitrary: fc.constant<[string, unknown][]>([]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.oneof(
            fc.constantFrom('id', '__proto__', 'organizationId', 'x'.repeat(3_000)),
            fc.string(),
          ),
          hostile,
        )
        .map((entry): [string, unknown][] => [entry]),
    },
  );
  return fc.tuple(fc.tuple(...known), extra).map(([entries, more]) => {
    const all = [...entries.flat(), ...more].map(
      ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`,
    );
    return JSON.parse(`{${all.join()}}`);
  });
}

/** Bodies that are no JSON. */
const raw: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '{"a":}',
    'null',
    '[]',
    '"text"',
    '1',
    '{"a":1}}',
    '\uFEFF{}',
    '{"a":1,"a":2}',
  ),
  fc.constant(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
  fc.constant('['.repeat(100_000)),
  fc.uint8Array({ maxLength: 50 }),
  fc.constant(
    Uint8Array.from([...Buffer.from('{"name":"'), 0xff, 0xc0, 0x80, ...Buffer.from('"}')]),
  ),
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
);

const contentType = fc.oneof(
  { weight: 12, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
      ...['application/json; charset=utf-16', 'application/merge-patch+json', 'x', ';', ''],
    ),
  },
);

function queryOf(operation: Operation): fc.Arbitrary<string> {
  const parameters = operation.parameters.filter((parameter) => parameter.in === 'query');
  const named = fc
    .tuple(
      ...parameters.map(({ name, schema, required }) =>
        fc
          .tuple(fc.boolean(), partlyRight(schema))
          .map(([given, value]) => (given || required ? [`${name}=${encode(value)}`] : [])),
      ),
    )
    .map((pairs) => pairs.flat().join('&'));
  return fc.oneof(
    { weight: 6, arbitrary: named },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.constantFrom(
          '%',
          '%ZZ',
          '%ff%fe',
          '&&&=',
          'limit=1&limit=2',
          'limit[]=1',
          'sort[$ne]=1',
          'cursor=%00',
        ),
        fc.webQueryParameters(),
      ),
    },
  );
}

function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return encodeURIComponent(text.toWellFormed());
}

function pathOf(operation: Operation, ids: readonly string[]): fc.Arbitrary<string> {
  const segment = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ids) },
    { weight: 2, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: hostile.map((value) => encode(value).slice(0, 500) || '%20') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%ff', '%00', '..%2f..', '{id}', ';', '%E0%A4%A'),
    },
  );
  return segment.map((id) => operation.path.replace(/\{\w+\}/g, () => id));
}

const header = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('*', '"1"', 'W/"1", "2"', '1', '"', '""""', 'x'.repeat(2_000), '\u00FF')
      .map((value) => ({ 'if-match': value })),
  },
);

/**
 * A request to one of the routes, right in part.
 *
 * @param ids of things that are there
 */
export function arbitraryRequest(
  operations: readonly Operation[],
  ids: readonly string[],
): fc.Arbitrary<ArbitraryRequest> {
  return fc.oneof(
    ...operations.map((operation) => {
      const body =
        operation.body === undefined
          ? fc.constant(undefined)
          : fc.oneof(
              {
                weight: 6,
                arbitrary: partlyRight(operation.body).map((value) => JSON.stringify(value)),
              },
              { weight: 1, arbitrary: raw },
            );
      return fc
        .tuple(pathOf(operation, ids), queryOf(operation), body, contentType, header)
        .map(([path, query, sent, type, more]) => ({
          operation,
          path: query === '' ? path : `${path}?${query}`,
          headers: { ...more, ...(sent === undefined ? {} : { 'content-type': type }) },
          body: sent,
        }));
    }),
  );
}
