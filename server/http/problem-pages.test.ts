import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemPages, problemsPage } from './problem-pages.ts';
import { problemKinds } from './problem-types.ts';

test('docs/problems.md lists every type there is (npm run openapi)', () => {
  expect(readFileSync('docs/problems.md', 'utf8')).toBe(problemsPage());
});

test('the type of a problem leads to its explanation', async () => {
  for (const [name, { title, meaning }] of Object.entries(problemKinds)) {
    const page = await problemPages().request(`/${name}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await page.text();
    expect(text).toContain(title);
    expect(text).toContain(meaning);
  }
  expect((await problemPages().request('/constructor')).status).toBe(404);
});
