import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter } from '../filter/compile.ts';
import { Truth } from '../filter/compiled-filter.ts';
import { evaluate } from '../filter/evaluate.ts';
import type { Filter } from '../filter/filter.ts';
import { formatFilter } from '../filter/format.ts';
import { parseFilter } from '../filter/parse.ts';
import { acmeStore, acmeSuffix, personDn, schema, times, uuids } from '../test-support/acme.ts';
import type { EntryStore } from './entry-store.ts';
import { gatheredIds, type IdSource, intersectionOf, postings, unionOf } from './id-source.ts';
import { OrderingIndex } from './ordering-index.ts';
import { PostingList } from './posting-list.ts';

function all(source: IdSource | undefined): number[] | undefined {
  if (source === undefined) return undefined;
  const ids: number[] = [];
  for (let id = source.after(-1); id !== -1; id = source.after(id)) ids.push(id);
  return ids;
}

test('an ordering index leaves it to a walk when it would gather nearly everything', () => {
  const index = new OrderingIndex((id) => id);
  for (let id = 0; id < 10_000; id += 1) index.add(id, id);
  expect(index.find('greaterOrEqual', 10)).toBeUndefined();
  expect(all(index.find('greaterOrEqual', 9998))).toEqual([9998, 9999]);
  expect(all(index.find('lessOrEqual', 1))).toEqual([0, 1]);
});

const idSets = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 60 })), {
  minLength: 1,
  maxLength: 4,
});
const sorted = (ids: Iterable<number>) => [...ids].sort((left, right) => left - right);

test('a posting list is a sorted set', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 40 }))), (changes) => {
      const list = new PostingList();
      const model = new Set<number>();
      for (const [adds, id] of changes) {
        expect(adds ? list.add(id) : list.delete(id)).toBe(adds ? !model.has(id) : model.has(id));
        if (adds) model.add(id);
        else model.delete(id);
      }
      expect([...list]).toEqual(sorted(model));
      expect(list.size).toBe(model.size);
      expect(all(postings(list))).toEqual(sorted(model));
    }),
  );
});

test('unions and intersections are what sets say', () => {
  fc.assert(
    fc.property(idSets, (sets) => {
      const sources = () => sets.map((ids) => gatheredIds(ids));
      expect(all(unionOf(sources()))).toEqual(sorted(new Set(sets.flat())));
      const [first = [], ...others] = sets;
      const common = first.filter((id) => others.every((ids) => ids.includes(id)));
      expect(all(intersectionOf(sources()))).toEqual(sorted(common));
    }),
  );
});

test('an ordering index finds what holds now', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 9 })), {
        maxLength: 60,
      }),
      fc.integer({ min: 0, max: 9 }),
      (changes, bound) => {
        const now = new Map<number, number>();
        const index = new OrderingIndex((id) => now.get(id));
        for (const [id, value] of changes) {
          now.set(id, value);
          index.add(id, value);
        }
        const where = (fits: (value: number) => boolean) =>
          sorted([...now].filter(([, value]) => fits(value)).map(([id]) => id));
        expect(all(index.find('greaterOrEqual', bound))).toEqual(where((value) => value >= bound));
        expect(all(index.find('lessOrEqual', bound))).toEqual(where((value) => value <= bound));
      },
    ),
  );
});

test('an ordering index survives more changes than it has room for', () => {
  const now = new Map<number, number>();
  const index = new OrderingIndex((id) => now.get(id));
  for (let round = 0; round < 20_000; round += 1) {
    const id = round % 7;
    const value = (round * 7919) % 1000;
    now.set(id, value);
    index.add(id, value);
  }
  expect(all(index.find('greaterOrEqual', 0))).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

const item = fc.constantFrom(
  '(uid=anna)',
  '(uid=ANN*)',
  '(uid=*n*)',
  '(mail=*@acme.com)',
  '(mail=*)',
  '(cn=*ü*)',
  '(cn=b*j*r.)',
  '(name=dubois)',
  '(name=*)',
  '(objectClass=person)',
  '(objectClass=groupOfNames)',
  '(objectClass=*)',
  '(objectClass=unknown)',
  '(nonsense=1)',
  '(telephoneNumber=+49301234567)',
  '(sn>=m)',
  '(telephoneNumber=*1234*)',
  '(modifyTimestamp>=20260131120000Z)',
  '(modifyTimestamp<=20250101000000Z)',
  '(createTimestamp>=x)',
  `(member=${personDn('anna')})`,
  `(memberOf=cn=developers,ou=groups,${acmeSuffix})`,
  '(memberOf=nonsense)',
  `(memberOf:1.2.840.113556.1.4.1941:=cn=staff,ou=groups,${acmeSuffix})`,
  `(member:1.2.840.113556.1.4.1941:=${personDn('ben')})`,
  `(entryUUID=${uuids.ben})`,
  '(entryUUID=x)',
  `(entryDN=${personDn('chloe')})`,
  '(hasSubordinates=TRUE)',
  '(ou:dn:=people)',
  '(cn:caseExactMatch:=Anna Müller)',
  '(:caseIgnoreMatch:=anna)',
  '(cn~=anna müller)',
  '(&)',
  '(|)',
);
const filters = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    item,
    fc.array(tie('filter'), { maxLength: 3 }).map((list) => `(&${list.join('')})`),
    fc.array(tie('filter'), { maxLength: 3 }).map((list) => `(|${list.join('')})`),
    tie('filter').map((filter) => `(!${filter})`),
  ),
})).filter;

function walk(store: EntryStore, filter: Filter): number[] {
  const context = store.filterContext();
  const compiled = compileFilter(filter, context);
  const ids: number[] = [];
  for (let id = 0; id < 1000; id += 1) {
    const entry = store.entryById(id);
    if (entry && evaluate(compiled, entry, context) === Truth.true) ids.push(id);
  }
  return ids;
}

test('an index finds what a walk finds', () => {
  const store = acmeStore();
  fc.assert(
    fc.property(filters, (text) => {
      const filter = parseFilter(text);
      const cursor = store.search({ base: store.root, scope: 'subtree', filter });
      const ids: number[] = [];
      for (let at = cursor.next(Infinity); at; at = cursor.next(Infinity)) ids.push(at.id);
      expect(ids, formatFilter(filter)).toEqual(walk(store, filter));
    }),
    { numRuns: 500 },
  );
});

describe('three values (RFC 4511 section 4.5.1.7)', () => {
  const store = acmeStore();
  store.put({
    uuid: 'posix',
    rdn: { type: 'uid', value: 'root' },
    attributes: {
      objectClass: ['account', 'posixAccount'],
      cn: 'root',
      uidNumber: '512',
      gidNumber: '2',
      homeDirectory: '/Root',
      'description;lang-de': 'Wurzel',
    },
    ...times,
  });
  const entry = store.entryByUuid('posix');
  const context = store.filterContext();

  test.each([
    ['(uid=ROOT)', Truth.true],
    ['(uid=other)', Truth.false],
    ['(nonsense=1)', Truth.undefined],
    ['(!(nonsense=1))', Truth.undefined],
    ['(&(uid=root)(nonsense=1))', Truth.undefined],
    ['(&(uid=other)(nonsense=1))', Truth.false],
    ['(|(uid=root)(nonsense=1))', Truth.true],
    ['(|(uid=other)(nonsense=1))', Truth.undefined],
    ['(uidNumber=x)', Truth.undefined],
    ['(uidNumber=0512)', Truth.true],
    ['(uidNumber>=99)', Truth.true],
    ['(uidNumber<=99)', Truth.false],
    ['(homeDirectory=/root)', Truth.false],
    ['(homeDirectory=/ro*)', Truth.undefined],
    ['(uid:1.2.3:=root)', Truth.undefined],
    ['(uid:integerMatch:=1)', Truth.undefined],
    ['(uidNumber:1.2.840.113556.1.4.803:=512)', Truth.true],
    ['(uidNumber:1.2.840.113556.1.4.803:=514)', Truth.false],
    ['(uidNumber:1.2.840.113556.1.4.804:=514)', Truth.true],
    ['(cn:caseIgnoreSubstringsMatch:=r\\2at)', Truth.true],
    ['(dc:dn:=local)', Truth.true],
    ['(cn:dn:=nobody)', Truth.false],
    ['(description=wurzel)', Truth.true],
    ['(description;lang-de=wurzel)', Truth.true],
    ['(description;lang-en=wurzel)', Truth.false],
    ['(objectClass=2.5.6.0)', Truth.true],
    ['(mail=*)', Truth.false],
    ['(&)', Truth.true],
    ['(|)', Truth.false],
    ['(!(|))', Truth.true],
  ])('%s is %i', (text, truth) => {
    const compiled = compileFilter(parseFilter(text), context);
    expect(entry && evaluate(compiled, entry, context)).toBe(truth);
  });

  test('values that are no UTF-8 are Undefined', () => {
    const filter = parseFilter('(uid=\\ff)');
    const compiled = compileFilter(filter, context);
    expect(entry && evaluate(compiled, entry, context)).toBe(Truth.undefined);
    expect(schema.attributeType('uid')).toBeDefined();
  });
});
