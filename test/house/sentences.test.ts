import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// docs/member-management.md names a test for each sentence; the tests must be there.

const rows = readFileSync('docs/member-management.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what is promised'));
const named = rows.flatMap((row) => {
  const match = /`([\w/.-]+\.test\.ts)` (.+?) \|$/.exec(row);
  return match === null ? [] : [{ file: match[1] ?? '', title: match[2] ?? '' }];
});

test('every sentence has a test, or says that it is not built', () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) expect(row).toMatch(/\.test\.ts`|not built yet/);
});

test.each(named)('$file: $title', ({ file, title }) => {
  const text = readFileSync(file, 'utf8').replaceAll("\\'", "'");
  expect(text).toContain(title);
});
