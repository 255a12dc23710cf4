import { beforeAll, describe, expect, it } from 'vitest';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import { enterpriseUrn, listed, startService, userUrn } from '../test-support/service.ts';

const { send } = startService({ profile: 'rfc' });
const sorted = async (path: string, name: string) => listed(await send('GET', path), name);

beforeAll(async () => {
  for (const [serial, ports, bought, by] of [
    ['b', 10, '2026-01-01T00:30:00+01:00', 'Zoe'],
    ['A', 9, '2026-01-01T00:00:00Z', 'adam'],
    ['c', undefined, undefined, undefined],
  ] as const) {
    await send('POST', '/Devices', {
      schemas: [deviceUrn],
      serial,
      ports,
      bought,
      [warrantyUrn]: { until: '2027-01-01T00:00:00Z', by },
    });
  }
  for (const [userName, emails, manager] of [
    ['one', [{ value: 'z@x.io' }, { value: 'b@x.io', primary: true }], 'm-2'],
    ['two', [{ value: 'A@x.io' }, { value: 'y@x.io' }], 'm-1'],
    ['three', [], undefined],
    ['four', [{ value: 'c@x.io', primary: true }], 'm-3'],
  ] as const) {
    await send('POST', '/Users', {
      schemas: [userUrn],
      userName,
      name: { familyName: userName },
      emails,
      [enterpriseUrn]: manager === undefined ? undefined : { manager: { value: manager } },
    });
  }
});

describe('RFC 7644 section 3.4.2.3: sorting', () => {
  it.each([
    ['sortBy=serial', ['A', 'b', 'c']],
    ['sortBy=SERIAL&sortOrder=Descending', ['c', 'b', 'A']],
    // Numbers are not text, dates are moments, and what is missing is last.
    ['sortBy=ports', ['A', 'b', 'c']],
    ['sortBy=ports&sortOrder=descending', ['c', 'b', 'A']],
    ['sortBy=bought', ['b', 'A', 'c']],
    [`sortBy=${warrantyUrn}:by`, ['A', 'b', 'c']],
    ['sortBy=meta.created', ['b', 'A', 'c']],
  ])('%s', async (query, expected) => {
    expect(await sorted(`/Devices?${query}`, 'serial')).toEqual(expected);
  });

  it.each([
    ['sortBy=emails', ['two', 'one', 'four', 'three']],
    ['sortBy=emails.value', ['two', 'one', 'four', 'three']],
    ['sortBy=emails&sortOrder=descending', ['three', 'four', 'one', 'two']],
    ['sortBy=name.familyName', ['four', 'one', 'three', 'two']],
    [`sortBy=${enterpriseUrn}:manager`, ['two', 'one', 'four', 'three']],
  ])('complex attributes by their primary value, else their first: %s', async (query, expected) => {
    expect(await sorted(`/Users?${query}`, 'userName')).toEqual(expected);
  });

  it('sorts before it pages', async () => {
    expect(await sorted('/Users?sortBy=userName&startIndex=2&count=2', 'userName')).toEqual([
      'one',
      'three',
    ]);
  });

  it.each(['pin', 'disks', 'shoeSize', warrantyUrn, 'disks.nothing', ''])(
    'sortBy=%s is 400 or none, never a failure',
    async (name) => {
      const reply = await send('GET', `/Devices?sortBy=${name}`);
      expect(reply.status).toBe(name === '' ? 200 : 400);
    },
  );
});
