import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import type { Complex } from '../schemas/value.ts';
import {
  devices,
  enterpriseUrn,
  patchOf,
  reading,
  users,
  userUrn,
} from '../test-support/service.ts';
import { readPatch } from './operations.ts';
import { applyPatch } from './patch.ts';

const work = { value: 'anna@acme.com', type: 'work', primary: true };
const home = { value: 'anna@home.example', type: 'home' };
const anna: Complex = {
  id: 'u-1',
  userName: 'anna',
  displayName: 'Anna',
  active: true,
  name: { givenName: 'Anna', familyName: 'Berg' },
  emails: [work, home],
  groups: [{ value: 'g-1', display: 'Developers' }],
  [enterpriseUrn]: { department: 'Platform' },
};
const { id: _id, groups: _groups, ...writable } = anna;

/** Anna after the operations; undefined when nothing changed. */
function patched(
  operations: readonly unknown[],
  { profile = 'lenient', who = anna }: { profile?: ProfileName; who?: Complex } = {},
): Complex | undefined {
  const read = reading(profile);
  return applyPatch(users, who, readPatch(patchOf(...operations), read), read).attributes;
}

function refusal(operations: readonly unknown[], profile: ProfileName = 'rfc'): unknown {
  try {
    patched(operations, { profile });
  } catch (error) {
    return error;
  }
  return 'nothing was refused';
}

const refused = (scimType: string) => expect.objectContaining({ status: 400, scimType });

describe('Entra ID', () => {
  it('case 1: operations with a capital letter', () => {
    expect(patched([{ op: 'Replace', path: 'displayName', value: 'N' }])).toEqual({
      ...writable,
      displayName: 'N',
    });
  });

  it('case 2: "False" is false, and other text is refused', () => {
    expect(patched([{ op: 'Replace', path: 'active', value: 'False' }])).toMatchObject({
      active: false,
    });
    expect(refusal([{ op: 'Replace', path: 'active', value: 'no' }], 'lenient')).toEqual(
      refused('invalidValue'),
    );
    expect(refusal([{ op: 'Replace', path: 'active', value: 'False' }])).toEqual(
      refused('invalidValue'),
    );
  });

  it('case 5: one e-mail changes, the others stay', () => {
    const path = 'emails[type eq "work"].value';
    expect(patched([{ op: 'Replace', path, value: 'new@x.io' }])).toEqual({
      ...writable,
      emails: [{ ...work, value: 'new@x.io' }, home],
    });
  });

  it.each(['Add', 'Replace'])('cases 6 and 7: %s makes the value that the path describes', (op) => {
    const operation = { op, path: 'phoneNumbers[type eq "mobile"].value', value: '+15551' };
    expect(patched([operation])).toMatchObject({
      phoneNumbers: [{ type: 'mobile', value: '+15551' }],
    });
    expect(refusal([operation])).toEqual(refused('noTarget'));
  });

  it('case 8: several operations build one address', () => {
    const at = (part: string) => `addresses[type eq "work"].${part}`;
    const result = patched([
      { op: 'Add', path: at('streetAddress'), value: 'Main St 1' },
      { op: 'Add', path: at('postalCode'), value: '12345' },
      { op: 'Add', path: at('country'), value: 'DE' },
    ]);
    expect(result?.addresses).toEqual([
      { type: 'work', streetAddress: 'Main St 1', postalCode: '12345', country: 'DE' },
    ]);
  });

  it('cases 10 and 11: dotted, URN-prefixed and value-path keys without a path', () => {
    const value = {
      displayName: 'Bjfe',
      'name.givenName': 'Kkom',
      [`${enterpriseUrn}:employeeNumber`]: 'Aklq',
      'emails[type eq "work"].value': 'vp@x.io',
    };
    expect(patched([{ op: 'replace', value }])).toEqual({
      ...writable,
      displayName: 'Bjfe',
      name: { givenName: 'Kkom', familyName: 'Berg' },
      emails: [{ ...work, value: 'vp@x.io' }, home],
      [enterpriseUrn]: { department: 'Platform', employeeNumber: 'Aklq' },
    });
    expect(refusal([{ op: 'replace', value }])).toEqual(refused('invalidPath'));
  });

  it.each([
    [`${enterpriseUrn}:manager`, 'm-1'],
    [`${enterpriseUrn}:manager`, [{ $ref: '../Users/m-1', value: 'm-1' }]],
    ['manager', [{ value: 'm-1' }]],
    [`${enterpriseUrn}:manager`, { value: 'm-1' }],
    [`${enterpriseUrn}:manager.value`, 'm-1'],
  ])('case 13: the manager at %s as %j', (path, value) => {
    const result = patched([{ op: 'Add', path, value }]);
    expect(result?.[enterpriseUrn]).toMatchObject({
      department: 'Platform',
      manager: { value: 'm-1' },
    });
  });

  it.each(['', null, { value: '' }])('case 14: %j unassigns the manager', (value) => {
    const who = { ...anna, [enterpriseUrn]: { manager: { value: 'm-1' } } };
    const result = patched([{ op: 'Replace', path: `${enterpriseUrn}:manager`, value }], { who });
    expect(result).not.toHaveProperty([enterpriseUrn]);
  });

  it('case 29: the last of several operations on one attribute wins', () => {
    const set = (value: string) => ({ op: 'Replace', path: 'title', value });
    expect(patched([set('a'), set('b')])?.title).toBe('b');
  });

  it('tells which tolerances it used', () => {
    const read = reading();
    const operation = { op: 'Add', path: 'phoneNumbers[type eq "fax"].value', value: '1' };
    applyPatch(users, anna, readPatch(patchOf(operation), read), read);
    expect([...read.used]).toEqual(['unmatchedValuePath']);
  });
});

describe('Okta and others', () => {
  it('case 36: deactivation without a path changes nothing else', () => {
    const value = { active: false };
    expect(patched([{ op: 'replace', value }], { profile: 'rfc' })).toEqual({
      ...writable,
      active: false,
    });
    expect(refusal([{ op: 'replace', value }], 'interop')).toEqual(refused('invalidSyntax'));
  });

  it('case 37: an echoed id passes, another is refused', () => {
    expect(patched([{ op: 'replace', value: { id: 'u-1', displayName: 'New' } }])).toMatchObject({
      displayName: 'New',
    });
    expect(refusal([{ op: 'replace', value: { id: 'u-2' } }], 'lenient')).toEqual(
      refused('mutability'),
    );
  });

  it('case 50: OneLogin sends e-mails as an object', () => {
    const value = { emails: { value: 'o@x.io', type: 'work' } };
    expect(patched([{ op: 'replace', value }])?.emails).toEqual([
      { value: 'o@x.io', type: 'work' },
    ]);
  });

  it('refuses a value without a path of which it knows nothing (ssoready#206)', () => {
    expect(refusal([{ op: 'replace', value: { actve: false } }], 'lenient')).toEqual(
      refused('invalidValue'),
    );
  });
});

describe('RFC 7644 section 3.5.2', () => {
  it('edge case 23: replace merges a complex attribute; whole in the interop profile', () => {
    const operation = { op: 'replace', path: 'name', value: { givenName: 'Ann' } };
    expect(patched([operation], { profile: 'rfc' })?.name).toEqual({
      givenName: 'Ann',
      familyName: 'Berg',
    });
    expect(patched([operation], { profile: 'interop' })?.name).toEqual({ givenName: 'Ann' });
  });

  it('edge case 25: adding what is there changes nothing', () => {
    expect(patched([{ op: 'add', path: 'emails', value: [work] }])).toBeUndefined();
    expect(patched([{ op: 'add', path: 'displayName', value: 'Anna' }])).toBeUndefined();
    expect(patched([{ op: 'add', path: 'emails', value: [] }])).toBeUndefined();
  });

  it('edge case 26: a removal needs a path; removing what is not there succeeds', () => {
    expect(refusal([{ op: 'remove' }])).toEqual(refused('noTarget'));
    expect(patched([{ op: 'remove', path: 'emails[type eq "other"]' }])).toBeUndefined();
    expect(patched([{ op: 'remove', path: 'title' }])).toBeUndefined();
  });

  it('edge case 27: required and read-only attributes stay', () => {
    expect(refusal([{ op: 'remove', path: 'userName' }])).toEqual(refused('mutability'));
    expect(refusal([{ op: 'replace', path: 'userName', value: null }])).toEqual(
      refused('invalidValue'),
    );
    for (const path of [
      'id',
      'groups',
      'meta.created',
      'groups[value eq "x"].display',
      'schemas',
    ]) {
      expect(refusal([{ op: 'replace', path, value: 'x' }], 'lenient'), path).toEqual(
        refused('mutability'),
      );
    }
  });

  it('edge case 28: a new primary value unsets the old', () => {
    const value = { value: 'third@x.io', primary: true };
    expect(patched([{ op: 'add', path: 'emails', value }])?.emails).toEqual([
      { ...work, primary: false },
      home,
      value,
    ]);
    expect(
      patched([{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }])?.emails,
    ).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
    expect(
      refusal([{ op: 'replace', path: 'emails', value: [work, { ...home, primary: true }] }]),
    ).toEqual(refused('invalidValue'));
  });

  it('edge case 29: one bad operation leaves everything as it was', () => {
    const before = structuredClone(anna);
    const bad = { op: 'replace', path: 'active', value: 'x' };
    expect(refusal([{ op: 'replace', path: 'displayName', value: 'N' }, bad])).toMatchObject({
      message: expect.stringContaining('Operations[1]'),
    });
    expect(anna).toEqual(before);
  });

  it('edge case 30: attributes of extensions, and whole ones', () => {
    const { [enterpriseUrn]: _, ...bare } = writable;
    expect(patched([{ op: 'remove', path: `${enterpriseUrn}:department` }])).toEqual(bare);
    expect(patched([{ op: 'remove', path: enterpriseUrn }])).toEqual(bare);
    expect(patched([{ op: 'replace', value: { [enterpriseUrn]: null } }])).toEqual(bare);
    const value = { costCenter: '7' };
    const both = { department: 'Platform', costCenter: '7' };
    expect(patched([{ op: 'add', path: enterpriseUrn, value }])?.[enterpriseUrn]).toEqual(both);
    expect(
      patched([{ op: 'replace', value: { [enterpriseUrn]: value } }])?.[enterpriseUrn],
    ).toEqual(both);
    expect(patched([{ op: 'replace', path: `${userUrn}:title`, value: 'Dr' }])?.title).toBe('Dr');
  });

  it('edge case 32: a value is not kept twice', () => {
    const value = [{ value: 'ANNA@ACME.COM', type: 'Work', display: 'Office' }];
    expect(patched([{ op: 'add', path: 'emails', value }])?.emails).toEqual([
      { ...work, display: 'Office' },
      home,
    ]);
  });

  it('replaces and removes whole values that a filter chooses', () => {
    const path = 'emails[type eq "work"]';
    expect(patched([{ op: 'remove', path }])?.emails).toEqual([home]);
    const operation = { op: 'replace', path, value: { value: 'w@x.io', type: 'work' } };
    expect(patched([operation])?.emails).toEqual([{ ...work, value: 'w@x.io' }, home]);
    expect(patched([operation], { profile: 'rfc' })?.emails).toEqual([operation.value, home]);
    expect(refusal([operation], 'interop')).toEqual(refused('invalidPath'));
  });

  it('a value without its "value" goes as a whole', () => {
    expect(patched([{ op: 'remove', path: 'emails[type eq "home"].value' }])?.emails).toEqual([
      work,
    ]);
    expect(patched([{ op: 'remove', path: 'emails[type eq "home"].type' }])?.emails).toEqual([
      work,
      { value: home.value },
    ]);
  });

  it('removes the values that are listed, and only those', () => {
    const operation = { op: 'remove', path: 'emails', value: [{ value: 'ANNA@home.example' }] };
    expect(patched([operation])?.emails).toEqual([work]);
    expect(patched([{ ...operation, value: [] }])).toBeUndefined();
    expect(refusal([operation])).toEqual(refused('invalidSyntax'));
    expect(refusal([{ ...operation, value: [{}] }], 'lenient')).toEqual(refused('invalidValue'));
  });

  it('null unassigns; a write-only attribute is a change whenever it is sent', () => {
    expect(patched([{ op: 'replace', path: 'name.givenName', value: null }])?.name).toEqual({
      familyName: 'Berg',
    });
    expect(patched([{ op: 'replace', path: 'emails', value: [] }])).not.toHaveProperty('emails');
    expect(patched([{ op: 'replace', path: 'password', value: 'correct horse' }])).toEqual({
      ...writable,
      password: 'correct horse',
    });
  });

  it('a write-only attribute that the storage showed stays when another is changed', () => {
    const read = reading('rfc');
    const laptop = { id: 'd-1', serial: 'S1', pin: 'sealed' };
    const operations = readPatch(patchOf({ op: 'add', path: 'label', value: 'L' }), read);
    expect(applyPatch(devices, laptop, operations, read).attributes).toEqual({
      serial: 'S1',
      pin: 'sealed',
      label: 'L',
    });
  });

  it.each([
    [{ op: 'add', path: 'shoeSize', value: 1 }, 'invalidPath'],
    [{ op: 'add', path: 'name.nick', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'urn:x:y:User:z', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails[size eq 1].value', value: 'x' }, 'invalidFilter'],
    [{ op: 'add', path: 'userName[value eq "x"]', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails[type eq "x"].size', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails[type ne "x" and type co "q"].value', value: 'x' }, 'noTarget'],
    [{ op: 'add', path: 'displayName' }, 'invalidValue'],
    [{ op: 'add', path: 7, value: 'x' }, 'invalidPath'],
    [{ op: 'move', path: 'displayName', value: 'x' }, 'invalidSyntax'],
    [{ op: 'add', value: 'x' }, 'invalidValue'],
    [{ op: 'add', path: 'name', value: 'x' }, 'invalidValue'],
    ['replace', 'invalidSyntax'],
  ])('refuses %j with %s in every profile', (operation, scimType) => {
    expect(refusal([operation], 'lenient')).toEqual(refused(scimType));
  });

  it('bounds the values that an attribute gathers', () => {
    const value = Array.from({ length: 999 }, (_, index) => ({ value: `a${index}@x.io` }));
    expect(patched([{ op: 'add', path: 'emails', value: value.slice(1) }])?.emails).toHaveLength(
      1_000,
    );
    expect(refusal([{ op: 'add', path: 'emails', value }])).toEqual(refused('invalidValue'));
  });

  it('bounds the work of a request: 1,000 operations on 1,000 values', () => {
    const emails = Array.from({ length: 998 }, (_, index) => ({ value: `a${index}@x.io` }));
    const who = { ...anna, emails };
    const filter = Array.from({ length: 127 }, (_, index) => `value eq "z${index}"`).join(' or ');
    for (const operation of [
      { op: 'add', path: 'emails', value: [{ value: 'a1@x.io' }] },
      { op: 'remove', path: `emails[${filter}]` },
      { op: 'remove', path: 'emails', value: emails.map(({ value }) => ({ value: `${value}x` })) },
    ]) {
      const start = performance.now();
      expect(() =>
        patched(
          Array.from({ length: 1_000 }, () => operation),
          { who },
        ),
      ).toThrow(expect.objectContaining({ status: 400, scimType: 'tooMany' }));
      expect(performance.now() - start).toBeLessThan(5_000);
    }
  });

  it('bounds the operations of a request', () => {
    const many = Array.from({ length: 1_001 }, () => ({ op: 'add', path: 'title', value: 'x' }));
    expect(refusal(many, 'lenient')).toEqual(refused('invalidSyntax'));
    expect(refusal([], 'lenient')).toEqual(refused('invalidSyntax'));
  });
});
