import { describe, expect, it } from 'vitest';
import { describeTolerance, profiles, tolerances, tolerates } from './profiles.ts';
import { bulkUrn } from './routes/bulk-request.ts';
import { searchUrn } from './routes/query.ts';
import {
  enterpriseUrn,
  groupUrn,
  patchOf,
  reading,
  startService,
  userUrn,
} from './test-support/service.ts';

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

  it('say of each tolerance what it is and who needs it', () => {
    const told = tolerances.map(describeTolerance);
    expect(new Set(told.map(({ description }) => description)).size).toBe(tolerances.length);
    for (const { name, description, clients } of told) {
      expect(description, name).toMatch(/^["A-Z].{20,}[^.]$/);
      expect(
        clients.every((client) => client !== ''),
        name,
      ).toBe(true);
    }
    expect(describeTolerance('singleValueForMany').clients).toEqual(['OneLogin']);
  });
});

describe('a strict provider with the lenient profile', () => {
  it('leans on nothing, in a whole cycle', async () => {
    const { send, used, errors } = startService({ profile: 'lenient' });
    const statuses: number[] = [];
    const ask = async (method: string, path: string, body?: unknown) => {
      const { status } = await send(method, path, body);
      statuses.push(status);
    };
    await ask('POST', '/Users', {
      schemas: [userUrn, enterpriseUrn],
      userName: 'anna',
      active: true,
      name: { givenName: 'Anna', familyName: 'Berg' },
      emails: [{ value: 'anna@acme.com', type: 'work', primary: true }],
      [enterpriseUrn]: { department: 'Platform', manager: { value: 'm-1' } },
    });
    await ask('POST', '/Groups', { schemas: [groupUrn], displayName: 'G' });
    await ask('GET', '/Users?filter=emails[type eq "work" and value eq "anna@acme.com"]');
    await ask('GET', `/Users?filter=${enterpriseUrn}:manager.value eq "m-1" and active eq true`);
    await ask('POST', '/Users/.search', { schemas: [searchUrn], filter: 'externalId eq "1"' });
    await ask(
      'PATCH',
      '/Users/user-1',
      patchOf(
        { op: 'replace', path: 'active', value: false },
        { op: 'replace', path: 'name', value: { givenName: 'Ann', familyName: 'Berg' } },
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'ann@acme.com' },
        { op: 'add', path: 'phoneNumbers', value: [{ value: '1', type: 'work' }] },
        { op: 'replace', path: 'emails', value: [{ value: 'a@acme.com', type: 'work' }] },
        { op: 'replace', path: `${enterpriseUrn}:manager`, value: { value: 'm-2' } },
        { op: 'remove', path: `${enterpriseUrn}:department` },
        { op: 'remove', path: enterpriseUrn },
        { op: 'remove', path: 'emails[type eq "other"]' },
      ),
    );
    const members = [{ value: 'user-1' }];
    for (const operation of [
      { op: 'add', path: 'members', value: members },
      { op: 'replace', path: 'members', value: members },
      { op: 'remove', path: 'members[value eq "user-1"]' },
      { op: 'remove', path: 'members' },
    ]) {
      await ask('PATCH', '/Groups/group-2', patchOf(operation));
    }
    await ask('POST', '/Bulk', {
      schemas: [bulkUrn],
      Operations: [{ method: 'DELETE', path: '/Groups/group-2' }],
    });
    await ask('DELETE', '/Users/user-1');
    expect(statuses).toEqual([201, 201, 200, 200, 200, 200, 204, 204, 204, 204, 200, 204]);
    expect([[...used], errors]).toEqual([[], []]);
  });
});
