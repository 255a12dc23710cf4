import { describe, expect, it } from 'vitest';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import { devices, reading, startService, userUrn } from '../test-support/service.ts';
import { presentAttribute, settleAttributes } from './attribute.ts';
import { readResource } from './read-resource.ts';

const device = (more: object) => ({
  schemas: [deviceUrn],
  serial: 'S1',
  [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
  ...more,
});
const read = (more: object) => readResource(devices, device(more), reading('rfc')).attributes;

describe('RFC 7643 section 2.1: names of attributes', () => {
  it('mean the same in any case, in bodies, filters, paths and selections', async () => {
    const { send } = startService({ profile: 'rfc' });
    const body = { Schemas: [userUrn], USERNAME: 'anna', Name: { GIVENNAME: 'Anna' } };
    const made = await send('POST', '/Users', body);
    expect(made.body).toMatchObject({ userName: 'anna', name: { givenName: 'Anna' } });
    const found = await send('GET', '/Users?filter=NAME.givenname eq "anna"&attributes=USERname');
    expect(found.body).toMatchObject({ Resources: [{ userName: 'anna' }] });
    const patch = { SCHEMAS: [], operations: [{ OP: 'ADD', Path: 'NICKNAME', VALUE: 'A' }] };
    patch.SCHEMAS = ['urn:ietf:params:scim:api:messages:2.0:patchop'] as never;
    expect((await send('PATCH', '/Users/user-1', patch)).body).toMatchObject({ nickName: 'A' });
  });

  it('refuses names that are malformed or those of a JavaScript object', () => {
    for (const name of ['', '1a', 'a.b', 'a b', 'urn:x', '__proto__', 'constructor', 'toString']) {
      expect(() => settleAttributes([{ name }], 'test'), name).toThrow(TypeError);
    }
    expect([...settleAttributes([{ name: '$ref' }, { name: 'a-b_c$1' }], 'test').keys()]).toEqual([
      '$ref',
      'a-b_c$1',
    ]);
  });
});

describe('RFC 7643 section 2.2: characteristics', () => {
  it('that are left out have their defaults', () => {
    const [attribute] = settleAttributes([{ name: 'badge' }], 'test').values();
    expect(attribute && presentAttribute(attribute)).toEqual({
      name: 'badge',
      type: 'string',
      multiValued: false,
      description: '',
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    });
  });
});

describe('RFC 7643 section 2.3: types', () => {
  it.each<[string, object]>([
    ['2.3.1 string', { label: 'Größe 😀' }],
    ['2.3.2 boolean', { managed: false }],
    ['2.3.3 decimal', { weight: -1.5e-3 }],
    ['2.3.4 integer', { ports: -4 }],
    ['2.3.5 dateTime', { bought: '2008-01-23T04:56:22Z' }],
    ['2.3.5 dateTime, fractions and offset', { bought: '2008-01-23T04:56:22.123456+14:00' }],
    ['2.3.5 dateTime, leap day', { bought: '2028-02-29T00:00:00Z' }],
    ['2.3.6 binary', { fingerprint: 'AAECAw==' }],
    ['2.3.6 binary, in the alphabet of URLs', { fingerprint: '-_8' }],
    ['2.3.7 reference', { owner: 'https://example.com/Users/1' }],
    ['2.3.8 complex', { disks: [{ slot: 'a', healthy: true }] }],
  ])('%s', (_, value) => {
    expect(read(value)).toMatchObject(value);
  });

  it.each<[string, object]>([
    ['2.3.1 string', { label: 7 }],
    ['2.3.2 boolean', { managed: 'true' }],
    ['2.3.3 decimal', { weight: '1.5' }],
    ['2.3.4 integer', { ports: 1.5 }],
    ['2.3.4 integer', { ports: 2 ** 53 }],
    ['2.3.5 dateTime, without a time', { bought: '2008-01-23' }],
    ['2.3.5 dateTime, not in the calendar', { bought: '2026-02-29T00:00:00Z' }],
    ['2.3.5 dateTime, not in the calendar', { bought: '2026-04-31T00:00:00Z' }],
    ['2.3.5 dateTime, no such hour', { bought: '2026-01-31T24:00:00Z' }],
    ['2.3.5 dateTime, no such offset', { bought: '2026-01-31T00:00:00+14:30' }],
    ['2.3.6 binary', { fingerprint: 'AAECAw=!' }],
    ['2.3.6 binary, cut off', { fingerprint: 'AAECA' }],
    ['2.3.7 reference', { owner: { value: 'x' } }],
    ['2.3.8 complex', { disks: [['slot']] }],
  ])('%s is refused: %j', (_, value) => {
    expect(() => read(value)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
    );
  });
});

describe('RFC 7643 section 2.4: multi-valued attributes', () => {
  it('keep each value once, and one primary at the most', async () => {
    const { send } = startService({ profile: 'rfc' });
    const post = (emails: readonly object[], userName: string) =>
      send('POST', '/Users', { schemas: [userUrn], userName, emails });
    const twice = await post(
      [
        { value: 'a@x.io', type: 'work' },
        { value: 'A@x.io', type: 'Work' },
      ],
      'a',
    );
    expect(twice.body).toMatchObject({ emails: [{ value: 'A@x.io', type: 'Work' }] });
    const types = await post(
      [
        { value: 'a@x.io', type: 'work' },
        { value: 'a@x.io', type: 'home' },
      ],
      'b',
    );
    expect(types.body).toMatchObject({ emails: [{ type: 'work' }, { type: 'home' }] });
    const primary = await post(
      [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
      'c',
    );
    expect(primary.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    const unset = await post(
      [
        { value: 'a', primary: false },
        { value: 'b', primary: true },
      ],
      'd',
    );
    expect(unset.status).toBe(201);
  });

  it('take other types than the canonical ones', async () => {
    const { send } = startService({ profile: 'interop' });
    const emails = [{ value: 'a@x.io', type: 'holiday' }];
    const made = await send('POST', '/Users', { schemas: [userUrn], userName: 'a', emails });
    expect(made.body).toMatchObject({ emails });
  });
});

describe('RFC 7643 section 2.5: unassigned and null values', () => {
  it('null, an empty array and nothing are the same, and are not returned', async () => {
    const { send } = startService({ profile: 'interop' });
    const body = { schemas: [userUrn], userName: 'a', title: null, emails: [], name: {} };
    const made = await send('POST', '/Users', body);
    expect(Object.keys(made.body as object)).toEqual(['schemas', 'id', 'userName', 'meta']);
    const found = await send('GET', '/Users?filter=not (emails pr) and title eq null');
    expect(found.body).toMatchObject({ totalResults: 1 });
  });

  it('a value that is empty but for its label is none', async () => {
    const { send } = startService({ profile: 'rfc' });
    const emails = [
      { type: 'work', value: null, primary: true },
      { type: 'home', value: 'a@x.io' },
    ];
    const addresses = [{ type: 'work' }];
    const body = {
      schemas: [userUrn],
      userName: 'a',
      emails,
      addresses,
      photos: [{ value: null }],
    };
    const made = await send('POST', '/Users', body);
    expect(made.body).toMatchObject({ emails: [{ type: 'home', value: 'a@x.io' }], addresses });
    expect(made.body).not.toHaveProperty('photos');
  });

  it('values within complex ones too', () => {
    expect(read({ disks: [{ slot: 'a', size: null, labels: [] }, null] })).toMatchObject({
      disks: [{ slot: 'a' }],
    });
  });
});
