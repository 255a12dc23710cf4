import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import { isPrimary } from '../schemas/read-value.ts';
import { type Complex, equalValues, valuesAt } from '../schemas/value.ts';
import { warrantyUrn } from '../test-support/device-type.ts';
import { devices, enterpriseUrn, patchOf, reading, users } from '../test-support/service.ts';
import { readPatch } from './operations.ts';
import { applyPatch } from './patch.ts';

const poison = [
  '__proto__',
  '__proto__.polluted',
  'constructor.prototype',
  'constructor',
  'prototype',
  'toString',
  'toString.x',
  'emails[__proto__ eq "x"].value',
  'name.__proto__',
  `${enterpriseUrn}:__proto__`,
];
const path = fc.constantFrom(
  ...poison,
  'userName',
  'active',
  'name',
  'name.givenName',
  'emails',
  'emails.value',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[primary eq true].primary',
  'emails[not (type pr)].type',
  'manager',
  'password',
  'serial',
  'tags',
  'ports',
  'bought',
  'disks[slot eq "a"].size',
  'disks.labels',
  enterpriseUrn,
  `${enterpriseUrn}:manager.value`,
  warrantyUrn,
  `${warrantyUrn}:until`,
  'emails[',
  '.',
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 'True', '', 'x', '2026-01-31T12:00:00Z', 7, 1.5),
    fc.string(),
    fc.array(tie('json'), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(fc.oneof(path, fc.constantFrom('value', 'type', 'primary', 'slot')), tie('json')),
        {
          maxLength: 4,
        },
      )
      // JSON.parse, unlike an object literal, makes "__proto__" a property of its own.
      .map((entries) =>
        JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`)}}`),
      ),
  ),
}));
const operation = fc.record(
  { op: fc.constantFrom('add', 'replace', 'remove', 'Add'), path, value: json },
  { requiredKeys: ['op'] },
);
const profile = fc.constantFrom<ProfileName>('lenient', 'rfc', 'interop');

const anna: Complex = {
  id: 'u-1',
  userName: 'anna',
  name: { givenName: 'Anna' },
  emails: [
    { value: 'a@x.io', type: 'work', primary: true },
    { value: 'b@x.io', type: 'home' },
  ],
};
const laptop: Complex = {
  id: 'd-1',
  serial: 'S1',
  tags: ['x'],
  disks: [{ slot: 'a', size: 1, labels: ['q'] }],
  [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
};

describe('random patches', () => {
  it.each([
    ['a user', users, anna],
    ['a device', devices, laptop],
  ])('of %s change only that copy, or are refused', (_, type, before) => {
    const frozen = structuredClone(before);
    const builtins = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
    const names = builtins.map((builtin) => Object.getOwnPropertyNames(builtin).join());
    fc.assert(
      fc.property(
        fc.array(operation, { minLength: 1, maxLength: 4 }),
        profile,
        (operations, name) => {
          const read = reading(name);
          try {
            const { attributes } = applyPatch(
              type,
              before,
              readPatch(patchOf(...operations), read),
              read,
            );
            if (attributes !== undefined) {
              expect(valuesAt(attributes, 'emails').filter(isPrimary).length).toBeLessThanOrEqual(
                1,
              );
              for (const key of Object.keys(attributes)) {
                expect(type.attributes.has(key.toLowerCase()) || key.startsWith('urn:')).toBe(true);
              }
              for (const attribute of type.attributes.values()) {
                if (!attribute.required) continue;
                expect(Object.hasOwn(attributes, attribute.name)).toBe(true);
              }
            }
          } catch (error) {
            expect(error).toMatchObject({ name: 'ScimError', status: 400 });
          }
          expect(equalValues(before, frozen)).toBe(true);
        },
      ),
      { numRuns: 5_000 },
    );
    expect(builtins.map((builtin) => Object.getOwnPropertyNames(builtin).join())).toEqual(names);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
