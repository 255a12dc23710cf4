import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ldapts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assetTypes, newAsset } from '../support/asset-types.ts';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, patchOf, scimClient } from '../support/scim-client.ts';

// What an identity provider writes has its effect on every way in, at once.

const scratch = mkdtempSync(join(tmpdir(), 'roster-types-'));
const typesFile = join(scratch, 'types.json');
const password = 'a password of the provider';

let roster: RunningRoster;
let scim: ReturnType<typeof scimClient>;
beforeAll(async () => {
  writeFileSync(typesFile, JSON.stringify(assetTypes));
  roster = await startRoster({ ROSTER_SCIM_RESOURCE_TYPES: typesFile });
  scim = scimClient(roster.url);
});
afterAll(async () => {
  await roster?.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

/** Asks the admin API as the administrator's own program does. */
const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${roster.url}/api/v1${path}`, {
    method,
    headers: {
      ...(headers.cookie === undefined ? { authorization: `Bearer ${firstRun.apiKey}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** @returns the status, and the cookie of who is signed in */
async function signIn(username: string, secret = password) {
  const response = await fetch(`${roster.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ organization: firstRun.slug, username, password: secret }),
  });
  return {
    status: response.status,
    cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '',
  };
}
const isSignedIn = async (cookie: string) =>
  (await ask('GET', '/session', undefined, { cookie })).status === 200;

async function bind(username: string, secret = password): Promise<boolean> {
  const client = new Client({ url: roster.ldapUrl, timeout: 10_000 });
  try {
    await client.bind(`uid=${username},ou=people,${firstRun.baseDn}`, secret);
    return true;
  } catch (error) {
    expect((error as { code: number }).code).toBe(49);
    return false;
  } finally {
    await client.unbind();
  }
}

const find = async (filter: string) =>
  (await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body.Resources;
const replace = (id: string, path: string, value: unknown) =>
  scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path, value }));

test('who is switched off has no way in, is still found, and comes back', async () => {
  const { body: anna } = await scim('POST', '/Users', entraUser('anna', { password }));
  const name = 'anna@acme.example';
  const { cookie } = await signIn(name);
  expect([await isSignedIn(cookie), await bind(name)]).toEqual([true, true]);
  await replace(anna.id, 'active', false);
  expect([await isSignedIn(cookie), await bind(name)]).toEqual([false, false]);
  expect((await signIn(name)).status).toBe(401);
  expect(await find(`userName eq "${name}"`)).toMatchObject([{ id: anna.id, active: false }]);
  expect(await find('externalId eq "ext-anna" and active eq false')).toHaveLength(1);
  await replace(anna.id, 'active', true);
  expect([(await signIn(name)).status, await bind(name)]).toEqual([200, true]);
  // The session from before is over for good.
  expect(await isSignedIn(cookie)).toBe(false);
});

test('a new name and a new password carry through to sign-in and LDAP', async () => {
  const { body: ben } = await scim('POST', '/Users', entraUser('ben', { password }));
  await replace(ben.id, 'userName', 'benjamin');
  expect([await bind('ben@acme.example'), await bind('benjamin')]).toEqual([false, true]);
  expect([(await signIn('ben@acme.example')).status, (await signIn('benjamin')).status]).toEqual([
    401, 200,
  ]);
  const { cookie } = await signIn('benjamin');
  await replace(ben.id, 'password', 'another password');
  expect([await bind('benjamin'), await bind('benjamin', 'another password')]).toEqual([
    false,
    true,
  ]);
  expect(await isSignedIn(cookie)).toBe(false);
  expect((await signIn('benjamin', 'another password')).status).toBe(200);
});

test('who is deleted leaves an heir, and the name is free again', async () => {
  const { body: cleo } = await scim('POST', '/Users', entraUser('cleo', { password }));
  const { body: dora } = await scim('POST', '/Users', entraUser('dora'));
  const { body: report } = await scim('POST', '/Users', {
    ...entraUser('report'),
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: cleo.id } },
  });
  await ask('PATCH', '/organization/settings', { defaultHeir: dora.id });
  expect((await scim('DELETE', `/Users/${cleo.id}`)).status).toBe(204);
  const { body } = await scim('GET', `/Users/${report.id}`);
  expect(body['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'].manager.value).toBe(
    dora.id,
  );
  expect(await bind('cleo@acme.example')).toBe(false);
  const again = await scim('POST', '/Users', entraUser('cleo', { password }));
  expect(again.status).toBe(201);
  expect(again.body.id).not.toBe(cleo.id);
  expect(await bind('cleo@acme.example')).toBe(true);
});

test('an externalId is had once in the organization', async () => {
  await scim('POST', '/Users', entraUser('emil'));
  const taken = await scim('POST', '/Users', entraUser('frida', { externalId: 'ext-emil' }));
  expect(taken.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
  expect(taken.body.detail).toContain('externalId');
  // Case counts (RFC 7643 section 3.1).
  expect(
    (await scim('POST', '/Users', entraUser('frida', { externalId: 'EXT-emil' }))).status,
  ).toBe(201);
});

test("somebody's own account is never linked, and its password never set", async () => {
  const { departments } = (await (await ask('GET', '/departments')).json()) as {
    departments: { id: string }[];
  };
  const { roles } = (await (await ask('GET', '/roles')).json()) as {
    roles: { id: string; name: string }[];
  };
  const role = roles.find(({ name }) => name === 'Member');
  const invited = (await (
    await ask('POST', '/invitations', {
      name: 'Greta',
      departments: [departments[0]?.id],
      roles: [role?.id],
      delivery: { by: 'link' },
    })
  ).json()) as { link: string };
  const own = { username: 'greta.own', password: 'wandering violet teapot' };
  const joined = await ask('POST', '/join/accept', {
    token: invited.link.split('#')[1],
    account: { kind: 'register', ...own },
  });
  expect(joined.status).toBe(201);
  const [greta] = await find('userName eq "greta.own"');
  // She joined by invitation: her password is hers.
  expect((await replace(greta.id, 'password', 'taken over by force')).status).toBe(409);
  expect((await signIn(own.username, own.password)).status).toBe(200);
  await scim('DELETE', `/Users/${greta.id}`);
  // The account outlives the membership; a user of its name is somebody who has yet to accept.
  const made = await scim('POST', '/Users', {
    userName: 'GRETA.own',
    password,
    active: true,
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    active: false,
    'urn:ietf:params:scim:schemas:extension:roster:2.0:User': { status: 'pending' },
  });
  for (const secret of [password, own.password]) {
    expect((await signIn('greta.own', secret)).status).toBe(401);
    expect(await bind('greta.own', secret)).toBe(false);
  }
  expect((await replace(made.body.id, 'active', true)).body.active).toBe(false);
});

test('resource types of the operator are served, and the rows outlive their declaration', async () => {
  const made = await scim('POST', '/Assets', newAsset('S-1', { label: 'Laptop' }));
  expect(made.status).toBe(201);
  expect(await roster.end()).toBe(0);
  writeFileSync(typesFile, JSON.stringify({ schemas: [], resourceTypes: [] }));
  roster = await roster.restart();
  expect((await scim('GET', `/Assets/${made.body.id}`)).status).toBe(404);
  expect((await scim('GET', '/ResourceTypes/Asset')).status).toBe(404);
  await roster.end();
  writeFileSync(typesFile, JSON.stringify(assetTypes));
  roster = await roster.restart();
  expect((await scim('GET', `/Assets/${made.body.id}`)).body).toMatchObject({ label: 'Laptop' });
});
