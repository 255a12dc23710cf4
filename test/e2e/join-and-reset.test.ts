import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromeArgs, chromePath } from '../../web-components/test-support/browser.mjs';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';

// What a person does in a browser with what an administrator handed over: an invitation, a password
// for the first sign-in, a reset link.

let roster: RunningRoster;
let browser: Browser;
let page: Page;
let place: { departments: string[]; roles: string[] };
const complaints: string[] = [];
const joined = { username: 'carla', password: 'wandering violet teapot' };

/** Asks the admin API as the administrator's own program does. */
async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${roster.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${firstRun.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

const heading = (name: string) => page.getByRole('heading', { name });
const field = (label: string) => page.getByLabel(label, { exact: true });

/** Opens a link as a mail program does: in a page of its own. */
async function follow(link: string): Promise<void> {
  const { pathname, hash } = new URL(link);
  await page.goto('about:blank');
  await page.goto(`${roster.url}${pathname}${hash}`);
}

async function signIn({ username, password }: { username: string; password: string }) {
  await field('Organization').fill(firstRun.slug);
  await field('Username').fill(username);
  await field('Password').fill(password);
  await field('Password').press('Enter');
}

const signedInAs = (name: string) =>
  page.getByRole('group', { name: 'Signed in' }).getByText(name).first().waitFor();

beforeAll(async () => {
  roster = await startRoster();
  browser = await chromium.launch({ executablePath: await chromePath(), args: [...chromeArgs] });
  const { departments } = await ask<{ departments: { id: string }[] }>('GET', '/departments');
  const { roles } = await ask<{ roles: { id: string; name: string }[] }>('GET', '/roles');
  const role = roles.find(({ name }) => name !== 'Administrator') ?? roles[0];
  place = { departments: [departments[0]?.id ?? ''], roles: [role?.id ?? ''] };
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await roster?.dispose();
});

async function freshPage(): Promise<void> {
  await page?.context().close();
  page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Who is not signed in, a link that is over, a password that must be changed.
    const expected = /40[013]|410/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
}

test('who is invited by link registers, and signs in', async () => {
  await freshPage();
  const { link } = await ask<{ link: string }>('POST', '/invitations', {
    ...place,
    name: 'Carla Diaz',
    delivery: { by: 'link' },
  });
  await follow(link);
  await heading('Join Acme').waitFor();
  await page.getByText('You are invited to Acme.').waitFor();
  expect(page.url()).toBe(`${roster.url}/join`);
  await page.getByRole('button', { name: 'Join now' }).click();
  await field('Username').fill(joined.username);
  await field('Password').fill('too short');
  await field('Password, once more').fill('too short');
  await field('Password, once more').press('Enter');
  await page.getByText(/Not accepted: .*15 characters/).waitFor();
  await field('Password').fill(joined.password);
  await field('Password, once more').fill(joined.password);
  await field('Password, once more').press('Enter');
  await heading('You have joined Acme').waitFor();
  await page.getByRole('link', { name: 'Go to sign-in' }).click();
  await signIn(joined);
  await signedInAs('Carla Diaz');

  await follow(link);
  await heading('This link was used already').waitFor();
});

test('who declines is told so; another link in the same tab is another invitation', async () => {
  await freshPage();
  const invite = (name: string) =>
    ask<{ link: string }>('POST', '/invitations', { ...place, name, delivery: { by: 'link' } });
  const { link } = await invite('Dora Eng');
  const { link: next } = await invite('Dora Eng again');
  await follow(link);
  await page.getByRole('button', { name: 'Decline' }).click();
  await heading('You have declined').waitFor();
  // Only the fragment changes: the page is not loaded again.
  await page.goto(`${roster.url}/join${new URL(next).hash}`);
  await page.getByText('Dora Eng again').waitFor();
  expect(page.url()).toBe(`${roster.url}/join`);
  await follow(link);
  await heading('This link was used already').waitFor();
});

test('a password that an administrator typed is changed at the first sign-in', async () => {
  await freshPage();
  const username = 'emil';
  const given = 'typed by the administrator';
  await ask('POST', '/members', { ...place, name: 'Emil Falk', username, password: given });
  await page.goto(`${roster.url}/`);
  await signIn({ username, password: given });
  await heading('Choose a password of your own').waitFor();
  const chosen = 'a meadow behind the station';
  await field('New password').fill(chosen);
  await field('New password, once more').fill(chosen);
  await field('New password, once more').press('Enter');
  await signedInAs('Emil Falk');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn({ username, password: given });
  await page.getByText('Wrong username or password.').waitFor();
  await field('Password').fill(chosen);
  await field('Password').press('Enter');
  await signedInAs('Emil Falk');
});

test('a reset link works once', async () => {
  await freshPage();
  const username = 'fritz';
  const { id } = await ask<{ id: string }>('POST', '/members', {
    ...place,
    name: 'Fritz Gold',
    username,
    password: 'forgotten on the first day',
  });
  const { link } = await ask<{ link: string }>('POST', `/members/${id}/password-reset`, {});
  await follow(link);
  await page.getByText('For Fritz Gold (fritz) in Acme.').waitFor();
  expect(page.url()).toBe(`${roster.url}/reset`);
  const password = 'seven lanterns over water';
  await field('New password').fill(password);
  await field('New password, once more').fill(password);
  await field('New password, once more').press('Enter');
  await heading('Your password is set').waitFor();
  await page.getByRole('link', { name: 'Go to sign-in' }).click();
  await signIn({ username, password });
  await signedInAs('Fritz Gold');

  await follow(link);
  await heading('This link was used already').waitFor();
});

test('the browser had nothing to complain of', () => {
  expect(complaints).toEqual([]);
});
