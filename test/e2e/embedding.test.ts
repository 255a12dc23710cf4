import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromeArgs, chromePath } from '../../web-components/test-support/browser.mjs';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';

// A product of another origin with the member page in it, as docs/credentials.md tells.

let roster: RunningRoster;
let product: Server;
let origin: string;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

async function ask<T>(method: string, path: string, body: unknown): Promise<T> {
  const response = await fetch(`${roster.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${firstRun.apiKey}`,
      'content-type': 'application/json',
      // A connection that is kept may end while the browser works.
      connection: 'close',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** What the back end of the product answers its page. */
async function mint(): Promise<string> {
  const permissions = ['members:read', 'departments:read'];
  return JSON.stringify(
    await ask('POST', '/widget-tokens', { member: 'admin', origin, permissions }),
  );
}

const html = () => `<!doctype html>
<roster-members base-url="${roster.url}" style="height: 600px"></roster-members>
<script type="module">
  document.querySelector('roster-members').getToken = async () => {
    const response = await fetch('/roster-token', { method: 'POST' });
    return response.json();
  };
</script>
<script type="module" src="${roster.url}/assets/roster.js"></script>`;

beforeAll(async () => {
  roster = await startRoster();
  let token: string | undefined;
  product = createServer(async (request, response) => {
    const isToken = request.url === '/roster-token';
    if (isToken) token ??= await mint();
    response.setHeader('content-type', isToken ? 'application/json' : 'text/html');
    response.end(isToken ? token : html());
  }).listen(0, '127.0.0.1');
  await once(product, 'listening');
  origin = `http://localhost:${(product.address() as AddressInfo).port}`;
  await ask('PATCH', '/organization/settings', { embeddingOrigins: [origin] });
  browser = await chromium.launch({ executablePath: await chromePath(), args: [...chromeArgs] });
  page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  product?.close();
  await roster?.dispose();
});

test('a page of another origin shows the members with a token of its back end', async () => {
  await page.goto(origin);
  await page.getByRole('treeitem', { name: /Acme, 1 member/ }).waitFor();
  await page.getByRole('gridcell', { name: 'Administrator' }).waitFor();
  expect(complaints).toEqual([]);
});

test('with an origin that is taken off the list, the same token opens nothing', async () => {
  await ask('PATCH', '/organization/settings', { embeddingOrigins: [] });
  await page.reload();
  await page.getByRole('alert').first().waitFor();
  expect(await page.getByRole('gridcell', { name: 'Administrator' }).count()).toBe(0);
});
