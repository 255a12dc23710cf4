import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromeArgs, chromePath } from '../../web-components/test-support/browser.mjs';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, patchOf, scimClient } from '../support/scim-client.ts';

// What an administrator sees of what an identity provider wrote, in a real browser.

let roster: RunningRoster;
let browser: Browser;
let page: Page;
// Whatever the browser complains of: script errors, refused resources, violations of the policy.
const complaints: string[] = [];

beforeAll(async () => {
  roster = await startRoster();
  browser = await chromium.launch({ executablePath: await chromePath(), args: [...chromeArgs] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The first question who is signed in is answered with 401.
    const expected = message.text().includes('401');
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await roster?.dispose();
});

test('an administrator signs in and finds the provisioned user', async () => {
  const scim = scimClient(roster.url);
  const anna = await scim('POST', '/Users', entraUser('anna', { displayName: 'Anna Ek' }));
  const ben = await scim('POST', '/Users', entraUser('ben', { displayName: 'Ben <b>Bold</b>' }));
  await scim(
    'PATCH',
    `/Users/${ben.body.id}`,
    patchOf({ op: 'Replace', path: 'active', value: 'False' }),
  );
  expect(anna.status).toBe(201);

  await page.goto(`${roster.url}/`);
  await page.getByLabel('Organization').fill(firstRun.slug);
  await page.getByLabel('Username').fill(firstRun.username);
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect
    .poll(() => page.getByRole('alert').first().textContent())
    .toMatch(/wrong|incorrect|not/i);

  await page.getByLabel('Password', { exact: true }).fill(firstRun.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Anna Ek').waitFor();
  // The tree, from real data: the root carries the organization's name and counts all three.
  const root = page.getByRole('treeitem', { name: /Acme/ });
  expect(await root.textContent()).toContain('3');
  // A name is text, never markup.
  await page.getByText('Ben <b>Bold</b>').waitFor();
});

test('search and the status filter show what the server finds', async () => {
  const search = page.getByRole('searchbox');
  await search.fill('anna');
  await expect.poll(() => page.getByText('Ben <b>Bold</b>').count()).toBe(0);
  await page.getByText('Anna Ek').waitFor();
  await search.fill('');
  await page.getByText('Ben <b>Bold</b>').waitFor();
  await page.getByRole('radio', { name: /Disabled/ }).click();
  await expect.poll(() => page.getByText('Anna Ek').count()).toBe(0);
  await page.getByText('Ben <b>Bold</b>').waitFor();
});

test('signing out leaves nothing behind', async () => {
  await page.getByRole('button', { name: /Sign out/ }).click();
  await page.getByLabel('Organization').waitFor();
  expect(await page.getByText('Anna Ek').count()).toBe(0);
  await page.reload();
  await page.getByLabel('Organization').waitFor();
});

test('the browser had nothing to complain of', () => {
  expect(complaints).toEqual([]);
});
