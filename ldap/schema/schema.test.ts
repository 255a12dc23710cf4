import { describe, expect, test } from 'vitest';
import { schema } from '../test-support/acme.ts';
import { formatGeneralizedTime, parseGeneralizedTime } from './generalized-time.ts';
import { Schema } from './schema.ts';
import { subschemaAttributes } from './subschema-entry.ts';

describe('names', () => {
  test('and OIDs in any case lead to one type', () => {
    const cn = schema.attributeType('cn');
    for (const name of ['CN', 'commonName', 'COMMONNAME', '2.5.4.3']) {
      expect(schema.attributeType(name)).toBe(cn);
    }
    expect(schema.attributeType('nonsense')).toBeUndefined();
  });

  test('options are folded and sorted', () => {
    expect(schema.describe('CN;Lang-EN;binary')).toMatchObject({
      options: ['binary', 'lang-en'],
      text: 'cn;binary;lang-en',
    });
  });

  test('a type inherits syntax and rules', () => {
    expect(schema.attributeType('member')?.equality?.name).toBe('distinguishedNameMatch');
    expect(schema.attributeType('c')?.syntax.description).toBe('Country String');
  });
});

test('inetOrgPerson stands on organizationalPerson, person and top', () => {
  const inetOrgPerson = schema.objectClass('INETORGPERSON');
  const names = inetOrgPerson && schema.withSuperiors([inetOrgPerson]).map(({ name }) => name);
  expect(names).toEqual(['inetOrgPerson', 'organizationalPerson', 'person', 'top']);
});

test('definitions of one more type and class are taken', () => {
  const extended = new Schema({
    attributeTypes: ["( 1.3.6.1.4.1.99999.1 NAME 'badge' SUP name SINGLE-VALUE )"],
    objectClasses: ["( 1.3.6.1.4.1.99999.2 NAME 'badgeHolder' SUP top AUXILIARY MAY badge )"],
  });
  expect(extended.attributeType('Badge')?.singleValue).toBe(true);
  expect(extended.objectClass('badgeholder')?.kind).toBe('auxiliary');
  expect(() => new Schema({ attributeTypes: ["( 1.2 NAME 'x' SYNTAX 9.9.9 )"] })).toThrow(/syntax/);
});

describe('values match', () => {
  test.each([
    ['cn', 'Anna  Müller ', 'anna MÜLLER', true],
    ['cn', 'Straße', 'STRASSE', true],
    ['cn', 'a\u00adb', 'ab', true],
    ['cn', 'Ａdmin', 'admin', true],
    ['labeledURI', 'http://A', 'http://a', false],
    ['telephoneNumber', '+49 30 12-34', '+493012 34', true],
    ['uidNumber', '042', '42', true],
    ['uidNumber', '-0', '0', true],
    ['createTimestamp', '20260131120000Z', '202601311300+0100', true],
    ['createTimestamp', '20260131120000Z', '2026013112Z', true],
    [
      'entryUUID',
      '00000000-0000-4000-8000-00000000000A',
      '00000000-0000-4000-8000-00000000000a',
      true,
    ],
    ['member', 'UID=a+CN=b', 'cn=B + uid=A', true],
    ['objectClass', 'person', '2.5.6.6', true],
    ['userPassword', 'A', 'a', false],
    ['postalAddress', 'Main St$ Town', 'main st $town', true],
    ['hasSubordinates', 'TRUE', 'true', true],
  ])('%s: %s and %s: %s', (name, left, right, equal) => {
    const rule = schema.attributeType(name)?.equality;
    const keys = [left, right].map((value) => rule?.key(value, schema));
    expect(keys[0]).toBeDefined();
    expect(keys[0] === keys[1]).toBe(equal);
  });

  test.each([
    ['uidNumber', 'x'],
    ['uidNumber', '9'.repeat(65)],
    ['createTimestamp', '2026'],
    ['createTimestamp', '20260231120000Z'],
    ['entryUUID', 'x'],
    ['member', 'nonsense'],
    ['cn', 'private \ue000 use'],
    ['hasSubordinates', 'yes'],
  ])('%s: %s fits no value', (name, value) => {
    expect(schema.attributeType(name)?.equality?.key(value, schema)).toBeUndefined();
  });

  test('integers order by value', () => {
    const { compare } = schema.matchingRule('integerOrderingMatch') ?? {};
    expect(['10', '-5', '9', '0'].sort(compare)).toEqual(['-5', '0', '9', '10']);
  });
});

test('generalized time is written in whole seconds of UTC', () => {
  expect(formatGeneralizedTime(Date.UTC(2026, 0, 31, 12, 0, 5, 999))).toBe('20260131120005Z');
  expect(parseGeneralizedTime('20260131120005.5Z')).toBe(Date.UTC(2026, 0, 31, 12, 0, 5, 500));
  expect(parseGeneralizedTime('2026013112.5Z')).toBe(Date.UTC(2026, 0, 31, 12, 30));
});

test('the subschema publishes every element, and only ones that it defines', () => {
  const { attributeTypes, objectClasses, matchingRules } = subschemaAttributes(schema, new Date(0));
  expect(attributeTypes).toHaveLength(schema.attributeTypes.length);
  expect(objectClasses).toHaveLength(schema.objectClasses.length);
  const known = new Set(schema.matchingRules.map(({ name }) => name));
  for (const definition of attributeTypes as string[]) {
    for (const [, rule] of definition.matchAll(/(?:EQUALITY|ORDERING|SUBSTR) (\w+)/g)) {
      expect(known).toContain(rule);
    }
  }
  expect((matchingRules as string[]).length).toBe(known.size);
});
