import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BerReader } from '../ber/ber-reader.ts';
import { BerWriter } from '../ber/ber-writer.ts';
import { arbitraryFilter } from '../test-support/arbitrary-filter.ts';
import { writeFilter } from '../test-support/wire.ts';
import { decodeFilter } from './decode.ts';
import { FilterLimitError } from './filter.ts';
import { formatFilter } from './format.ts';
import { FilterSyntaxError, parseFilter } from './parse.ts';

const text = (value: string) => Buffer.from(value);

test('what is written is read back the same (RFC 4515)', () => {
  fc.assert(
    fc.property(arbitraryFilter, (filter) => {
      expect(parseFilter(formatFilter(filter))).toEqual(filter);
    }),
  );
});

test('what is encoded is decoded the same (RFC 4511 section 4.5.1.7)', () => {
  fc.assert(
    fc.property(arbitraryFilter, (filter) => {
      const writer = new BerWriter();
      writeFilter(writer, filter);
      const bytes = writer.take();
      const reader = new BerReader().reset(bytes, 0, bytes.length, { elements: 9999, depth: 64 });
      expect(decodeFilter(reader)).toEqual(filter);
    }),
  );
});

// The examples of RFC 4515 section 4.
test.each([
  ['(cn=Babs Jensen)', { kind: 'equality', attribute: 'cn', value: text('Babs Jensen') }],
  [
    '(!(cn=Tim Howes))',
    { kind: 'not', filter: { kind: 'equality', attribute: 'cn', value: text('Tim Howes') } },
  ],
  [
    '(o=univ*of*mich*)',
    {
      kind: 'substrings',
      attribute: 'o',
      initial: text('univ'),
      any: [text('of'), text('mich')],
      final: undefined,
    },
  ],
  ['(seeAlso=)', { kind: 'equality', attribute: 'seeAlso', value: text('') }],
  [
    '(cn:caseExactMatch:=Fred Flintstone)',
    {
      kind: 'extensible',
      rule: 'caseExactMatch',
      attribute: 'cn',
      value: text('Fred Flintstone'),
      dnAttributes: false,
    },
  ],
  [
    '(cn:=Betty Rubble)',
    {
      kind: 'extensible',
      rule: undefined,
      attribute: 'cn',
      value: text('Betty Rubble'),
      dnAttributes: false,
    },
  ],
  [
    '(sn:dn:2.4.6.8.10:=Barney Rubble)',
    {
      kind: 'extensible',
      rule: '2.4.6.8.10',
      attribute: 'sn',
      value: text('Barney Rubble'),
      dnAttributes: true,
    },
  ],
  [
    '(o:dn:=Ace Industry)',
    {
      kind: 'extensible',
      rule: undefined,
      attribute: 'o',
      value: text('Ace Industry'),
      dnAttributes: true,
    },
  ],
  [
    '(:1.2.3:=Wilma Flintstone)',
    {
      kind: 'extensible',
      rule: '1.2.3',
      attribute: undefined,
      value: text('Wilma Flintstone'),
      dnAttributes: false,
    },
  ],
  [
    '(o=Parens R Us \\28for all your parenthetical needs\\29)',
    {
      kind: 'equality',
      attribute: 'o',
      value: text('Parens R Us (for all your parenthetical needs)'),
    },
  ],
  [
    '(cn=*\\2A*)',
    { kind: 'substrings', attribute: 'cn', initial: undefined, any: [text('*')], final: undefined },
  ],
  [
    '(filename=C:\\5cMyFile)',
    { kind: 'equality', attribute: 'filename', value: text('C:\\MyFile') },
  ],
  [
    '(bin=\\00\\00\\00\\04)',
    { kind: 'equality', attribute: 'bin', value: Buffer.from([0, 0, 0, 4]) },
  ],
  ['(sn=Lu\\c4\\8di\\c4\\87)', { kind: 'equality', attribute: 'sn', value: text('Lučić') }],
  ['(&)', { kind: 'and', filters: [] }],
  ['(|)', { kind: 'or', filters: [] }],
])('%s', (written, filter) => {
  expect(parseFilter(written)).toEqual(filter);
});

describe('refuses', () => {
  test.each([
    '',
    'cn=a',
    '(cn=a',
    '(cn=a))',
    '(cn)',
    '(=a)',
    '(cn=\\zz)',
    '(cn=a(b)',
    '(cn=a**b)',
    '(!)',
    '(cn>=a*)',
    '(:=x)',
    '(c n=a)',
  ])('%j', (written) => {
    expect(() => parseFilter(written)).toThrow(FilterSyntaxError);
  });

  test.each([33, 5000, 200_000])('%i levels', (depth) => {
    expect(() => parseFilter(`${'(!'.repeat(depth)}(cn=a)${')'.repeat(depth)}`)).toThrow(
      FilterLimitError,
    );
  });

  test('too many clauses, substring filters, pieces', () => {
    expect(() => parseFilter(`(|${'(cn=a)'.repeat(1024)})`)).toThrow(FilterLimitError);
    expect(() => parseFilter(`(|${'(cn=a*)'.repeat(17)})`)).toThrow(FilterLimitError);
    expect(() => parseFilter(`(cn=${'a*'.repeat(9)})`)).toThrow(FilterLimitError);
    expect(parseFilter(`(|${'(cn=a)'.repeat(1023)})`)).toMatchObject({ kind: 'or' });
  });

  test('any text at worst, with a filter error', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'()&|!=*<>~:\\a2.'), maxLength: 30 }),
        (any) => {
          try {
            parseFilter(any);
          } catch (error) {
            expect(error instanceof FilterSyntaxError || error instanceof FilterLimitError).toBe(
              true,
            );
          }
        },
      ),
    );
  });
});
