import { expect, test } from 'vitest';
import { safeCell } from './cell.ts';

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  ' =1',
  '\t=1',
  '\r=1',
  '\n=1',
  '\0=1',
  '＝1',
  '＠x',
  '\tx',
])('a cell that starts with %j is no formula', (text) => {
  expect(safeCell(text)).toBe(`'${text}`);
});

test.each(['Anna', 'a=b', '', "O'Brien", '张三', 'x@y.example'])('%j stays as it is', (text) => {
  expect(safeCell(text)).toBe(text);
});
