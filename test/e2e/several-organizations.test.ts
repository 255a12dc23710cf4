import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromeArgs, chromePath } from '../../web-components/test-support/browser.mjs';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';

// A person with an account of their own who is in two organizations, in a real browser.

const operatorKey = 'the-key-of-the-operator-of-this-instance';
const person = { username: 'carla', password: 'wandering violet teapot' };

let roster: RunningRoster;
let browser: Browser;
let page: Page;

type Headers = Record<string, string>;
const keyOf = (key: string): Headers => ({ authorization: `Bearer ${key}` });

async function post(path: string, body: unknown, headers: Headers = {}): Promise<Response> {
  const response = await fetch(`${roster.url}/api/v1${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path}: ${await response.text()}`);
  return response;
}

/** Invites the person, who joins as `username`. */
async function join(administrator: Headers, username: string, account: object): Promise<void> {
  const get = async <T>(path: string) =>
    (await fetch(`${roster.url}/api/v1${path}`, { headers: administrator })).json() as Promise<T>;
  const { departments } = await get<{ departments: { id: string }[] }>('/departments');
  const { roles } = await get<{ roles: { id: string; name: string }[] }>('/roles');
  const invitation = await post(
    '/invitations',
    {
      name: 'Carla Diaz',
      departments: [departments[0]?.id],
      roles: [roles.find(({ name }) => name === 'Administrator')?.id],
      delivery: { by: 'link' },
    },
    administrator,
  );
  const { link } = (await invitation.json()) as { link: string };
  await post('/join/accept', { token: new URL(link).hash.slice(1), account, username });
}

beforeAll(async () => {
  roster = await startRoster({ ROSTER_OPERATOR_KEY: operatorKey });
  const founded = await post(
    '/organizations',
    { name: 'Bolt', administrator: { username: 'nils' } },
    keyOf(operatorKey),
  );
  const { administrator } = (await founded.json()) as { administrator: { password: string } };
  const signedIn = await post('/session', {
    organization: 'bolt',
    username: 'nils',
    password: administrator.password,
  });
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';');
  await join(keyOf(firstRun.apiKey), 'carla', { kind: 'register', ...person });
  const inBolt = { cookie, 'x-requested-with': 'roster' };
  await join(inBolt, 'carla.diaz', { kind: 'sign-in', ...person });
  browser = await chromium.launch({ executablePath: await chromePath(), args: [...chromeArgs] });
  page = await (await browser.newContext({ locale: 'en-US' })).newPage();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await roster?.dispose();
});

const field = (label: string) => page.getByLabel(label, { exact: true });
const signedInAs = (username: string) =>
  page.getByRole('group', { name: 'Signed in' }).getByText(username, { exact: true }).waitFor();

test('who names no organization chooses one, from the keyboard', async () => {
  await page.goto(roster.url);
  await field('Username').fill(person.username);
  await field('Password').fill(person.password);
  await field('Password').press('Enter');
  await page.getByRole('heading', { name: 'Choose an organization' }).waitFor();
  const list = page.getByRole('list', { name: 'Choose an organization' });
  expect(await list.getByRole('button').allInnerTexts()).toEqual([
    'Acme\ncarla',
    'Bolt\ncarla.diaz',
  ]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await signedInAs('carla.diaz');
  // Bolt has its administrator and Carla.
  await page.getByRole('treeitem', { name: /Bolt, 2 members/ }).waitFor();
});

test('goes on in the other one, and is there after a reload', async () => {
  await page.getByRole('combobox', { name: 'Organization' }).selectOption('Acme');
  await signedInAs('carla');
  await page.getByRole('treeitem', { name: /Acme, 2 members/ }).waitFor();
  expect(await page.getByText('carla.diaz').count()).toBe(0);
  await page.reload();
  await signedInAs('carla');
});
