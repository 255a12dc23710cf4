import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createApiKey,
  createMember,
  currentPosition,
  listRoles,
  permissions,
  readChanges,
} from '../../server/directory/index.ts';
import { type HttpListener, listenHttp } from '../../server/http/listener.ts';
import { originOf } from '../../server/http/remote-address.ts';
import { type ApiWorld, bodyOf, initOf, openAdminApi } from '../support/admin-api.ts';
import { guardedRoutes, pathOf } from '../support/guarded-routes.ts';
import { serveScim } from '../support/scim-api.ts';

let world: ApiWorld['world'];
let listener: HttpListener;
let base: string;
let key: { id: string; secret: string };
/** What must be found nowhere in the audit. */
const secrets: string[] = [];

beforeAll(async () => {
  const opened = await openAdminApi();
  world = opened.world;
  const app = new Hono().use(requestId()).route('/api/v1', opened.api);
  const scim = serveScim(world.directory, { maxResults: 10, originOf }).app;
  listener = await listenHttp({ host: '127.0.0.1', port: 0 }, () => app.route('/scim/v2', scim));
  base = `http://127.0.0.1:${listener.port}`;
  key = await createApiKey(world.session(), { name: 'Product', permissions });
  secrets.push(key.secret, world.made.apiKey, world.made.password, world.made.scimToken);
  secrets.push(world.made.ldapPassword);
});
afterAll(async () => {
  await listener.close();
  await world.close();
});

let requests = 0;
/** Sends a request that can be found again by its id. */
async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${key.secret}` },
) {
  const id = `request-${++requests}`;
  const init = initOf(method, body);
  const response = await fetch(`${base}${path}`, {
    ...init,
    headers: { ...init.headers, ...headers, 'x-request-id': id },
  });
  return { id, response };
}

const read = async (query: string) =>
  bodyOf((await send('GET', `/api/v1/audit?${query}`)).response);

interface Item {
  id: string;
  at: string;
  action: string;
  actor: { kind: string; id: string | null; name: string };
  subject: { kind: string; id: string; name: string | null };
  address: string;
  requestId: string;
  changes: { field: string; before: unknown; after: unknown }[];
}

async function eventsOf(request: string): Promise<Item[]> {
  const { items } = await read('limit=200');
  return items.filter((item: Item) => item.requestId === request).reverse();
}

// A route that is not named here leaves one event at the least.
const expected: Record<string, string[]> = {
  'PATCH /organization': ['organization.renamed'],
  'PATCH /organization/settings': ['settings.updated'],
  'POST /departments': ['department.created'],
  'PATCH /departments/{id}': ['department.updated'],
  'DELETE /departments/{id}': ['department.deleted'],
  'POST /departments/{id}/transfer': ['member.moved'],
  'POST /members': ['member.created'],
  'PATCH /members/{id}': ['member.updated'],
  'POST /members/{id}/disable': ['member.disabled'],
  'POST /members/{id}/enable': ['member.enabled'],
  'POST /members/{id}/password-reset': ['member.password-reset-link-created'],
  'DELETE /members/{id}': ['member.deleted'],
  'POST /members/bulk': ['member.disabled', 'member.disabled'],
  'POST /invitations': ['member.created', 'invitation.created'],
  'POST /members/{id}/invitation': ['invitation.created'],
  'DELETE /members/{id}/invitation': ['invitation.revoked'],
  'POST /roles': ['role.created'],
  'PATCH /roles/{id}': ['role.updated'],
  'DELETE /roles/{id}': ['role.deleted'],
  'DELETE /members/{id}/app-passwords/{appPasswordId}': ['app-password.deleted'],
  'POST /api-keys': ['api-key.created'],
  'DELETE /api-keys/{id}': ['api-key.deleted'],
  'POST /scim-tokens': ['scim-token.created'],
  'PATCH /scim-tokens/{id}': ['scim-token.updated'],
  'POST /scim-tokens/{id}/rotate': ['scim-token.rotated'],
  'DELETE /scim-tokens/{id}': ['scim-token.deleted'],
  'POST /service-accounts': ['service-account.created'],
  'DELETE /service-accounts/{id}': ['service-account.deleted'],
  'POST /event-streams': ['event-stream.created'],
  'PATCH /event-streams/{id}': ['event-stream.updated'],
  'DELETE /event-streams/{id}': ['event-stream.deleted'],
  'POST /event-streams/{id}/rotate': ['event-stream.rotated'],
  'POST /mail/test': ['mail.test-sent'],
  'POST /webhooks': ['webhook.created'],
  'PATCH /webhooks/{id}': ['webhook.updated'],
  'DELETE /webhooks/{id}': ['webhook.deleted'],
  'POST /webhooks/{id}/test': ['webhook.tested'],
  'POST /webhooks/{id}/deliveries/{deliveryId}/retry': ['webhook.delivery-retried'],
};

test.each(guardedRoutes.filter(({ method }) => method !== 'GET'))(
  '$method $path is told: who did what to whom, from where, when',
  async (route) => {
    const em = world.database.entityManager();
    const made = await route.make?.(world.session());
    const before = await currentPosition(em);
    const path = `/api/v1${pathOf(route, made)}`;
    const { id, response } = await send(route.method, path, made?.body ?? route.body);
    expect(response.ok).toBe(true);
    const answer = await response.text();
    for (const [, token] of answer.matchAll(/(?:#|"secret":")([\w-]{20,})/g)) {
      secrets.push(token ?? '');
    }
    const events = await eventsOf(id);
    const wanted = expected[`${route.method} ${route.path}`];
    expect(events.length).toBeGreaterThan(0);
    if (wanted !== undefined) expect(events.map(({ action }) => action)).toEqual(wanted);
    for (const event of events) {
      expect(event.actor).toEqual({ kind: 'api-key', id: key.id, name: 'Product' });
      expect(event.address).toMatch(/127\.0\.0\.1$/);
      expect(Math.abs(Date.now() - Date.parse(event.at))).toBeLessThan(60_000);
      expect(event.subject.name).toBeTruthy();
      for (const { field, before: was, after: is } of event.changes) {
        if (field !== 'secret') expect(was).not.toBe(is);
      }
    }
    // One event for each change that the feed's readers hear of.
    const { changes } = await readChanges(em, before);
    const subjects = events.map(({ subject }) => subject.id);
    for (const { subjectId } of changes) {
      expect(subjects).toContain(subjectId);
      subjects.splice(subjects.indexOf(subjectId), 1);
    }
  },
);

async function newMember(username: string, more = {}) {
  return createMember(world.session(), { username, enabled: true, profile: {}, ...more });
}

const changesOf = (event: Item | undefined) =>
  Object.fromEntries(
    (event?.changes ?? []).map(({ field, before, after }) => [field, [before, after]]),
  );

test('an edit tells before and after of what changed, by name', async () => {
  const { id } = await newMember('edited', { displayName: 'Ann' });
  const role = (await listRoles(world.session())).find(({ name }) => name === 'Auditor');
  const { id: request } = await send('PATCH', `/api/v1/members/${id}`, {
    name: 'Anna',
    email: 'anna@acme.example',
    roles: [role?.id],
  });
  expect(changesOf((await eventsOf(request))[0])).toEqual({
    name: ['Ann', 'Anna'],
    email: [null, 'anna@acme.example'],
    roles: [
      { count: 1, names: ['Member'] },
      { count: 1, names: ['Auditor'] },
    ],
    emails: [null, { count: 1, names: ['anna@acme.example (work)'] }],
  });
});

test('a removal tells what was handed over to whom, and what became of the reports', async () => {
  const gone = await newMember('gone');
  const heir = await newMember('heir');
  const report = await newMember('report', { manager: gone.id });
  const { id: request } = await send('DELETE', `/api/v1/members/${gone.id}?heir=${heir.id}`);
  const events = await eventsOf(request);
  expect(events).toMatchObject([
    {
      action: 'member.updated',
      subject: { id: report.id, name: 'report' },
      changes: [{ field: 'manager', before: 'gone', after: 'heir' }],
    },
    { action: 'member.deleted', subject: { id: gone.id, name: 'gone' } },
  ]);
  expect(events[1]?.changes).toContainEqual({ field: 'heir', before: null, after: 'heir' });
  expect(events[1]?.changes).toContainEqual({
    field: 'directReports',
    before: { count: 1, names: ['report'] },
    after: null,
  });
  const path = `/api/v1/members/${gone.id}/history`;
  const history = await bodyOf((await send('GET', path)).response);
  expect(history.items.map(({ action }: Item) => action)).toEqual([
    'member.deleted',
    'member.created',
  ]);
});

test('SCIM writes are told with the token, the address and the request; a password never', async () => {
  const headers = {
    authorization: `Bearer ${world.made.scimToken}`,
    'content-type': 'application/scim+json',
  };
  const password = 'planted-scim-password';
  secrets.push(password);
  const created = await send(
    'POST',
    '/scim/v2/Users',
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'provisioned',
      title: 'Engineer',
      password,
    },
    headers,
  );
  expect(created.response.status).toBe(201);
  const { id } = await bodyOf(created.response);
  expect(await eventsOf(created.id)).toMatchObject([
    { action: 'member.created', actor: { kind: 'scim-token' }, subject: { name: 'provisioned' } },
  ]);
  const patch = (...Operations: unknown[]) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations,
  });
  const patched = await send(
    'PATCH',
    `/scim/v2/Users/${id}`,
    patch(
      { op: 'replace', path: 'title', value: 'Lead' },
      { op: 'replace', path: 'password', value: `${password}-2` },
      { op: 'replace', path: 'active', value: false },
    ),
    headers,
  );
  expect(patched.response.status).toBe(200);
  const [account, event] = await eventsOf(patched.id);
  expect(account).toMatchObject({ action: 'account.password-changed' });
  expect(event).toMatchObject({ action: 'member.disabled', subject: { id, name: 'provisioned' } });
  expect(event?.address).toMatch(/127\.0\.0\.1$/);
  expect(changesOf(event)).toEqual({
    title: ['Engineer', 'Lead'],
    status: ['enabled', 'disabled'],
    password: [null, null],
  });
  const members = await Promise.all(
    Array.from({ length: 30 }, (_none, place) => newMember(`grouped${place}`)),
  );
  const group = await send(
    'POST',
    '/scim/v2/Groups',
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Many',
      members: members.map((member) => ({ value: member.id })),
    },
    headers,
  );
  const [, joined] = await eventsOf(group.id);
  expect(joined).toMatchObject({
    action: 'group.members-changed',
    subject: { name: 'Many' },
    changes: [
      {
        field: 'addedMembers',
        before: null,
        after: { count: 30, names: { length: 20, 0: expect.stringContaining('grouped') } },
      },
    ],
  });
});

test('joining, signing in and out, and passwords are told; refused sign-ins once a minute', async () => {
  const anyone = { 'content-type': 'application/json' };
  const invited = await send('POST', '/api/v1/invitations', {
    name: 'Dora',
    departments: [
      (await bodyOf(send('GET', '/api/v1/departments').then((s) => s.response))).departments[0].id,
    ],
    roles: [(await listRoles(world.session())).find(({ name }) => name === 'Member')?.id],
    delivery: { by: 'link' },
  });
  const { link, member } = await bodyOf(invited.response);
  const token = link.split('#')[1];
  const password = 'planted dora password';
  const wrong = 'planted wrong password';
  secrets.push(token, password, wrong, 'planted next password', 'planted last password');
  const account = { kind: 'register', username: 'dora', password };
  const accepted = await send('POST', '/api/v1/join/accept', { token, account }, anyone);
  expect(accepted.response.status).toBe(201);
  expect(await eventsOf(accepted.id)).toMatchObject([
    { action: 'invitation.accepted', actor: { kind: 'member', id: member.id, name: 'Dora' } },
  ]);
  const credentials = { organization: 'acme', username: 'dora', password };
  const signedIn = await send('POST', '/api/v1/session', credentials, anyone);
  const cookie = signedIn.response.headers.get('set-cookie')?.split(';')[0] ?? '';
  secrets.push(cookie.split('=')[1] ?? '');
  expect(await eventsOf(signedIn.id)).toMatchObject([{ action: 'member.signed-in' }]);
  const changed = await send(
    'POST',
    '/api/v1/session/password',
    { ...credentials, newPassword: 'planted next password' },
    anyone,
  );
  expect((await eventsOf(changed.id)).map(({ action }) => action)).toEqual([
    'account.password-changed',
    'member.password-changed',
    'member.signed-in',
  ]);
  expect(changesOf((await eventsOf(changed.id))[1])).toEqual({ password: [null, null] });
  const again = changed.response.headers.get('set-cookie')?.split(';')[0] ?? '';
  secrets.push(again.split('=')[1] ?? '');
  const signedOut = await send('DELETE', '/api/v1/session', undefined, { cookie: again });
  expect(await eventsOf(signedOut.id)).toMatchObject([
    { action: 'member.signed-out', actor: { name: 'Dora' } },
  ]);
  for (let attempt = 0; attempt < 3; attempt++) {
    await send('POST', '/api/v1/session', { ...credentials, password: wrong }, anyone);
    await send('POST', '/api/v1/session', { ...credentials, username: 'nobody' }, anyone);
  }
  const refused = async () => (await read('action=member.sign-in-refused')).items;
  await expect.poll(async () => (await refused()).length).toBeGreaterThan(0);
  // Nobody waits for it: what is not told by now would come a little later.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await refused()).toMatchObject([{ subject: { id: member.id, name: 'Dora' } }]);

  const reset = await send(
    'POST',
    `/api/v1/members/${(await newMember('resetter')).id}/password-reset`,
    {},
  );
  const resetToken = (await bodyOf(reset.response)).link.split('#')[1];
  secrets.push(resetToken);
  const done = await send(
    'POST',
    '/api/v1/password-reset/complete',
    { token: resetToken, password: 'planted last password' },
    anyone,
  );
  expect(done.response.status).toBe(204);
  expect(await eventsOf(done.id)).toMatchObject([
    { action: 'account.password-changed' },
    { action: 'member.password-reset' },
  ]);
});

test('what is done in person is told: app passwords, and handing over', async () => {
  const credentials = { organization: 'acme', username: 'admin', password: world.made.password };
  const anyone = { 'content-type': 'application/json' };
  const signedIn = await send('POST', '/api/v1/session', credentials, anyone);
  const cookie = signedIn.response.headers.get('set-cookie')?.split(';')[0] ?? '';
  secrets.push(cookie.split('=')[1] ?? '');
  const inPerson = { cookie, 'x-requested-with': 'roster', 'content-type': 'application/json' };
  const made = await send('POST', '/api/v1/me/app-passwords', { name: 'Phone' }, inPerson);
  const { id, secret } = await bodyOf(made.response);
  secrets.push(secret);
  await send('DELETE', `/api/v1/me/app-passwords/${id}`, undefined, inPerson);
  const { items } = await read(`subjectId=${id}`);
  expect(items).toMatchObject([
    { action: 'app-password.deleted', actor: { kind: 'member', name: 'admin' } },
    { action: 'app-password.created', subject: { name: 'Phone' } },
  ]);
  const successor = await newMember('successor');
  const path = '/api/v1/organization/initial-administrator';
  const handed = await send('PUT', path, { memberId: successor.id }, inPerson);
  expect(handed.response.status).toBe(200);
  expect(await eventsOf(handed.id)).toMatchObject([
    { action: 'member.updated', subject: { name: 'admin' } },
    {
      action: 'member.updated',
      subject: { name: 'successor' },
      changes: [
        { field: 'roles', after: { names: ['Administrator', 'Member'] } },
        { field: 'initialAdministrator', before: false, after: true },
      ],
    },
    {
      action: 'organization.handed-over',
      changes: [{ field: 'initialAdministrator', before: 'admin', after: 'successor' }],
    },
  ]);
});

test('no event carries a secret', async () => {
  expect(secrets.length).toBeGreaterThan(15);
  const { rows } = await sql<{ text: string }>`
    select e::text as text from audit_event e union all select c::text from change c
  `.execute(world.database.entityManager().getKysely());
  expect(rows.length).toBeGreaterThan(50);
  for (const { text } of rows) {
    for (const secret of secrets) expect(text.includes(secret), text).toBe(false);
    expect(text).not.toMatch(/argon2|correct horse/);
  }
});
