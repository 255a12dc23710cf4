import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import { devices, groups, groupUrn, reading } from '../test-support/service.ts';
import { readResource } from './read-resource.ts';
import { replaceResource } from './replace-resource.ts';

const laptop = {
  serial: 'S1',
  label: 'Laptop',
  seen: '2026-01-01T00:00:00Z',
  [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
};
const put = (body: object) => {
  const read = reading();
  const whole = { schemas: [deviceUrn], ...body };
  return replaceResource(devices, laptop, readResource(devices, whole, read), read).attributes;
};

describe('replaceResource (RFC 7644 section 3.5.1)', () => {
  it('changes nothing when the body says what is there', () => {
    expect(put({ ...laptop, seen: '1999-01-01T00:00:00Z' })).toBeUndefined();
  });

  it('takes away what the body leaves out, save what is immutable', () => {
    const { label: _, seen: __, ...rest } = laptop;
    expect(put(rest)).toEqual(rest);
  });

  it('edge case 35: an immutable attribute with another value is refused', () => {
    expect(() => put({ ...laptop, serial: 'S2' })).toThrow(
      expect.objectContaining({ status: 400, scimType: 'mutability' }),
    );
  });

  it.each<[ProfileName, object, readonly object[]]>([
    ['lenient', {}, []],
    ['rfc', {}, [{ kind: 'clear', collection: 'members' }]],
    ['lenient', { members: [] }, [{ kind: 'replace', collection: 'members', values: [] }]],
  ])('a group put by %s with %j', (profile, more, collections) => {
    const read = reading(profile);
    const body = { schemas: [groupUrn], displayName: 'G', ...more };
    const result = replaceResource(
      groups,
      { displayName: 'G' },
      readResource(groups, body, read),
      read,
    );
    expect(result).toEqual({ attributes: undefined, collections });
  });
});
