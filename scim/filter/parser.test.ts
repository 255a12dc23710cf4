import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../error.ts';
import { reading } from '../test-support/service.ts';
import { comparisons, type Filter, formatFilter } from './filter.ts';
import { parseFilter, parsePath } from './parser.ts';

const { leniency } = reading();
const strict = reading('rfc').leniency;
const parse = (text: string) => parseFilter(text, leniency);

function refusal(run: () => unknown): ScimError {
  try {
    run();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new TypeError('nothing was refused');
}

describe('parseFilter', () => {
  it('parses every example of RFC 7644 section 3.4.2.2 and prints it back', () => {
    const examples = [
      'userName eq "bjensen"',
      'name.familyName co "O\'Malley"',
      'userName sw "J"',
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
      'title pr',
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      'title pr and userType eq "Employee"',
      'title pr or userType eq "Intern"',
      'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"',
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
      'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
      'userType eq "Employee" and (emails.type eq "work")',
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
    ];
    for (const example of examples) {
      const filter = parseFilter(example, strict);
      expect(parseFilter(formatFilter(filter), strict), example).toEqual(filter);
    }
  });

  it('binds not before and before or (edge case 4)', () => {
    expect(parse('a pr or b pr and not (c pr)')).toEqual({
      op: 'or',
      of: [
        { op: 'present', path: 'a' },
        {
          op: 'and',
          of: [
            { op: 'present', path: 'b' },
            { op: 'not', of: { op: 'present', path: 'c' } },
          ],
        },
      ],
    });
  });

  it('takes operators and keywords in any case (edge case 1)', () => {
    expect(parse('A EQ "x" AND NOT (B Pr)')).toEqual(parse('A eq "x" and not (B pr)'));
    expect(parse('active eq True')).toEqual(parse('active eq true'));
  });

  it('reads strings as JSON (edge case 9)', () => {
    expect(parse('name.familyName eq "O\\"Malley a\\\\b \\u00e9"')).toMatchObject({
      value: 'O"Malley a\\b é',
    });
  });

  it('reads numbers, booleans and null', () => {
    const values = ['-12', '1.5e3', 'false', 'null'].map((text) => parse(`a eq ${text}`));
    expect(values).toMatchObject([
      { value: -12 },
      { value: 1500 },
      { value: false },
      { value: null },
    ]);
  });

  it('reads the form of Entra ID that is not in the grammar (case 23)', () => {
    expect(parseFilter('emails[type eq "work"].value eq "x@y"', strict)).toEqual(
      parse('emails[type eq "work" and value eq "x@y"]'),
    );
  });

  it('takes a bare word for text where the profile allows it, and says so (case 22)', () => {
    const lenient = reading('lenient');
    expect(parseFilter('externalId eq jyoung', lenient.leniency)).toMatchObject({
      value: 'jyoung',
    });
    expect([...lenient.used]).toEqual(['unquotedFilterValue']);
    expect(refusal(() => parseFilter('externalId eq jyoung', strict)).scimType).toBe(
      'invalidFilter',
    );
  });

  it.each([
    '',
    'userName',
    'userName eq',
    'userName xx "a"',
    'userName eq "a',
    'userName eq "a" and',
    'userName eq "a" "b"',
    '(userName eq "a"',
    'userName eq "a")',
    'not userName eq "a"',
    'emails[type eq "work"',
    'emails[]',
    'a.b.c eq "x"',
    'a eq "\\x"',
    'a eq "\\u0000"',
    'a eq "\\ud800"',
    '1a eq "x"',
    '"a" eq "x"',
    'a eq 1e999x"',
    '[a pr]',
  ])('refuses %j with 400 invalidFilter', (text) => {
    const error = refusal(() => parse(text));
    expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });

  it('bounds depth, parts and length', () => {
    const deep = (levels: number) => `${'('.repeat(levels)}a pr${')'.repeat(levels)}`;
    expect(parse(deep(32))).toEqual({ op: 'present', path: 'a' });
    expect(refusal(() => parse(deep(33))).message).toContain('deeper than 32');
    expect(refusal(() => parse(deep(4_000))).scimType).toBe('invalidFilter');
    expect(refusal(() => parse('not '.repeat(50))).scimType).toBe('invalidFilter');
    const wide = (parts: number) => Array.from({ length: parts }, () => 'a pr').join(' or ');
    expect(parse(wide(127)).op).toBe('or');
    expect(refusal(() => parse(wide(129))).message).toContain('more than 128');
    expect(refusal(() => parse(`a eq "${'x'.repeat(8_192)}"`)).message).toContain(
      'longer than 8192',
    );
  });
});

describe('parsePath', () => {
  it('parses the three forms of RFC 7644 section 3.5.2', () => {
    expect(parsePath('name.familyName', leniency)).toEqual({
      path: 'name.familyName',
      filter: undefined,
      sub: undefined,
    });
    expect(parsePath('addresses[type eq "work"]', leniency)).toMatchObject({ path: 'addresses' });
    expect(parsePath('members[value pr and type eq "User"].display', leniency)).toMatchObject({
      path: 'members',
      filter: { op: 'and' },
      sub: 'display',
    });
  });

  it.each(['', 'a b', 'a[', 'a[b pr]c', 'a[b pr].', 'a..b', '.a', 'a[b pr].c.d.e', '"a"'])(
    'refuses %j',
    (text) => {
      expect(refusal(() => parsePath(text, leniency)).status).toBe(400);
    },
  );
});

const pathName = fc.constantFrom(
  'userName',
  'name.givenName',
  'emails.$ref',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
);
const literal = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
  fc.boolean(),
  fc.constant(null),
);
const { filter: anyFilter } = fc.letrec<{ leaf: Filter; filter: Filter }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ op: fc.constant('present' as const), path: pathName }),
    fc.record({
      op: fc.constant('compare' as const),
      path: pathName,
      comparison: fc.constantFrom(...comparisons),
      value: literal,
    }),
  ),
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
    fc.record({ op: fc.constant('some' as const), path: pathName, of: tie('filter') }),
  ),
}));

describe('properties', () => {
  it('a printed filter parses to itself', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        expect(parse(formatFilter(filter))).toEqual(filter);
      }),
    );
  });

  it('any text is parsed or refused with 400', () => {
    const fragment = fc.constantFrom('a', 'eq', '"x"', '(', ')', '[', ']', 'not', 'and', ' ', '.b');
    const text = fc.oneof(
      fc.string(),
      fc.array(fragment).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, (input) => {
        try {
          parse(input);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ScimError', status: 400 });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
