import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { changeMember } from './change-member.ts';
import { createMember } from './create-member.ts';
import { Account } from './entities/account.ts';
import { findMembers, getMember } from './find-members.ts';
import { identifierKey } from './identifier-key.ts';
import { listMembers } from './list-members.ts';
import { createOrganization, systemSession } from './organizations.ts';
import { removeMember } from './remove-member.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const newMember = (username: string, more = {}) => ({
  username,
  enabled: true,
  profile: {},
  ...more,
});

test('a new member stands in the root department with the role Member, managed by the organization', async () => {
  const anna = await createMember(
    world.session(),
    newMember('anna', {
      profile: {
        name: { givenName: 'Anna', familyName: 'Ek' },
        emails: [{ value: 'anna@acme.example' }],
      },
    }),
  );
  expect(anna).toMatchObject({
    status: 'enabled',
    displayName: 'Anna Ek',
    email: 'anna@acme.example',
    departments: [{ name: 'Acme', primary: true }],
    roles: [{ name: 'Member' }],
    managed: true,
    version: 1,
  });
  expect(anna.activatedAt).toEqual(anna.createdAt);
  expect(await getMember(world.session(), anna.id)).toEqual(anna);
});

test('usernames are unique after case folding, and keep the case they were given', async () => {
  const ben = await createMember(world.session(), newMember('Ben'));
  expect(ben.username).toBe('Ben');
  await expect(createMember(world.session(), newMember('ＢEN'))).rejects.toMatchObject({
    code: 'not-unique',
    field: 'username',
  });
});

test('of many who take one username at the same moment, one gets it', async () => {
  const attempts = Array.from({ length: 8 }, () =>
    createMember(world.session(), newMember('race')).then(
      () => 'made',
      (error) => error.code,
    ),
  );
  const outcomes = await Promise.all(attempts);
  expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'not-unique')).toHaveLength(7);
});

test.each([
  ['an empty username', newMember(' ')],
  ['control characters', newMember('a\u0007b')],
  ['NUL', newMember('a\0b')],
  ['a lone surrogate', newMember('a\uD800')],
  [
    'two addresses in one',
    newMember('x', { profile: { emails: [{ value: 'a@b.example,c@d.example' }] } }),
  ],
])('%s is refused', async (_what, member) => {
  await expect(createMember(world.session(), member)).rejects.toMatchObject({
    code: 'invalid-value',
  });
});

test("somebody's self-owned account is not taken: the member waits for consent", async () => {
  const em = world.database.entityManager();
  const email = 'carla@home.example';
  em.create(Account, {
    id: crypto.randomUUID(),
    username: 'carla',
    usernameKey: identifierKey('carla'),
    email,
    emailKey: identifierKey(email),
    createdAt: new Date(),
  });
  await em.flush();
  for (const member of [
    newMember('Carla'),
    newMember('c.nowak', { profile: { emails: [{ value: 'Carla@Home.example' }] } }),
  ]) {
    const waiting = await createMember(world.session(), member);
    expect(waiting).toMatchObject({ status: 'pending', managed: false, activatedAt: null });
    // The organization cannot enable it, nor set its password.
    const state = { username: member.username, enabled: true, profile: {} };
    expect((await changeMember(world.session(), waiting.id, () => state)).status).toBe('pending');
    await expect(
      changeMember(world.session(), waiting.id, () => ({ ...state, passwordHash: 'x' })),
    ).rejects.toMatchObject({ code: 'conflict', field: 'password' });
  }
});

test('a change makes a new version, no change makes none, and a stale one is refused', async () => {
  const dora = await createMember(world.session(), newMember('dora'));
  const same = await changeMember(world.session(), dora.id, () => undefined);
  expect(same.version).toBe(1);
  const changed = await changeMember(world.session(), dora.id, (current) => ({
    username: 'dora',
    displayName: 'Dora',
    enabled: true,
    profile: current.profile,
  }));
  expect(changed).toMatchObject({ version: 2, displayName: 'Dora' });
  await expect(
    changeMember(world.session(), dora.id, () => undefined, {
      ifVersion: (version) => version === 1,
    }),
  ).rejects.toMatchObject({ code: 'version-mismatch' });
});

test('the initial administrator can be neither disabled nor removed', async () => {
  const { rows: members } = await findMembers(world.session(), {
    filter: { op: 'compare', attribute: 'username', comparison: 'eq', value: 'admin' },
    offset: 0,
    limit: 1,
  });
  const id = members[0]?.id ?? '';
  const disable = { username: 'admin', enabled: false, profile: {} };
  await expect(changeMember(world.session(), id, () => disable)).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(removeMember(world.session(), id)).rejects.toMatchObject({ code: 'conflict' });
});

test('removing a member hands the reports to the initial administrator and frees the username', async () => {
  const boss = await createMember(world.session(), newMember('boss'));
  const report = await createMember(world.session(), newMember('report', { manager: boss.id }));
  expect(report.manager).toEqual({ id: boss.id, displayName: 'boss' });
  await removeMember(world.session(), boss.id);
  await expect(getMember(world.session(), boss.id)).rejects.toMatchObject({ code: 'not-found' });
  expect((await getMember(world.session(), report.id)).manager?.displayName).toBe('admin');
  const again = await createMember(world.session(), newMember('boss'));
  expect(again.id).not.toBe(boss.id);
});

test('another organization sees none of them, by no id', async () => {
  const mine = await createMember(world.session(), newMember('mine'));
  const other = await createOrganization(world.database.entityManager(), { name: 'Bolt' });
  const theirs = systemSession(world.database.entityManager(), other);
  const gone = { code: 'not-found', message: 'There is no such member.' };
  await expect(getMember(theirs, mine.id)).rejects.toMatchObject(gone);
  await expect(changeMember(theirs, mine.id, () => undefined)).rejects.toMatchObject(gone);
  await expect(removeMember(theirs, mine.id)).rejects.toMatchObject(gone);
  await expect(getMember(theirs, crypto.randomUUID())).rejects.toMatchObject(gone);
  expect((await findMembers(theirs, { filter: { op: 'all' }, offset: 0, limit: 10 })).total).toBe(
    0,
  );
  await expect(createMember(theirs, newMember('x', { manager: mine.id }))).rejects.toMatchObject({
    code: 'unknown-reference',
  });
  // The same username is free there.
  expect((await createMember(theirs, newMember('mine'))).username).toBe('mine');
});

test.each(['name', 'username', 'createdAt'] as const)(
  'pages by cursor, by %s, walk forward and back over every member once, in order',
  async (sort) => {
    const other = await createOrganization(world.database.entityManager(), {
      name: `Paged by ${sort}`,
    });
    const session = () => systemSession(world.database.entityManager(), other);
    // Equal names too: the id decides between them.
    const names = ['Eve', 'eve', 'Åsa', 'zoe', 'Adam', 'Adam', '张三'];
    for (const [index, displayName] of names.entries()) {
      await createMember(session(), newMember(`u${index}`, { displayName }));
    }
    const query = { sort, descending: true, limit: 3 } as const;
    const forward: string[][] = [];
    let cursor: string | undefined;
    let last = await listMembers(session(), query);
    for (;;) {
      expect(last.total).toBe(names.length);
      forward.push(last.members.map((member) => member.id));
      if (last.nextCursor === null) break;
      cursor = last.nextCursor;
      last = await listMembers(session(), { ...query, cursor });
    }
    expect(new Set(forward.flat()).size).toBe(names.length);
    const back: string[][] = [forward.at(-1) ?? []];
    for (let previous = last.previousCursor; previous !== null; ) {
      const page = await listMembers(session(), { ...query, cursor: previous });
      back.unshift(page.members.map((member) => member.id));
      previous = page.previousCursor;
    }
    expect(back.flat()).toEqual(forward.flat());
  },
);

test.each([
  'name',
  '["after","Anna","01a20edc-bf70-73a2-bfc2-8aebc6389eac"]',
  '["after","2026-02-31T00:00:00.000000Z","01a20edc-bf70-73a2-bfc2-8aebc6389eac"]',
  '["after","2026-02-28T00:00:00.000000Z","1"]',
  '["beside","2026-02-28T00:00:00.000000Z","01a20edc-bf70-73a2-bfc2-8aebc6389eac"]',
])('a cursor that is not one of this order is refused: %s', async (text) => {
  const cursor = Buffer.from(text).toString('base64url');
  const query = { sort: 'createdAt', descending: false, limit: 3, cursor } as const;
  await expect(listMembers(world.session(), query)).rejects.toMatchObject({
    code: 'invalid-value',
    field: 'cursor',
  });
});

test.each([
  ['a broken cursor', { cursor: 'nonsense' }],
  ['a cursor with NUL', { cursor: Buffer.from('["after","\\u0000","x"]').toString('base64url') }],
])('%s is refused', async (_what, more) => {
  await expect(
    listMembers(world.session(), { sort: 'name', descending: false, limit: 10, ...more }),
  ).rejects.toMatchObject({ code: 'invalid-value', field: 'cursor' });
});

test('search looks into name, username and e-mail without case; like-patterns are text', async () => {
  await createMember(
    world.session(),
    newMember('find.me', {
      displayName: 'Searched 100%',
      profile: { emails: [{ value: 'box_1@acme.example' }] },
    }),
  );
  const search = async (text: string) =>
    (
      await listMembers(world.session(), {
        search: text,
        sort: 'name',
        descending: false,
        limit: 10,
      })
    ).members.map((member) => member.username);
  expect(await search('FIND.')).toEqual(['find.me']);
  expect(await search('searched')).toEqual(['find.me']);
  expect(await search('BOX_1@')).toEqual(['find.me']);
  expect(await search('100%')).toEqual(['find.me']);
  expect(await search('%%')).toEqual([]);
});
