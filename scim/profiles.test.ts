import { describe, expect, it } from 'vitest';
import { profiles, tolerances, tolerates } from './profiles.ts';
import { reading } from './test-support/service.ts';

describe('profiles', () => {
  it('have a setting for every switch', () => {
    for (const profile of Object.values(profiles)) {
      expect(Object.keys(profile).sort()).toEqual([...tolerances].sort());
      expect(Object.values(profile).every((setting) => typeof setting === 'string')).toBe(true);
    }
  });

  it('lenient tolerates all, rfc what the RFC allows, interop what its draft allows', () => {
    const tolerated = (name: 'lenient' | 'rfc' | 'interop') =>
      tolerances.filter(
        (tolerance) =>
          tolerance !== 'patchResponse' && tolerates(reading(name).leniency, tolerance),
      );
    expect(tolerated('lenient')).toHaveLength(tolerances.length - 1);
    expect(tolerated('rfc')).toEqual([
      'pathless',
      'unknownAttributes',
      'unknownFilterAttribute',
      'complexReplace',
      'put',
      'valuePathWithoutSubAttribute',
    ]);
    expect(tolerated('interop')).toEqual(['omittedCollection']);
  });

  it('tell a use only when the setting is tolerant', () => {
    const [lenient, strict] = [reading('lenient'), reading('interop')];
    tolerates(lenient.leniency, 'booleanStrings');
    tolerates(strict.leniency, 'booleanStrings');
    expect([[...lenient.used], [...strict.used]]).toEqual([['booleanStrings'], []]);
  });
});
