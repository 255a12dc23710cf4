import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import type { Complex } from '../schemas/value.ts';
import { devices, enterpriseUrn, reading, users, userUrn } from '../test-support/service.ts';
import { evaluate } from './evaluate.ts';
import type { Filter } from './filter.ts';
import { formatFilter } from './filter.ts';
import { parseFilter } from './parser.ts';
import { resolveFilter } from './resolve.ts';

const anna: Complex = {
  id: 'Abc',
  externalId: 'X-1',
  userName: 'Anna@Acme.com',
  displayName: '',
  name: { familyName: 'Straße' },
  active: true,
  emails: [
    { value: 'anna@acme.com', type: 'work' },
    { value: 'anna@home.example', type: 'home', primary: true },
  ],
  [enterpriseUrn]: { department: 'Platform', manager: { value: 'm-1' } },
  meta: { lastModified: '2011-05-13T04:42:34Z' },
};

function matches(filter: string, profile: ProfileName = 'lenient', who: Complex = anna): boolean {
  const { leniency } = reading(profile);
  return evaluate(resolveFilter(parseFilter(filter, leniency), users, leniency), who);
}

describe('a resolved filter', () => {
  it.each([
    // Edge case 1: names and operators in any case, URN-prefixed names.
    ['USERNAME Eq "anna@acme.com"', true],
    [`${userUrn}:userName EQ "ANNA@ACME.COM"`, true],
    [`${enterpriseUrn.toUpperCase()}:DEPARTMENT eq "platform"`, true],
    [`${enterpriseUrn}:manager.value eq "m-1"`, true],
    [`${enterpriseUrn}:manager eq "m-1"`, true],
    [`${enterpriseUrn} pr`, true],
    // Edge case 2: value case by caseExact.
    ['id eq "abc"', false],
    ['externalId eq "x-1"', false],
    ['externalId eq "X-1"', true],
    ['name.familyName eq "STRASSE"', true],
    // Edge case 4: absent is not equal, and its negation holds.
    ['nickName eq "x"', false],
    ['not (nickName eq "x")', true],
    ['nickName ne "x"', false],
    ['nickName eq null', true],
    ['userName ne null', true],
    // Edge case 5: brackets mean the same element.
    ['emails[type eq "work" and value co "home"]', false],
    ['emails.type eq "work" and emails.value co "home"', true],
    ['emails[type eq "home"].value eq "anna@home.example"', true],
    ['emails[not (type eq "work")]', true],
    // Edge case 6: empty text and empty arrays are not present.
    ['displayName pr', false],
    ['emails pr', true],
    ['phoneNumbers pr', false],
    ['phoneNumbers[type pr]', false],
    // Edge case 7: ne matches if any differs.
    ['emails.type ne "work"', true],
    // Edge case 8: what no schema knows has no value.
    ['shoeSize eq 43', false],
    ['not (shoeSize eq 43)', true],
    ['urn:x:y:shoeSize pr', false],
    // Edge case 10: moments, not text.
    ['meta.lastModified eq "2011-05-13T06:42:34+02:00"', true],
    ['meta.lastModified gt "2011-05-13T05:00:00+02:00"', true],
    ['meta.resourceType eq "User"', true],
    ['meta.resourceType eq "Group"', false],
    [`schemas eq "${userUrn}"`, true],
    [`schemas eq "${enterpriseUrn}"`, true],
    ['schemas eq "urn:unknown"', false],
    ['emails co "ACME"', true],
    ['userName sw "anna" and userName ew ".com"', true],
    ['active eq true', true],
    ['active eq "True"', true],
    ['active eq false', false],
  ])('%s is %s', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });

  it('does not see an extension that is not there', () => {
    const { [enterpriseUrn]: _, ...bare } = anna;
    expect(matches(`schemas eq "${enterpriseUrn}"`, 'lenient', bare)).toBe(false);
  });

  it.each([
    'active gt true',
    'active co "t"',
    'x509Certificates.value gt "a"',
    'meta.created co "2011"',
    'meta.created gt "yesterday"',
    'name eq "x"',
    'userName gt null',
    'active eq "maybe"',
    'password eq "secret"',
    'password pr',
    'userName[value eq "x"]',
    'emails[addresses[type pr]]',
  ])('refuses %s with invalidFilter (edge case 3)', (filter) => {
    expect(() => matches(filter)).toThrow(expect.objectContaining({ scimType: 'invalidFilter' }));
  });

  it('refuses unknown attributes in the interop profile', () => {
    expect(() => matches('shoeSize eq 43', 'interop')).toThrow('There is no attribute "shoeSize"');
    expect(() => matches('emails[size eq 1]', 'interop')).toThrow('There is no attribute "size"');
  });
});

/** The semantics once more, as plainly as can be: the oracle of the property below. */
function naive(filter: Filter, device: Record<string, unknown>): boolean {
  switch (filter.op) {
    case 'and':
      return filter.of.every((part) => naive(part, device));
    case 'or':
      return filter.of.some((part) => naive(part, device));
    case 'not':
      return !naive(filter.of, device);
    case 'present':
      return values(device, filter.path).some((value) => value !== '');
    case 'some':
      return values(device, filter.path).some((item) =>
        naive(filter.of, item as Record<string, unknown>),
      );
    case 'compare':
      return values(device, filter.path).some((value) => {
        const fold = (v: unknown) =>
          typeof v === 'string' && filter.path !== 'serial' ? v.toLowerCase() : v;
        const [a, b] = [fold(value) as string, fold(filter.value) as string];
        switch (filter.comparison) {
          case 'eq':
            return a === b;
          case 'ne':
            return a !== b;
          case 'co':
            return a.indexOf(b) >= 0;
          case 'sw':
            return a.indexOf(b) === 0;
          case 'ew':
            return a.slice(a.length - b.length) === b && a.length >= b.length;
          case 'gt':
            return a > b;
          case 'ge':
            return !(a < b);
          case 'lt':
            return a < b;
          case 'le':
            return !(a > b);
        }
        return false;
      });
  }
}

function values(value: unknown, path: string): readonly unknown[] {
  let found: readonly unknown[] = [value];
  for (const name of path.split('.')) {
    found = found
      .flatMap((item) => (item as Record<string, unknown>)[name] ?? [])
      .filter((item) => item !== undefined);
  }
  return found;
}

const word = fc.constantFrom('', 'a', 'A', 'ab', 'Ba', 'b');
const leaf = (prefix: '' | 'disks.') =>
  fc.oneof(
    fc.record({
      op: fc.constant('compare' as const),
      path: prefix === '' ? fc.constantFrom('serial', 'label', 'tags') : fc.constantFrom('slot'),
      comparison: fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'),
      value: word,
    }),
    fc.record({
      op: fc.constant('compare' as const),
      path: prefix === '' ? fc.constantFrom('ports', 'disks.size') : fc.constant('size'),
      comparison: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
      value: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({
      op: fc.constant('present' as const),
      path: prefix === '' ? fc.constantFrom('label', 'tags', 'disks') : fc.constantFrom('slot'),
    }),
  ) as fc.Arbitrary<Filter>;
const tree = (leaves: fc.Arbitrary<Filter>) =>
  fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      leaves,
      fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
    ),
  })).filter;
const anyFilter = tree(
  fc.oneof(
    leaf(''),
    fc.record({
      op: fc.constant('some' as const),
      path: fc.constant('disks'),
      of: tree(leaf('disks.')),
    }),
  ),
);
const anyDevice = fc.record(
  {
    serial: word,
    label: word,
    tags: fc.array(word, { minLength: 1, maxLength: 3 }),
    ports: fc.integer({ min: 0, max: 3 }),
    disks: fc.array(
      fc.record({ slot: word, size: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: ['slot'] }),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

describe('properties', () => {
  it('random filters agree with a naive oracle', () => {
    const { leniency } = reading();
    fc.assert(
      fc.property(anyFilter, anyDevice, (filter, device) => {
        const resolved = resolveFilter(
          parseFilter(formatFilter(filter), leniency),
          devices,
          leniency,
        );
        expect(evaluate(resolved, device as Complex)).toBe(naive(filter, device));
      }),
      { numRuns: 2_000 },
    );
  });
});
