import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import type { Directory } from '../directory/index.ts';
import { createApplication } from './application.ts';
import type { LiveChanges } from './live-changes.ts';

const assetsDirectory = mkdtempSync(join(tmpdir(), 'roster-assets-'));
mkdirSync(join(assetsDirectory, 'assets'));
writeFileSync(join(assetsDirectory, 'index.html'), '<!doctype html>');
writeFileSync(join(assetsDirectory, 'assets', 'roster.js'), 'export {};');
writeFileSync(join(assetsDirectory, 'assets', 'chunk-A1B2C3D4.js'), 'export {};');
afterAll(() => rmSync(assetsDirectory, { recursive: true }));

let faults: Record<string, string> | undefined;
const observed: unknown[][] = [];
const app = createApplication({
  directory: {} as Directory,
  publicUrl: 'https://roster.example',
  ldapBaseDn: 'dc=directory,dc=local',
  scim: new Hono().get('/Users', (c) => c.text('scim')),
  securityEvents: new Hono(),
  assetsDirectory,
  health: { ready: async () => faults },
  metrics: {
    httpRequest: (...request) => void observed.push(request.slice(0, 3)),
    scrape: async () => ({ contentType: 'text/plain', body: 'roster 1\n' }),
  },
  log: { error: () => {} } as never,
  exportMembersCsv: async function* () {},
  exportAuditCsv: async function* () {},
  liveChanges: {} as LiveChanges,
  webhookPolicy: { allowPrivate: false },
  toleranceWords: () => ({ description: '', clients: [] }),
  mailTexts: plainTexts,
  testMail: () => ({ subject: '', text: '' }),
});

test.each(['/', '/join', '/reset'])(
  'the page at %s may load its own and nothing else, and stands in no frame',
  async (path) => {
    const { status, headers } = await app.request(path);
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-cache');
  },
);

test('any product may load the elements; what carries its hash is kept', async () => {
  const { headers } = await app.request('/assets/roster.js');
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(headers.get('cache-control')).toBe('no-cache');
  const chunk = await app.request('/assets/chunk-A1B2C3D4.js');
  expect(chunk.headers.get('cache-control')).toContain('immutable');
});

test.each([
  '/assets/../index.html',
  '/assets/%2e%2e/index.html',
  '/assets/..%2findex.html',
  '/nowhere',
])('%s is nowhere', async (path) => {
  const response = await app.request(`http://roster.example${path}`);
  if (response.status === 200) expect(await response.text()).toBe('<!doctype html>');
  else expect(response.status).toBe(404);
});

test('readiness tells what is at fault', async () => {
  expect((await app.request('/health/ready')).status).toBe(200);
  faults = { database: 'does not answer' };
  const response = await app.request('/health/ready');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: 'not ready', faults });
  expect((await app.request('/health/live')).status).toBe(200);
});

test('requests are counted by surface, not by path', async () => {
  observed.length = 0;
  await app.request('/scim/v2/Users');
  await app.request('/nowhere/17');
  await app.request('/health/live', { method: 'PROPFIND' });
  expect(observed).toEqual([
    ['GET', 'scim', 200],
    ['GET', 'pages', 404],
    ['OTHER', 'pages', 404],
  ]);
});
