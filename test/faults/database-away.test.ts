import { Client } from 'ldapts';
import { expect, inject, test } from 'vitest';
import { startPostgres } from '../support/postgres-server.ts';
import { firstRun, startRoster } from '../support/running-roster.ts';
import { entraUser, scimClient } from '../support/scim-client.ts';

// A database that goes away takes no node with it: requests are refused in each protocol's own way, and
// served again when it is back.

test('a database that restarts is missed, said so, and found again', async ({ skip }) => {
  if (inject('postgresUrl') === '') skip('the embedded database is in the process');
  const postgres = await startPostgres();
  const roster = await startRoster({ ROSTER_DATABASE_URL: postgres.url });
  const scim = scimClient(roster.url);
  const ready = async () => (await fetch(`${roster.url}/health/ready`)).status;
  const password = 'a password of Anna';
  const bindAnna = async () => {
    const client = new Client({ url: roster.ldapUrl, timeout: 10_000 });
    try {
      await client.bind(`uid=anna@acme.example,ou=people,${firstRun.baseDn}`, password);
      return 0;
    } catch (error) {
      return (error as { code: number }).code;
    } finally {
      await client.unbind();
    }
  };
  try {
    expect((await scim('POST', '/Users', entraUser('anna', { password }))).status).toBe(201);
    expect(await bindAnna()).toBe(0);
    await postgres.crash();
    await expect.poll(ready, { timeout: 10_000 }).toBe(503);
    expect((await fetch(`${roster.url}/health/live`)).status).toBe(200);
    const away = await scim('GET', '/Users');
    expect(away.status).toBe(503);
    expect(away.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(away.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
    const api = await fetch(`${roster.url}/api/v1/members`, {
      headers: { authorization: `Bearer ${firstRun.apiKey}` },
    });
    expect(api.status).toBe(503);
    expect(await api.json()).toMatchObject({ type: '/problems/unavailable' });
    // RFC 4511 appendix A: unavailable.
    expect(await bindAnna()).toBe(52);
    await postgres.restart();
    await expect.poll(ready, { timeout: 20_000 }).toBe(200);
    await expect
      .poll(async () => (await scim('POST', '/Users', entraUser('ben'))).status)
      .toBe(201);
    expect(await bindAnna()).toBe(0);
    // The read model follows again.
    const reader = new Client({ url: roster.ldapUrl });
    await reader.bind(firstRun.serviceDn, firstRun.ldapPassword);
    await expect
      .poll(async () => {
        const found = await reader.search(firstRun.baseDn, { filter: '(uid=ben@acme.example)' });
        return found.searchEntries.length;
      })
      .toBe(1);
    await reader.unbind();
    expect(roster.process.exitCode).toBeNull();
  } finally {
    await roster.dispose();
    await postgres.stop();
  }
}, 120_000);
