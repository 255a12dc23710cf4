import fc from 'fast-check';
import type { Filter } from '../filter/filter.ts';

const attribute = fc.constantFrom(
  'cn',
  'uid',
  'mail',
  '2.5.4.4',
  'cn;lang-de',
  'userCertificate;binary',
);
const octets = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('*', '(', ')', '\\', '\0', 'a*b', ' ').map((text) => Buffer.from(text)),
);
const someOctets = octets.filter(({ length }) => length > 0);

const assertion = fc.record({
  kind: fc.constantFrom('equality', 'greaterOrEqual', 'lessOrEqual', 'approx'),
  attribute,
  value: octets,
});
const present = fc.record({ kind: fc.constant('present' as const), attribute });
const substrings = fc
  .record({
    kind: fc.constant('substrings' as const),
    attribute,
    initial: fc.option(someOctets, { nil: undefined }),
    any: fc.array(someOctets, { maxLength: 3 }),
    final: fc.option(someOctets, { nil: undefined }),
  })
  .filter(
    ({ initial, any, final }) => initial !== undefined || final !== undefined || any.length > 0,
  );
const extensible = fc
  .record({
    kind: fc.constant('extensible' as const),
    rule: fc.option(fc.constantFrom('caseExactMatch', '2.5.13.2'), { nil: undefined }),
    attribute: fc.option(attribute, { nil: undefined }),
    value: octets,
    dnAttributes: fc.boolean(),
  })
  .filter((filter) => filter.rule !== undefined || filter.attribute !== undefined);

/** Filters of every kind, a few levels deep. */
export const arbitraryFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    assertion,
    present,
    substrings,
    extensible,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(tie('filter'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), filter: tie('filter') }),
  ) as fc.Arbitrary<Filter>,
})).filter;
