import { beforeEach, describe, expect, test } from 'vitest';
import type { Visibility } from '../entry/visibility.ts';
import { parseFilter } from '../filter/parse.ts';
import type { Scope } from '../message/requests.ts';
import { acmeStore, acmeSuffix, personDn, times, uuids } from '../test-support/acme.ts';
import type { EntryStore } from './entry-store.ts';
import type { StoredEntry } from './stored-entry.ts';

let store: EntryStore;
beforeEach(() => {
  store = acmeStore();
});

function entryAt(dn: string): StoredEntry {
  const found = store.lookup(dn);
  if (found.kind !== 'found') throw new Error(`no ${dn}`);
  return found.entry;
}

function search(
  filter: string,
  {
    base = acmeSuffix,
    scope = 'subtree',
    visibility = {},
  }: { base?: string; scope?: Scope; visibility?: Visibility<StoredEntry> } = {},
): string[] {
  const cursor = store.search({
    base: entryAt(base),
    scope,
    filter: parseFilter(filter),
    visibility,
  });
  const names: string[] = [];
  for (
    let at = cursor.next(Number.POSITIVE_INFINITY);
    at;
    at = cursor.next(Number.POSITIVE_INFINITY)
  ) {
    names.push(at.rdn.split('=')[1] ?? '');
  }
  return names;
}

function putPerson(
  uid: string,
  { uuid = uuids.anna as string, parent = uuids.people as string } = {},
) {
  return store.put({
    uuid,
    parent,
    rdn: { type: 'uid', value: uid },
    attributes: { objectClass: 'inetOrgPerson', cn: uid, sn: uid },
    ...times,
  });
}

describe('lookup', () => {
  test.each([personDn('anna'), 'UID=Anna, OU=people, O=Acme, DC=directory, DC=local'])(
    'finds %s',
    (dn) => {
      expect(entryAt(dn).uuid).toBe(uuids.anna);
    },
  );

  test('names the nearest entry above what is missing', () => {
    expect(store.lookup(personDn('nobody'))).toMatchObject({
      kind: 'missing',
      nearest: { uuid: uuids.people },
    });
    expect(store.lookup('o=other,dc=directory,dc=local')).toEqual({
      kind: 'missing',
      nearest: undefined,
    });
    expect(store.lookup('xo=acme,dc=directory,dc=local').kind).toBe('missing');
    expect(store.lookup('nonsense').kind).toBe('invalid');
  });

  test('finds names that need escapes', () => {
    putPerson('a,b+c', { uuid: 'e0' });
    expect(store.dnOf(entryAt(`uid=a\\2cb\\2bc,ou=people,${acmeSuffix}`))).toBe(
      `uid=a\\,b\\+c,ou=people,${acmeSuffix}`,
    );
  });

  test('finds a multi-valued RDN in any order', () => {
    store.put({
      uuid: 'e1',
      rdn: [
        { type: 'cn', value: 'Two' },
        { type: 'ou', value: 'Parts' },
      ],
      attributes: { objectClass: 'applicationProcess' },
      ...times,
    });
    expect(entryAt(`ou=parts+cn=two,${acmeSuffix}`).uuid).toBe('e1');
    expect(search('(ou=parts)')).toHaveLength(1);
  });
});

describe('put', () => {
  test('replaces what was there, in every index', () => {
    putPerson('anna');
    expect(search('(mail=anna@acme.com)')).toEqual([]);
    expect(search('(mail=*anna*)')).toEqual([]);
    expect(search('(cn=anna)')).toEqual(['anna']);
    expect(search('(objectClass=organizationalPerson)')).toContain('anna');
  });

  test('renames with the entryUUID kept, and the links follow', () => {
    putPerson('hanna');
    expect(store.lookup(personDn('anna')).kind).toBe('missing');
    expect(entryAt(personDn('hanna')).uuid).toBe(uuids.anna);
    expect(search(`(member=${personDn('hanna')})`)).toEqual(['developers']);
    expect(search(`(entryDN=${personDn('hanna')})`)).toEqual(['hanna']);
  });

  test('moves a branch with all below it', () => {
    store.put({
      uuid: uuids.groups,
      parent: uuids.people,
      rdn: { type: 'ou', value: 'teams' },
      attributes: { objectClass: 'organizationalUnit' },
      ...times,
    });
    const dn = `cn=developers,ou=teams,ou=people,${acmeSuffix}`;
    expect(entryAt(dn).uuid).toBe(uuids.developers);
    expect(search(`(memberOf=${dn})`)).toEqual(['anna', 'ben']);
    expect(search('(objectClass=*)', { base: `ou=people,${acmeSuffix}` })).toHaveLength(7);
    expect(store.root.descendants).toBe(7);
  });

  test('names an entry anew when only case or spaces of its name change', () => {
    putPerson('Anna');
    expect(store.dnOf(entryAt(personDn('anna')))).toBe(personDn('Anna'));
  });

  test('refuses what cannot be', () => {
    const codeOf = (action: () => unknown) => {
      try {
        action();
        return 'done';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(codeOf(() => putPerson('BEN'))).toBe('name-taken');
    expect(codeOf(() => putPerson('x', { parent: 'nowhere' }))).toBe('unknown-entry');
    expect(codeOf(() => putPerson('x', { uuid: uuids.people, parent: uuids.anna }))).toBe(
      'moved-below-itself',
    );
    const rdn = { type: 'cn', value: 'x' };
    const put = (attributes: Record<string, string>) => () =>
      store.put({ uuid: 'e2', rdn, attributes, ...times });
    expect(codeOf(put({ objectClass: 'device', nonsense: '1' }))).toBe('unknown-attribute');
    expect(codeOf(put({ objectClass: 'nonsense' }))).toBe('unknown-class');
    expect(codeOf(put({ objectClass: 'groupOfNames', member: personDn('ben') }))).toBe(
      'kept-by-the-store',
    );
    expect(store.size).toBe(8);
  });

  test('leaves out values that do not fit, and says which attribute they were of', () => {
    const report = store.put({
      uuid: 'e3',
      rdn: { type: 'uid', value: 'dora' },
      attributes: {
        objectClass: ['inetOrgPerson', 'posixAccount'],
        cn: ['Dora', 'DORA', ''],
        sn: 'D',
        uidNumber: 'x',
        mail: 'dörä@acme.com',
        manager: personDn('anna'),
      },
      ...times,
    });
    expect(report.rejected).toEqual(['cn', 'uidNumber', 'mail']);
    expect(
      search(
        '(&(cn=dora)(!(uidNumber=*))(manager=UID=ANNA,ou=people,o=acme,dc=directory,dc=local))',
      ),
    ).toEqual(['dora']);
  });

  test('a deleted entry that comes back is another entry to those who paged past it', () => {
    const before = entryAt(personDn('chloe')).id;
    store.delete(uuids.chloe);
    putPerson('chloe', { uuid: uuids.chloe });
    expect(entryAt(personDn('chloe')).id).toBeGreaterThan(before);
  });
});

describe('links', () => {
  test('member and memberOf agree', () => {
    expect(search(`(member=${personDn('anna')})`)).toEqual(['developers']);
    expect(search(`(memberOf=cn=developers,ou=groups,${acmeSuffix})`)).toEqual(['anna', 'ben']);
    store.unlink(uuids.developers, [uuids.anna]);
    expect(search(`(member=${personDn('anna')})`)).toEqual([]);
    expect(search(`(memberOf=cn=developers,ou=groups,${acmeSuffix})`)).toEqual(['ben']);
  });

  test('reports what changed and what it does not know', () => {
    expect(store.link(uuids.developers, [uuids.anna, uuids.chloe, 'nobody'])).toEqual({
      changed: 1,
      unknown: ['nobody'],
    });
  });

  test('go with the entry at either end', () => {
    store.delete(uuids.anna);
    expect(search('(member=*)')).toEqual(['developers', 'staff']);
    store.delete(uuids.developers);
    expect(search('(member=*)')).toEqual([]);
    expect(search('(memberOf=*)')).toEqual([]);
  });

  test('a group that lost its last member has no member attribute', () => {
    store.unlink(uuids.staff, [uuids.developers]);
    expect(search('(&(objectClass=groupOfNames)(!(member=*)))')).toEqual(['staff']);
  });

  test('set the time of the group when one is given', () => {
    store.link(uuids.staff, [uuids.chloe], new Date('2026-06-01T00:00:00Z'));
    expect(search('(modifyTimestamp>=20260201000000Z)')).toEqual(['staff']);
  });

  const inChain = '1.2.840.113556.1.4.1941';
  test('chains lead through nested groups, both ways', () => {
    expect(search(`(memberOf:${inChain}:=cn=staff,ou=groups,${acmeSuffix})`)).toEqual([
      'anna',
      'ben',
      'developers',
    ]);
    expect(search(`(member:${inChain}:=${personDn('anna')})`)).toEqual(['developers', 'staff']);
  });

  test('a cycle of groups ends', () => {
    store.link(uuids.developers, [uuids.staff]);
    expect(search(`(member:${inChain}:=${personDn('anna')})`)).toEqual(['developers', 'staff']);
  });

  test('adding one to a group of 20,000 costs little', () => {
    const parent = uuids.people;
    const members: string[] = [];
    for (let number = 0; number < 20_000; number += 1) {
      members.push(`f0-${number}`);
      putPerson(`crowd${number}`, { uuid: `f0-${number}`, parent });
    }
    store.link(uuids.staff, members);
    const startedAt = performance.now();
    for (let round = 0; round < 1000; round += 1) {
      store.unlink(uuids.staff, [uuids.developers]);
      store.link(uuids.staff, [uuids.developers]);
    }
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(entryAt(`cn=staff,ou=groups,${acmeSuffix}`).members?.size).toBe(20_001);
  });
});

describe('delete', () => {
  test('takes a leaf, and refuses what others stand below', () => {
    expect(store.delete('nobody')).toBe(false);
    expect(() => store.delete(uuids.people)).toThrow(/below/);
    expect(store.delete(uuids.anna)).toBe(true);
    expect(search('(uid=anna)')).toEqual([]);
    expect(search('(cn=*anna*)')).toEqual([]);
    expect(store.root.descendants).toBe(6);
  });
});

describe('scopes', () => {
  const base = `ou=people,${acmeSuffix}`;
  test.each([
    ['base', ['people,o']],
    ['one', ['anna', 'ben', 'chloe']],
    ['subtree', ['people', 'anna', 'ben', 'chloe']],
    ['subordinates', ['anna', 'ben', 'chloe']],
  ] as const)('%s', (scope, names) => {
    expect(search('(objectClass=*)', { base, scope })).toEqual(
      names.map((name) => name.replace(',o', '')),
    );
    expect(search('(uid=anna)', { base, scope })).toEqual(scope === 'base' ? [] : ['anna']);
  });
});

describe('a reader', () => {
  const visibility: Visibility<StoredEntry> = {
    entry: ({ uuid }) => uuid !== uuids.anna && uuid !== uuids.staff,
    attribute: ({ uuid }, { key }) => key !== 'mail' || uuid === uuids.ben,
  };

  test('is not told of hidden entries, as members neither', () => {
    expect(search('(objectClass=inetOrgPerson)', { visibility })).toEqual(['ben', 'chloe']);
    expect(search(`(member=${personDn('anna')})`, { visibility })).toEqual([]);
    expect(search(`(memberOf=cn=staff,ou=groups,${acmeSuffix})`, { visibility })).toEqual([]);
    expect(search('(memberOf=*)', { visibility })).toEqual(['ben']);
    expect(search('(numSubordinates=2)', { visibility, base: acmeSuffix, scope: 'one' })).toEqual([
      'people',
    ]);
  });

  test('finds hidden attributes Undefined, at both polarities', () => {
    expect(search('(mail=*)', { visibility })).toEqual(['ben']);
    expect(search('(mail=chloe@acme.com)', { visibility })).toEqual([]);
    expect(search('(!(mail=*))', { visibility, base: `ou=people,${acmeSuffix}` })).toEqual([]);
    expect(search('(!(mail=nobody@acme.com))', { visibility })).toEqual(['ben']);
  });
});

test('a cursor rests in time, and goes on though the store has changed', () => {
  for (let number = 0; number < 200; number += 1) {
    putPerson(`crowd${number}`, { uuid: `f1-${number}` });
  }
  const cursor = store.search({
    base: store.root,
    scope: 'subtree',
    filter: parseFilter('(title=x)'),
  });
  expect(cursor.next(0)).toBeUndefined();
  const found = store.search({
    base: store.root,
    scope: 'subtree',
    filter: parseFilter('(cn=crowd*)'),
  });
  const seen = new Set<string>();
  for (let number = 0; number < 100; number += 1) {
    const entry = found.next(Number.POSITIVE_INFINITY);
    if (entry) seen.add(entry.uuid);
    found.rested();
    store.delete(`f1-${number}`);
    putPerson(`late${number}`, { uuid: `f2-${number}` });
  }
  for (
    let at = found.next(Number.POSITIVE_INFINITY);
    at;
    at = found.next(Number.POSITIVE_INFINITY)
  ) {
    expect(seen.has(at.uuid)).toBe(false);
    seen.add(at.uuid);
  }
  for (let number = 100; number < 200; number += 1) expect(seen.has(`f1-${number}`)).toBe(true);
});
