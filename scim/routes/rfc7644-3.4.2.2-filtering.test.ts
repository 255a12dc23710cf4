import { beforeAll, describe, expect, it } from 'vitest';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import { filterBy } from '../test-support/provider.ts';
import {
  enterpriseUrn,
  groupUrn,
  listed,
  type Reply,
  startService,
  userUrn,
} from '../test-support/service.ts';

const service = startService({ profile: 'rfc' });
const find = (filter: string, endpoint = '/Devices'): Promise<Reply> =>
  service.send('GET', `${endpoint}?${filterBy(filter)}`);

beforeAll(async () => {
  const devices = [
    {
      serial: 'A1',
      label: 'Laptop "Pro" C:\\',
      ports: 4,
      weight: 1.5,
      bought: '2011-05-13T04:42:34Z',
      managed: true,
      fingerprint: 'AAEC',
      tags: ['red', 'blue'],
      disks: [
        { slot: 'x', size: 1, healthy: true },
        { slot: 'y', size: 2, healthy: false },
      ],
    },
    { serial: 'a1', ports: -2, weight: 0.25, bought: '2011-05-13T06:42:35+02:00', managed: false },
    { serial: 'C3', label: 'Größe', tags: ['green'] },
  ];
  for (const device of devices) {
    await service.send('POST', '/Devices', {
      schemas: [deviceUrn],
      [warrantyUrn]: { until: '2027-01-01T00:00:00Z', by: device.serial },
      ...device,
    });
  }
  await service.send('POST', '/Users', {
    schemas: [userUrn],
    userName: 'anna',
    [enterpriseUrn]: { department: 'R&D', manager: { value: 'M-1' } },
  });
  await service.send('POST', '/Groups', {
    schemas: [groupUrn],
    displayName: 'G',
    members: [{ value: 'device-1' }, { value: 'user-4' }],
  });
});

describe('RFC 7644 section 3.4.2.2: filtering', () => {
  it.each<[string, readonly string[]]>([
    // The ten operators.
    ['serial eq "A1"', ['A1']],
    ['serial ne "A1"', ['a1', 'C3']],
    ['label co "PRO"', ['A1']],
    ['label sw "gröss"', ['C3']],
    ['label sw "GRÖ"', ['C3']],
    ['label ew "ße"', ['C3']],
    ['label pr', ['A1', 'C3']],
    ['ports gt -2', ['A1']],
    ['ports ge -2', ['A1', 'a1']],
    ['ports lt 4', ['a1']],
    ['ports le 4', ['A1', 'a1']],
    // Numbers as JSON writes them.
    ['weight eq 1.5', ['A1']],
    ['weight eq 15e-1', ['A1']],
    ['weight eq 0.15E+1', ['A1']],
    ['weight lt 1', ['a1']],
    ['ports eq 4.0', ['A1']],
    // Strings as JSON writes them.
    ['label eq "laptop \\"pro\\" c:\\\\"', ['A1']],
    ['label eq "gr\\u00f6\\u00dfe"', ['C3']],
    // Moments with offsets, not text.
    ['bought eq "2011-05-13T06:42:34+02:00"', ['A1']],
    ['bought gt "2011-05-13T04:42:34Z"', ['a1']],
    ['bought le "2011-05-13T04:42:34.000Z"', ['A1']],
    // Booleans, null and binary have equality only.
    ['managed eq true', ['A1']],
    ['managed ne true', ['a1']],
    ['not (managed eq true)', ['a1', 'C3']],
    ['managed eq null', ['C3']],
    ['managed ne null', ['A1', 'a1']],
    ['fingerprint eq "AAEC"', ['A1']],
    ['fingerprint eq "aaec"', []],
    // Precedence: not, then and, then or; parentheses first.
    ['serial eq "C3" or serial eq "A1" and ports eq 9', ['C3']],
    ['(serial eq "C3" or serial eq "A1") and ports eq 9', []],
    ['serial pr and not (ports pr) or serial eq "A1"', ['A1', 'C3']],
    ['not (not (serial eq "A1"))', ['A1']],
    ['not (ports gt 0 or tags pr)', ['a1']],
    ['not (ports gt 0) and not (tags pr)', ['a1']],
    // Multi-valued attributes: any value; one and the same within brackets.
    ['tags eq "BLUE"', ['A1']],
    ['tags ne "red"', ['A1', 'C3']],
    ['not (tags eq "red")', ['a1', 'C3']],
    ['tags[value sw "gr"]', ['C3']],
    ['disks[slot eq "x" and healthy eq false]', []],
    ['disks.slot eq "x" and disks.healthy eq false', ['A1']],
    ['disks[slot eq "y" and (size gt 1 or healthy eq true)]', ['A1']],
    ['disks[not (size gt 1)]', ['A1']],
    ['disks[slot eq "y"].size eq 2', ['A1']],
    ['disks[slot eq "x"].size eq 2', []],
    ['disks[slot eq "y"].size pr and serial pr', ['A1']],
    ['not (disks pr)', ['a1', 'C3']],
    // Names with URNs, whose dots and colons are their own.
    [`${deviceUrn}:serial eq "A1"`, ['A1']],
    [`${deviceUrn}:disks[slot eq "x"]`, ['A1']],
    [`${deviceUrn}:disks.slot eq "x"`, ['A1']],
    [`${warrantyUrn}:by eq "c3"`, ['C3']],
    [`${warrantyUrn.toUpperCase()}:UNTIL gt "2026-12-31T23:59:59-01:00"`, []],
    [`schemas eq "${warrantyUrn}" and ${warrantyUrn}:by eq "C3"`, ['C3']],
    // What the type does not know has no value.
    ['shoeSize eq 43', []],
    ['not (shoeSize pr) and serial eq "A1"', ['A1']],
    ['disks[shoeSize eq 43]', []],
    ['urn:unknown:serial eq "A1"', []],
    ['meta.resourceType eq "Device" and serial eq "A1"', ['A1']],
    ['meta.created le "2026-01-31T13:00:00+01:00" and id eq "device-1"', ['A1']],
    ['meta.version eq "W/\\"1\\"" and serial eq "A1"', ['A1']],
  ])('%s', async (filter, expected) => {
    expect(listed(await find(filter), 'serial')).toEqual(expected);
  });

  it.each([
    `${enterpriseUrn}:department eq "r&d"`,
    `${enterpriseUrn}:manager.value eq "M-1"`,
    `${enterpriseUrn}:manager eq "M-1"`,
    `${enterpriseUrn}:manager[value eq "M-1"]`,
    `${enterpriseUrn} pr and ${userUrn}:userName pr`,
  ])('of an extension: %s', async (filter) => {
    expect(listed(await find(filter, '/Users'), 'userName')).toEqual(['anna']);
  });

  it.each([
    'members[value eq "user-4"]',
    'members.value eq "user-4"',
    'members eq "user-4"',
    'members[value eq "device-1" or value eq "nobody"]',
  ])('of a collection: %s', async (filter) => {
    expect(listed(await find(filter, '/Groups'), 'displayName')).toEqual(['G']);
  });

  it.each([
    'managed gt true',
    'managed le false',
    'managed co "t"',
    'fingerprint gt "AA"',
    'fingerprint sw "AA"',
    'ports co 4',
    'ports eq "4"',
    'ports eq true',
    'bought gt "yesterday"',
    'bought eq "2011-02-30T00:00:00Z"',
    'bought co "2011"',
    'serial gt null',
    'serial eq A1',
    "serial eq 'A1'",
    'disks eq "x"',
    'serial[value eq "A1"]',
    'disks[tags[value pr]]',
    'pin eq "1234"',
    'not (pin pr)',
    'serial xx "A1"',
    'serial eq "A1',
    'serial eq "\\q"',
    'serial eq "\\ud800"',
    'serial eq "\\u0000"',
    'not serial eq "A1"',
    'serial eq "A1" and',
    '(serial eq "A1"',
    'disks[slot eq "x"]]',
    'serial',
    `${'('.repeat(40)}serial pr${')'.repeat(40)}`,
    Array.from({ length: 200 }, () => 'serial pr').join(' or '),
    `serial eq "${'x'.repeat(9_000)}"`,
  ])('%s is 400 invalidFilter', async (filter) => {
    const reply = await find(filter);
    expect(reply.body).toMatchObject({ status: '400', scimType: 'invalidFilter' });
    expect(service.errors).toEqual([]);
  });

  it('an empty filter is none', async () => {
    expect((await find('')).body).toMatchObject({ totalResults: 3 });
    expect((await find('  ')).body).toMatchObject({ totalResults: 3 });
  });

  it('section 3.4.2.1: across types, each by what it knows', async () => {
    for (const profile of ['rfc', 'interop'] as const) {
      const { send, used } = startService({ profile });
      await send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
      await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G' });
      const at = async (filter: string) => listed(await send('GET', `/?${filterBy(filter)}`), 'id');
      expect(await at('userName eq "anna" or displayName eq "g"')).toEqual(['user-1', 'group-2']);
      expect(await at('not (userName eq "anna")')).toEqual(['group-2']);
      expect([...used]).toEqual([]);
      expect((await send('GET', `/?${filterBy('active gt true')}`)).status).toBe(400);
    }
  });
});
