import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { createMember } from './create-member.ts';
import { editMember } from './edit-member.ts';
import { listMembers } from './list-members.ts';
import { searchCondition } from './search.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  for (const [username, displayName, email] of [
    ['k.novotna', 'Kateřina Novotná', 'katerina@acme.example'],
    ['s.kowalski', 'Søren Kowalski', 'soren@acme.example'],
    ['zhang.san', '张三', 'zs@acme.example'],
    ['zhang.wei', '张伟', 'zw@acme.example'],
    ['o.ivanova', 'Ольга Иванова', 'olga@acme.example'],
    ['j.strasse', 'Jörg Weißstraße', 'jw@acme.example'],
  ]) {
    await createMember(world.session(), {
      username,
      displayName,
      enabled: true,
      profile: { emails: [{ value: email }] },
    });
  }
});
afterAll(() => world.close());

async function found(search: string, more = {}): Promise<(string | null)[]> {
  const query = { sort: 'username', descending: false, limit: 50, search, ...more } as const;
  const { members, total } = await listMembers(world.session(), query);
  expect(total).toBe(members.length);
  return members.map(({ username }) => username);
}

test.each([
  ['katerina', ['k.novotna']],
  ['KATEŘINA', ['k.novotna']],
  ['novotna kate', ['k.novotna']],
  ['soren', ['s.kowalski']],
  ['kowalsky', ['s.kowalski']],
  ['kowaslki', ['s.kowalski']],
  ['novotan', ['k.novotna']],
  ['katrina', ['k.novotna']],
  ['张', ['zhang.san', 'zhang.wei']],
  ['张三', ['zhang.san']],
  ['三', ['zhang.san']],
  ['伟三', []],
  ['иванова', ['o.ivanova']],
  ['weissstrasse', ['j.strasse']],
  ['WEISSSTRAẞE', ['j.strasse']],
  ['zs@acme', ['zhang.san']],
  ['soren novotna', []],
  ['na', []],
  ['ka', ['k.novotna']],
  ['ŠØ', ['s.kowalski']],
  ['soren ko', ['s.kowalski']],
  ['%', []],
  ['_', []],
  ['qqqq', []],
])('%s finds %j', async (search, usernames) => {
  expect(await found(search)).toEqual(usernames);
});

test('a search narrows with every other filter, and follows an edit', async () => {
  expect(await found('zhang', { status: 'disabled' })).toEqual([]);
  const [root] = (await listMembers(world.session(), { ...listing, search: 'zhang.wei' })).members;
  const department = root?.departments[0]?.id;
  expect(await found('zhang', { department, status: 'enabled' })).toHaveLength(2);
  await editMember(world.session(), root?.id ?? '', { name: 'Zoë Deschanel' });
  expect(await found('deschannel')).toEqual(['zhang.wei']);
});

const listing = { sort: 'name', descending: false, limit: 10 } as const;

test('who is spelt right is found alone; the like are found where nobody is', async () => {
  const made = { enabled: true, profile: {} };
  await createMember(world.session(), { ...made, username: 'm.brandt', displayName: 'Mia Brandt' });
  await createMember(world.session(), {
    ...made,
    username: 'm.bransen',
    displayName: 'Max Bransen',
  });
  expect(await found('brandt')).toEqual(['m.brandt']);
  expect(await found('brandtt')).toEqual(['m.brandt']);
  expect(await found('bransson')).toEqual(['m.bransen']);
  // A status that none of them has is no reason to look further.
  expect(await found('brandt', { status: 'disabled' })).toEqual([]);
});

test('among many members the trigram index is used: no member is read in vain', async () => {
  const session = world.session();
  const db = session.em.getKysely();
  await sql`
    insert into member (organization_id, id, status, username, username_key, display_name,
      display_name_key, profile, profile_key, created_by, created_at, updated_at)
    select ${session.organization.id}, gen_random_uuid(), 'pending', name, name, name, name, '{}', '{}',
      '{}', now(), now()
    from (select md5(n::text) as name from generate_series(1, 20000) n) generated
  `.execute(db);
  await sql`vacuum analyze member`.execute(db);
  for (const search of ['kowalsky', 'katerina', '张三']) {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select m.id from member m
      where m.organization_id = ${session.organization.id}
        and ${searchCondition(search, { forgiving: true })}
    `.execute(db);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('member_search_index');
    expect(plan).not.toContain('Seq Scan on member');
  }
});
