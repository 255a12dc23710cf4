import fc from 'fast-check';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type FurnishedOrganization,
  furnish,
  furniture,
} from '../support/furnished-organization.ts';
import { rowsOf } from '../support/organization-rows.ts';
import { serveScim } from '../support/scim-api.ts';
import { entraUser, patchOf } from '../support/scim-client.ts';
import { openWorld, type World } from '../support/world.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const roster = 'urn:ietf:params:scim:schemas:extension:roster:2.0:User';
const groupSchemas = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] };

let world: World;
let scim: Hono;
beforeAll(async () => {
  world = await openWorld();
  scim = serveScim(world.directory).app;
});
afterAll(() => world.close());

async function ask(caller: FurnishedOrganization, method: string, path: string, body?: unknown) {
  const answer = await scim.request(path, {
    method,
    headers: {
      authorization: `Bearer ${caller.scimToken}`,
      'content-type': 'application/scim+json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

type Request = readonly [method: string, path: string, body?: unknown];

/** Requests that name something by its id, wherever SCIM lets it stand. */
function requests(id: string, own: { user: string; group: string }): Record<string, Request> {
  const patch = (op: string, path: string, value?: unknown) => patchOf({ op, path, value });
  const bulk = (...Operations: unknown[]) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations,
  });
  const quoted = `"${id}"`;
  const filter = (type: string, text: string): Request => [
    'GET',
    `/${type}?filter=${encodeURIComponent(text)}`,
  ];
  return {
    'read a user': ['GET', `/Users/${id}`],
    'replace a user': ['PUT', `/Users/${id}`, entraUser('nobody')],
    'modify a user': ['PATCH', `/Users/${id}`, patch('replace', 'active', false)],
    'delete a user': ['DELETE', `/Users/${id}`],
    'read a group': ['GET', `/Groups/${id}`],
    'replace a group': ['PUT', `/Groups/${id}`, { ...groupSchemas, displayName: 'Ours' }],
    'modify a group': ['PATCH', `/Groups/${id}`, patch('remove', 'members')],
    'delete a group': ['DELETE', `/Groups/${id}`],
    'a new user with a manager': [
      'POST',
      '/Users',
      entraUser('managed', { [enterprise]: { manager: { value: id } } }),
    ],
    'a manager': [
      'PATCH',
      `/Users/${own.user}`,
      patch('replace', `${enterprise}:manager`, { value: id }),
    ],
    'read a department': ['GET', `/Departments/${id}`],
    'modify a department': ['PATCH', `/Departments/${id}`, patch('replace', 'displayName', 'Ours')],
    'delete a department': ['DELETE', `/Departments/${id}`],
    'a department below': ['POST', '/Departments', { displayName: 'New', parent: { value: id } }],
    'read a role': ['GET', `/Roles/${id}`],
    'modify a role': ['PATCH', `/Roles/${id}`, patch('replace', 'displayName', 'Ours')],
    'delete a role': ['DELETE', `/Roles/${id}`],
    'a department of a user': [
      'PATCH',
      `/Users/${own.user}`,
      patch('replace', `${roster}:departments`, [{ value: id }]),
    ],
    'a role of a user': [
      'PATCH',
      `/Users/${own.user}`,
      patch('replace', `${roster}:roles`, [{ value: id }]),
    ],
    'users by department': filter('Users', `${roster}:departments.value eq ${quoted}`),
    'users by role': filter('Users', `${roster}:roles.value eq ${quoted}`),
    'departments by parent': filter('Departments', `parent.value eq ${quoted}`),
    'a new group with a member': [
      'POST',
      '/Groups',
      { ...groupSchemas, displayName: 'New', members: [{ value: id }] },
    ],
    'a member more': ['PATCH', `/Groups/${own.group}`, patch('add', 'members', [{ value: id }])],
    'other members': [
      'PATCH',
      `/Groups/${own.group}`,
      patch('replace', 'members', [{ value: id }]),
    ],
    'a member less': [
      'PATCH',
      `/Groups/${own.group}`,
      patch('remove', `members[value eq ${quoted}]`),
    ],
    'in bulk': [
      'POST',
      '/Bulk',
      bulk(
        { method: 'DELETE', path: `/Users/${id}` },
        { method: 'PATCH', path: `/Groups/${id}`, data: patch('remove', 'members') },
        {
          method: 'PATCH',
          path: `/Groups/${own.group}`,
          data: patch('add', 'members', [{ value: id }]),
        },
      ),
    ],
    'users by id': filter('Users', `id eq ${quoted}`),
    'users by manager': filter('Users', `${enterprise}:manager.value eq ${quoted}`),
    'users by group': filter('Users', `groups.value eq ${quoted}`),
    'groups by id': filter('Groups', `id eq ${quoted}`),
    'groups by member': filter('Groups', `members.value eq ${quoted}`),
  };
}

async function named(organization: FurnishedOrganization) {
  const rows = await rowsOf(world.database.entityManager(), organization.organization.id);
  const ids = (table: string, matches: (row: Record<string, unknown>) => boolean = () => true) =>
    (rows[table] ?? []).filter(matches).map(({ id }) => String(id));
  return {
    rows,
    users: ids('member', (row) => row.username !== null && row.initial_administrator === false),
    groups: ids('directory_group'),
    others: [...ids('department'), ...ids('role'), ...ids('invitation')],
  };
}

test('no id of one organization means anything to the connection of another', async () => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(furniture, furniture, async (ours, theirs) => {
      const acme = await furnish(world.directory, ours);
      const bolt = await furnish(world.directory, theirs);
      const [mine, foreign] = [await named(acme), await named(bolt)];
      const own = { user: mine.users[0] ?? '', group: mine.groups[0] ?? '' };
      const answersTo = async (id: string) => {
        const answers: Record<string, unknown> = {};
        for (const [name, request] of Object.entries(requests(id, own))) {
          const { status, text } = await ask(acme, ...request);
          expect(status, name).toBeLessThan(500);
          answers[name] = { status, text: text.replaceAll(id, 'the id') };
          asked++;
        }
        return answers;
      };
      const unknown = await answersTo(crypto.randomUUID());
      for (const ids of [foreign.users, foreign.groups, foreign.others]) {
        for (const id of ids.slice(0, 3)) expect(await answersTo(id)).toEqual(unknown);
      }
      expect((await named(acme)).rows).toEqual(mine.rows);
      expect((await named(bolt)).rows).toEqual(foreign.rows);
    }),
    { numRuns: 3, seed: 20_261_124, endOnFailure: true },
  );
  expect(asked).toBeGreaterThan(300);
}, 120_000);

test('lists, searches and cursors tell nothing of another organization', async () => {
  const [ours, theirs] = fc.sample(furniture, { numRuns: 2, seed: 2 });
  if (ours === undefined || theirs === undefined) throw new Error('No furniture.');
  const acme = await furnish(world.directory, ours);
  const bolt = await furnish(world.directory, theirs);
  for (const type of ['Users', 'Groups']) {
    const search = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'id pr',
    };
    for (const answer of [
      await ask(acme, 'GET', `/${type}`),
      await ask(acme, 'POST', `/${type}/.search`, search),
      await ask(acme, 'GET', `/${type}?filter=externalId%20co%20%22${bolt.mark}%22`),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(bolt.mark);
    }
    const first = JSON.parse((await ask(bolt, 'GET', `/${type}?cursor=&count=1`)).text);
    expect(first.nextCursor).toEqual(expect.any(String));
    const stolen = await ask(acme, 'GET', `/${type}?count=1&cursor=${first.nextCursor}`);
    expect(stolen.status).toBe(400);
    expect(JSON.parse(stolen.text)).toMatchObject({ scimType: 'invalidCursor' });
  }
  // The path may name the organization as well; another one's token does not open it.
  expect((await ask(acme, 'GET', `/${bolt.organization.slug}/Users`)).status).toBeGreaterThan(400);
  expect((await ask(acme, 'GET', `/${acme.organization.slug}/Users`)).status).toBe(200);
});
