import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schema } from '../test-support/acme.ts';
import { formatDn } from './dn.ts';
import { normalizeDnText } from './normalize-dn.ts';
import { parseDn } from './parse-dn.ts';

const one = (type: string, value: string) => [[{ type, value }]];

const arbitraryDn = fc.array(
  fc.array(
    fc.record({
      type: fc.constantFrom('cn', 'uid', 'OU', '2.5.4.10', 'x-unknown'),
      value: fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        fc.string({ unit: fc.constantFrom(...' ,+"\\<>;=#\0aé'), maxLength: 8 }),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  { maxLength: 4 },
);

test('what is written is read back the same (RFC 4514)', () => {
  fc.assert(
    fc.property(arbitraryDn, (dn) => {
      expect(parseDn(formatDn(dn))).toEqual(dn);
    }),
  );
});

// RFC 4514 sections 2.4 and 4, and the older forms of RFC 2253 section 4.
test.each([
  ['', []],
  ['UID=jsmith,DC=example', [...one('UID', 'jsmith'), ...one('DC', 'example')]],
  [
    'OU=Sales+CN=J.  Smith',
    [
      [
        { type: 'OU', value: 'Sales' },
        { type: 'CN', value: 'J.  Smith' },
      ],
    ],
  ],
  ['CN=James \\"Jim\\" Smith\\, III', one('CN', 'James "Jim" Smith, III')],
  ['CN=Before\\0dAfter', one('CN', 'Before\rAfter')],
  ['CN=Lu\\C4\\8Di\\C4\\87', one('CN', 'Lučić')],
  ['1.3.6.1.4.1.1466.0=#04024869', one('1.3.6.1.4.1.1466.0', 'Hi')],
  ['cn = spaced  ,  o = wide ', [...one('cn', 'spaced'), ...one('o', 'wide')]],
  ['cn=kept\\ ', one('cn', 'kept ')],
  ['cn=kept\\20', one('cn', 'kept ')],
  ['cn=\\ kept', one('cn', ' kept')],
  ['cn=\\#1', one('cn', '#1')],
  ['cn="quoted, old; style"', one('cn', 'quoted, old; style')],
  ['OID.2.5.4.3=old;o=acme', [...one('2.5.4.3', 'old'), ...one('o', 'acme')]],
  ['cn=', one('cn', '')],
])('%s is read', (text, dn) => {
  expect(parseDn(text)).toEqual(dn);
});

test.each([
  'cn',
  '=x',
  'cn=a,',
  ',cn=a',
  'cn=a,,o=b',
  'c n=a',
  'cn=a\\',
  'cn=a\\g',
  'cn="a',
  'cn="a"b',
  'cn=#0',
  'cn=#zz',
  'cn=#0405aa',
  'cn=\\c3',
  'cn=a<b',
  'cn=a\0',
])('%j is no DN', (text) => {
  expect(parseDn(text)).toBeUndefined();
});

test('what is over the bounds is no DN', () => {
  expect(parseDn(`cn=${'a'.repeat(9000)}`)).toBeUndefined();
  expect(parseDn(Array(65).fill('ou=a').join(','))).toBeUndefined();
  expect(parseDn(Array(17).fill('ou=a').join('+'))).toBeUndefined();
  expect(parseDn(Array(64).fill('ou=a').join(','))).toHaveLength(64);
});

describe('equal names have one normal form', () => {
  test.each([
    ['uid=anna,ou=people,o=acme', 'UID=Anna, OU=People, O=ACME'],
    [
      'uid=anna,ou=people,o=acme',
      '0.9.2342.19200300.100.1.1=anna,organizationalUnitName=people,2.5.4.10=acme',
    ],
    ['cn=Smith\\, Jr.', 'cn="smith, jr."'],
    ['cn=Smith\\, Jr.', 'cn=SMITH\\2c JR.'],
    ['cn=a\\+b', 'cn=a\\2bb'],
    ['cn=a+ou=b', 'OU=B+CN=A'],
    ['cn=two  words', 'cn=\\20Two words\\20'],
    ['cn=#0403616263', 'cn=ABC'],
    ['cn=Müller', 'cn=M\\c3\\9cLLER'],
  ])('%s and %s', (left, right) => {
    expect(normalizeDnText(left, schema)).toBe(normalizeDnText(right, schema));
  });

  test('normalising twice changes nothing', () => {
    fc.assert(
      fc.property(arbitraryDn, (dn) => {
        const once = normalizeDnText(formatDn(dn), schema);
        expect(once === undefined ? undefined : normalizeDnText(once, schema)).toBe(once);
      }),
    );
  });

  test.each([
    ['cn=a,cn=b', 'cn=a\\,cn\\=b'],
    ['cn=a+cn=b', 'cn=a\\+cn\\=b'],
    ['cn=a', 'sn=a'],
    ['userPassword=A', 'userPassword=b'],
  ])('%s and %s stay apart', (left, right) => {
    expect(normalizeDnText(left, schema)).not.toBe(normalizeDnText(right, schema));
  });
});
