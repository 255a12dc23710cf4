import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identifierKey } from './identifier-key.ts';

test.each([
  ['Alice', 'alice'],
  ['STRASSE', 'straße'],
  ['Ａdmin', 'admin'],
  ['\u212Aelvin', 'kelvin'],
  ['Ångström', 'A\u030Angström'],
  ['ſ', 's'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
])('%s equals %s', (one, other) => {
  expect(identifierKey(one)).toBe(identifierKey(other));
});

test('look-alikes of another script stay different', () => {
  expect(identifierKey('\u0430lice')).not.toBe(identifierKey('alice'));
});

test('a key is its own key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const key = identifierKey(text);
      expect(identifierKey(key)).toBe(key);
    }),
  );
});
