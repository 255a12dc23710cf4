import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import type { Complex } from '../schemas/value.ts';
import type { CollectionChange } from '../storage.ts';
import { groups, patchOf, reading } from '../test-support/service.ts';
import { readPatch } from './operations.ts';
import { applyPatch } from './patch.ts';

describe('a collection', () => {
  const group: Complex = { id: 'g-1', displayName: 'Developers' };
  const change = (operations: readonly unknown[], profile: ProfileName = 'lenient') => {
    const read = reading(profile);
    return applyPatch(groups, group, readPatch(patchOf(...operations), read), read);
  };
  const members = (step: Partial<CollectionChange>) => ({ collection: 'members', ...step });

  it.each<[string, unknown, object]>([
    [
      'case 18: Entra ID adds one',
      { op: 'Add', path: 'members', value: [{ $ref: null, value: 'u-1' }] },
      members({ kind: 'add', values: [{ value: 'u-1' }] }),
    ],
    [
      'case 15: Entra ID removes by value',
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u-1' }] },
      members({ kind: 'remove', values: ['u-1'] }),
    ],
    [
      'case 16: Entra ID removes by filter',
      { op: 'remove', path: 'members[value eq "u-1"]' },
      members({ kind: 'remove', values: ['u-1'] }),
    ],
    [
      'several by filter',
      { op: 'remove', path: 'members[value eq "u-1" or value eq "u-2"]' },
      members({ kind: 'remove', values: ['u-1', 'u-2'] }),
    ],
    [
      'case 39: Okta pushes all',
      { op: 'replace', path: 'members', value: [{ value: 'u-1', display: 'x' }, { value: 'u-1' }] },
      members({ kind: 'replace', values: [{ value: 'u-1' }] }),
    ],
    ['a bare removal empties it', { op: 'remove', path: 'members' }, members({ kind: 'clear' })],
    [
      'without a path',
      { op: 'add', value: { members: [{ value: 'u-1' }] } },
      members({ kind: 'add', values: [{ value: 'u-1' }] }),
    ],
    [
      'identifiers alone',
      { op: 'add', path: 'members', value: ['u-1'] },
      members({ kind: 'add', values: [{ value: 'u-1' }] }),
    ],
  ])('%s', (_, operation, expected) => {
    expect(change([operation])).toEqual({ attributes: undefined, collections: [expected] });
  });

  it('case 38: steps keep their order', () => {
    const { collections } = change([
      { op: 'remove', path: 'members[value eq "u-1"]' },
      { op: 'add', path: 'members', value: [{ value: 'u-1', display: 'x' }] },
    ]);
    expect(collections.map(({ kind }) => kind)).toEqual(['remove', 'add']);
  });

  it('case 48: a group without members keeps them', () => {
    const value = { schemas: ['x'], id: 'g-1', externalId: 'e', displayName: 'New' };
    expect(change([{ op: 'replace', value }])).toEqual({
      attributes: { displayName: 'New', externalId: 'e' },
      collections: [],
    });
  });

  it('a removal by another attribute is left to storage', () => {
    expect(change([{ op: 'remove', path: 'members[type eq "User"]' }]).collections).toMatchObject([
      { kind: 'removeWhere', filter: { op: 'compare', value: 'User' } },
    ]);
  });

  it('removing none is nothing', () => {
    expect(change([{ op: 'remove', path: 'members', value: [] }]).collections).toEqual([]);
  });

  it.each([
    { op: 'remove', path: 'members', value: null },
    { op: 'remove', path: 'members', value: 7 },
    { op: 'remove', path: 'members', value: [{}] },
    { op: 'remove', path: 'members', value: [{ value: null }] },
    { op: 'remove', path: 'members', value: [{ value: { eq: 1 } }] },
    { op: 'remove', path: 'members', value: [''] },
    { op: 'remove', path: 'members.value' },
    { op: 'remove', path: 'members[value eq "u-1"].display' },
    { op: 'remove', path: 'members[display2 eq "x"]' },
    { op: 'replace', path: 'members', value: null },
    { op: 'replace', path: 'members[value eq "u-1"]', value: { value: 'u-2' } },
    { op: 'add', path: 'members', value: [{ display: 'x' }] },
    { op: 'add', path: 'members', value: Array.from({ length: 10_001 }, (_, i) => `u-${i}`) },
  ])('never empties or half changes a group by misreading %#', (operation) => {
    expect(() => change([operation])).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('takes no value list in the rfc profile', () => {
    const operation = { op: 'remove', path: 'members', value: [{ value: 'u-1' }] };
    expect(() => change([operation], 'rfc')).toThrow('has no value');
  });
});
