import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';

// A group of more members than are held at a time is streamed, and looks like any other.

const size = 1_750;
let api: ScimApi;
let large: string;
let small: string;

beforeAll(async () => {
  api = await openScimApi();
  const { made, database } = api.world;
  const post = async (displayName: string, members: readonly string[]) =>
    (
      await api.scim('POST', '/Groups', {
        displayName,
        members: members.map((value) => ({ value })),
      })
    ).body.id as string;
  small = await post('Small', []);
  large = await post('Large', [small]);
  const db = database.entityManager().getKysely();
  await sql`
    with made as (
      insert into member (organization_id, id, status, username, username_key, display_name,
        display_name_key, profile, profile_key, created_by, created_at, updated_at, version)
      select ${made.organization.id}::uuid, gen_random_uuid(), 'pending', 'm' || n, 'm' || n,
        'Member ' || n, 'member ' || n, '{}', '{}', '{"kind":"system","name":"Roster"}',
        now(), now(), 1
      from generate_series(1, ${size}) n returning id
    )
    insert into group_member (organization_id, group_id, member_id)
    select ${made.organization.id}::uuid, ${large}::uuid, id from made
  `.execute(db);
});
afterAll(() => api.close());

interface Member {
  value: string;
  type: string;
  display: string;
  $ref: string;
}

const membersOf = (group: { members?: Member[] }) => group.members ?? [];

test('a large group is answered with each of its members once', async () => {
  const { status, headers, body } = await api.scim('GET', `/Groups/${large}`);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/scim+json']);
  const members = membersOf(body);
  expect(new Set(members.map(({ value }) => value)).size).toBe(size + 1);
  expect(members).toHaveLength(size + 1);
  expect(members.find(({ value }) => value === small)).toEqual({
    value: small,
    type: 'Group',
    display: 'Small',
    $ref: `http://roster.example/scim/v2/Groups/${small}`,
  });
  const users = members.filter(({ type }) => type === 'User');
  expect(new Set(users.map(({ display }) => display)).size).toBe(size);
});

test('a list holds large and small groups, each with its own members', async () => {
  const { body } = await api.scim('GET', '/Groups?sortBy=displayName');
  expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 2 });
  expect(body.Resources.map(membersOf).map((members: Member[]) => members.length)).toEqual([
    size + 1,
    0,
  ]);
});

test('what leaves a large group is not in the next answer', async () => {
  const { body } = await api.scim('GET', `/Groups/${large}?attributes=members.value`);
  const [first, ...rest] = membersOf(body);
  const Operations = [{ op: 'remove', path: `members[value eq "${first?.value}"]` }];
  expect((await api.scim('PATCH', `/Groups/${large}`, { Operations })).status).toBe(204);
  const after = await api.scim('GET', `/Groups/${large}?attributes=members.value`);
  expect(membersOf(after.body)).toEqual(rest);
});
