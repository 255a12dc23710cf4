import { expect, test } from 'vitest';
import { changedFields } from './field-change.ts';

test('only what is not the same is told', () => {
  const at = new Date(0);
  expect(
    changedFields(
      { same: 'a', changed: 'a', gone: 1, list: ['a'], none: [], empty: null, at, many: ['a'] },
      { same: 'a', changed: 'b', come: false, list: ['a'], empty: undefined, at, many: ['a', 'b'] },
    ),
  ).toEqual({
    changed: { before: 'a', after: 'b' },
    gone: { before: 1, after: null },
    come: { before: null, after: false },
    many: { before: { count: 1, names: ['a'] }, after: { count: 2, names: ['a', 'b'] } },
  });
});

test('nothing that is told is long', () => {
  const { text, names, counted } = changedFields(
    {},
    {
      text: '𝒜'.repeat(10_000),
      names: Array.from({ length: 1000 }, () => 'n'.repeat(1000)),
      counted: { count: 100_000, names: ['a'] },
    },
  );
  expect(String(text?.after)).toHaveLength(500);
  expect(String(text?.after).isWellFormed()).toBe(true);
  expect(names?.after).toMatchObject({ count: 1000, names: { length: 20 } });
  expect(JSON.stringify(names).length).toBeLessThan(11_000);
  expect(counted?.after).toEqual({ count: 100_000, names: ['a'] });
});

test('a list whose difference is beyond the names that are told is told', () => {
  const long = Array.from({ length: 30 }, (_none, place) => `n${place}`);
  expect(Object.keys(changedFields({ long }, { long: long.with(25, 'other') }))).toEqual(['long']);
});
