import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import {
  devices,
  enterpriseUrn,
  groups,
  groupUrn,
  reading,
  users,
  userUrn,
} from '../test-support/service.ts';
import { readResource } from './read-resource.ts';
import type { ResourceType } from './resource-type.ts';

const read = (type: ResourceType, body: unknown, profile: ProfileName = 'lenient') =>
  readResource(type, body, reading(profile)).attributes;
const user = (more: object) => ({ schemas: [userUrn], userName: 'anna', ...more });
const device = (more: object) => ({
  schemas: [deviceUrn],
  serial: 'S1',
  [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
  ...more,
});

describe('readResource', () => {
  it('Entra ID, case 20: nulls and empty arrays are no values', () => {
    const body = user({ addresses: null, title: null, department: null, manager: null, roles: [] });
    expect(read(users, body)).toEqual({ userName: 'anna' });
  });

  it('Entra ID, case 4: roles with a primary that is text', () => {
    const roles = [{ primary: 'True', display: 'R', value: 'rv', type: 't' }];
    expect(read(users, user({ roles }))).toEqual({
      userName: 'anna',
      roles: [{ primary: true, display: 'R', value: 'rv', type: 't' }],
    });
  });

  it('Entra ID, cases 19 and 21: markers, meta and malformed URNs are dropped, or refused', () => {
    const body = {
      schemas: [
        groupUrn,
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      displayName: 'G',
      meta: { resourceType: 'Group' },
    };
    expect(read(groups, body)).toEqual({ displayName: 'G' });
    expect(() => read(groups, body, 'interop')).toThrow('has no schema');
    const malformed = user({ 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User': {} });
    expect(read(users, malformed)).toEqual({ userName: 'anna' });
    expect(() => read(users, malformed, 'interop')).toThrow('There is no attribute');
  });

  it('Okta, case 34: read-only attributes are passed over', () => {
    const body = user({ id: 'x', groups: [{ value: 'g' }], meta: {}, password: '1mz050nq' });
    expect(read(users, body)).toEqual({ userName: 'anna', password: '1mz050nq' });
  });

  it('OneLogin, case 50: an object for many values; strict profiles refuse it', () => {
    const body = user({ emails: { value: 'a@x.io' } });
    expect(read(users, body)).toMatchObject({ emails: [{ value: 'a@x.io' }] });
    expect(() => read(users, body, 'rfc')).toThrow('The attribute emails must be an array');
  });

  it('gives names their canonical spelling, and no value twice', () => {
    const body = {
      SCHEMAS: [userUrn],
      USERNAME: 'anna',
      emails: [{ VALUE: 'a@x.io' }, { value: 'A@x.io' }],
      [enterpriseUrn.toUpperCase()]: { Department: 'R&D' },
    };
    expect(read(users, body)).toEqual({
      userName: 'anna',
      emails: [{ value: 'A@x.io' }],
      [enterpriseUrn]: { department: 'R&D' },
    });
    expect(() => read(users, user({ username: 'b' }))).toThrow('userName is given twice');
  });

  it('keeps collections apart, also when the body names them empty', () => {
    const whole = readResource(
      groups,
      { schemas: [groupUrn], displayName: 'G', members: [] },
      reading(),
    );
    expect(whole).toEqual({
      attributes: { displayName: 'G' },
      collections: new Map([['members', []]]),
    });
  });

  it('an extension without its URN, where the profile allows it', () => {
    const body = user({ department: 'R&D', [enterpriseUrn]: { division: 'X' } });
    expect(read(users, body)).toMatchObject({
      [enterpriseUrn]: { department: 'R&D', division: 'X' },
    });
    expect(read(users, body, 'rfc')).toEqual({
      userName: 'anna',
      [enterpriseUrn]: { division: 'X' },
    });
  });

  it('wants the schema to be named in strict profiles', () => {
    expect(read(users, { userName: 'anna' })).toEqual({ userName: 'anna' });
    expect(() => read(users, { userName: 'anna' }, 'rfc')).toThrow('schemas must hold');
  });

  it('reads every type', () => {
    const body = device({
      ports: 4,
      weight: 1.5,
      bought: '2026-01-31T12:00:00+01:00',
      fingerprint: 'AAECAw==',
      managed: true,
      owner: 'https://x/Users/1',
      tags: ['a', 'A', 'b'],
      disks: [{ slot: 'a', size: 1, healthy: false, labels: ['x'] }],
    });
    const { schemas: _, ...rest } = body;
    expect(read(devices, body)).toEqual({ ...rest, tags: ['A', 'b'] });
  });

  it.each<[string, object]>([
    ['ports must be an integer', { ports: 1.5 }],
    ['ports must be an integer', { ports: '4' }],
    ['weight must be a number', { weight: 'heavy' }],
    ['bought must be a date and time', { bought: '31.1.2026' }],
    ['bought must be a date and time', { bought: '2026-13-31T12:00:00Z' }],
    ['fingerprint must be base64', { fingerprint: 'a b' }],
    ['managed must be true or false', { managed: 1 }],
    ['label must not be longer than 20 characters', { label: 'x'.repeat(21) }],
    ['notes must not be longer than 1024 characters', { notes: 'x'.repeat(1_025) }],
    ['label must be a string', { label: {} }],
    ['label must not contain the character NUL', { label: 'a\0b' }],
    ['label must not contain half of a surrogate pair', { label: 'a\ud800' }],
    ['tags[1] must be a string', { tags: ['a', 1] }],
    ['disks[0].slot is required', { disks: [{ size: 1 }] }],
    ['disks[0] must be an object', { disks: ['a'] }],
    ['serial is required', { serial: null }],
    [`${warrantyUrn} is required`, { [warrantyUrn]: null }],
    [`${warrantyUrn}:until is required`, { [warrantyUrn]: { by: 'x' } }],
    ['schemas must be an array', { schemas: userUrn }],
    ['tags has more than 10000 values', { tags: Array.from({ length: 10_001 }, () => 'x') }],
    ['tags has more than 1000 values', { tags: Array.from({ length: 1_001 }, (_, n) => `${n}`) }],
  ])('refuses: %s', (message, more) => {
    expect(() => read(devices, device(more))).toThrow(
      expect.objectContaining({
        status: 400,
        scimType: 'invalidValue',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('refuses two primary values (RFC 7643 section 2.4)', () => {
    const emails = [
      { value: 'a', primary: true },
      { value: 'b', primary: true },
    ];
    expect(() => read(users, user({ emails }))).toThrow('more than one primary');
  });

  it.each([null, [], 'x', 7, true])('refuses a body that is %j', (body) => {
    expect(() => read(users, body)).toThrow('must be a JSON object');
  });

  it('passes over names of JavaScript itself', () => {
    const body: unknown = JSON.parse(
      '{"userName":"anna","__proto__":{"x":1},"constructor":{"prototype":{"x":1}},"name":{"__proto__":{"x":1},"givenName":"A"}}',
    );
    expect(read(users, body)).toEqual({ userName: 'anna', name: { givenName: 'A' } });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});
