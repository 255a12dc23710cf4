import { CompiledQuery, DefaultQueryExecutor, sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Filled, fill } from '../../bench/directory/fill.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { addMember, checkUsername } from './add-member.ts';
import { currentPosition, readChanges } from './change-feed.ts';
import { departmentTree } from './departments.ts';
import { editMember } from './edit-member.ts';
import type { Filter } from './filter.ts';
import { findMembers, getMember } from './find-members.ts';
import { groupMembers } from './group-membership.ts';
import { changeGroup, findGroups } from './groups.ts';
import { listMembers, type MemberListQuery, matchMembers } from './list-members.ts';
import { getMemberDetails, withActions } from './member-actions.ts';
import { membershipsOf } from './member-groups.ts';
import { disableMember, enableMember } from './member-status.ts';
import { createOrganization, systemSession } from './organizations.ts';
import { previewRemoval, removeMember } from './remove-member.ts';
import type { DirectorySession } from './session.ts';
import { transferDepartmentMembers } from './transfer-department.ts';
import { walkEnabledMembers } from './walk.ts';

// Every query of the directory that people wait for is explained before it runs, as it stands.

const members = 8_000;

/** The tables that grow with the members. */
const large = [
  'member',
  'member_department',
  'member_role',
  'group_member',
  'invitation',
  'account',
  'change',
];

let world: World;
let filled: Filled;
beforeAll(async () => {
  world = await openWorld();
  const em = world.database.entityManager();
  // What is not this organization's is never read on the way.
  await fill(systemSession(em, await createOrganization(em, { name: 'Large' })), 2 * members);
  filled = await fill(world.session(), members);
}, 240_000);
afterAll(() => world.close());

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Plan Rows': number;
  Plans?: Plan[];
}

/** Runs a use case; what it reads or sorts from end to end comes back, with its query. */
async function wholeReads(
  work: (session: DirectorySession) => Promise<unknown>,
): Promise<string[]> {
  const execute = DefaultQueryExecutor.prototype.executeQuery;
  const found: string[] = [];
  let explained = 0;
  const spy = vi
    .spyOn(DefaultQueryExecutor.prototype, 'executeQuery')
    .mockImplementation(async function (this: DefaultQueryExecutor, query, ...rest) {
      if (/^\s*(with|select|insert|update|delete)\b/i.test(query.sql)) {
        const explain = CompiledQuery.raw(`explain (format json) ${query.sql}`, [
          ...query.parameters,
        ]);
        const { rows } = await execute.call(this, explain);
        const told = (rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'];
        for (const what of readWhole(told[0].Plan)) found.push(`${what}: ${query.sql}`);
        explained++;
      }
      return execute.call(this, query, ...rest) as never;
    });
  try {
    await work(world.session());
  } finally {
    spy.mockRestore();
  }
  expect(explained).toBeGreaterThan(0);
  return found;
}

/** What a plan reads or sorts from end to end. */
function readWhole(plan: Plan): string[] {
  const below = (plan.Plans ?? []).flatMap(readWhole);
  const table = plan['Relation Name'];
  if (plan['Node Type'] === 'Seq Scan' && table !== undefined && large.includes(table)) {
    return [table, ...below];
  }
  const sorted = plan['Node Type'].endsWith('Sort') ? (plan.Plans?.[0]?.['Plan Rows'] ?? 0) : 0;
  return sorted > members / 2 ? ['sorted', ...below] : below;
}

async function firstPage(session: DirectorySession, query: Partial<MemberListQuery>) {
  const whole = { sort: 'name', descending: false, limit: 50, ...query } as const;
  const page = await listMembers(session, whole);
  await withActions(session, page.members);
  return page;
}

test.each<Partial<MemberListQuery>>([
  {},
  { descending: true },
  { sort: 'username' },
  { sort: 'createdAt', descending: true },
  { status: 'pending' },
  { status: 'disabled' },
  { invitation: 'expired' },
  { invitation: 'rejected' },
])('the member list by %j, and its next page', async (query) => {
  const found = await wholeReads(async (session) => {
    const { nextCursor } = await firstPage(session, query);
    if (nextCursor !== null) await firstPage(session, { ...query, cursor: nextCursor });
  });
  expect(found).toEqual([]);
});

test('the member list by department, with and without those below, and by role', async () => {
  const { root, branch, leaf } = filled;
  const role = await customRole();
  const found = await wholeReads(async (session) => {
    await firstPage(session, { department: leaf });
    await firstPage(session, { department: branch });
    await firstPage(session, { department: root, includeDescendants: true });
    await firstPage(session, { department: branch, includeDescendants: true });
    await firstPage(session, { role });
    await firstPage(session, { role, department: branch, status: 'disabled', search: 'anna' });
  });
  expect(found).toEqual([]);
});

test.each([
  'kowalski',
  'kowaslki',
  'lindstrom',
  'anna berg',
  'an',
  '张伟',
  '王',
  'иванова',
  'anna.berg',
  '4711@acme',
  'qqqqqq',
  'zq',
])('the search for %s, and the selection of all that it finds', async (search) => {
  const found = await wholeReads(async (session) => {
    await firstPage(session, { search });
    await matchMembers(session, { search }, 1000);
  });
  expect(found).toEqual([]);
});

test('what identity providers look for', async () => {
  const { username, externalId, email, displayName } = await someMember();
  const equal = Object.entries({ username, externalId, email, displayName }).map(
    ([attribute, value]): Filter => ({
      op: 'compare',
      attribute,
      comparison: 'eq',
      value: value ?? '',
    }),
  );
  const found = await wholeReads(async (session) => {
    for (const filter of [...equal, { op: 'all' } as const]) {
      await findMembers(session, { filter, offset: 0, limit: 100 });
    }
  });
  expect(found).toEqual([]);
});

test('the department tree', async () => {
  expect(await wholeReads(departmentTree)).toEqual([]);
});

test('one member: read, checked, added, invited, edited, disabled, enabled, removed', async () => {
  const { id } = await someMember();
  const { leaf, branch, role } = filled;
  const custom = await customRole();
  const found = await wholeReads(async (session) => {
    await getMember(session, id);
    await getMemberDetails(session, id);
    await checkUsername(session, 'nobody');
    const added = await addMember(session, world.directory, {
      name: 'Added',
      departments: [leaf],
      roles: [role],
      username: 'added',
      password: 'correct horse battery staple',
      email: 'added@acme.example',
    });
    await editMember(session, added.id, {
      name: 'Edited',
      email: 'edited@acme.example',
      departments: [branch, leaf],
      roles: [custom],
    });
    await disableMember(session, added.id);
    await enableMember(session, added.id);
    await previewRemoval(session, added.id);
    await removeMember(session, added.id);
  });
  expect(found).toEqual([]);
});

test('groups, transfers and the readers of the feed', async () => {
  const { id } = await someMember();
  const found = await wholeReads(async (session) => {
    const { rows: groups } = await findGroups(session, {
      filter: { op: 'all' },
      offset: 0,
      limit: 1,
    });
    const group = groups[0]?.id ?? '';
    await changeGroup(session, group, () => ({ membership: [{ op: 'add', ids: [id] }] }));
    await groupMembers(session, [group]);
    await membershipsOf(session, [id]);
    await transferDepartmentMembers(session, filled.leaf, { to: filled.branch });
    await walkEnabledMembers(session).next();
    await readChanges(session.em, await currentPosition(session.em));
  });
  expect(found).toEqual([]);
});

test.each([
  ['member', sql`select id from member where profile ->> 'title' = 'Engineer'`],
  ['sorted', sql`select id from member order by display_name limit 50`],
])('a query that reads everybody is found: %s', async (what, query) => {
  const found = await wholeReads((session) => query.execute(session.em.getKysely()));
  expect(found).toContainEqual(expect.stringMatching(`^${what}: select id from member`));
});

async function customRole(): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from role where organization_id = ${world.session().organization.id}
      and built_in is null limit 1
  `.execute(world.session().em.getKysely());
  return rows[0]?.id ?? '';
}

async function someMember() {
  const { members } = await firstPage(world.session(), { search: 'kowal' });
  const member = members.find(({ email, status }) => email !== null && status === 'enabled');
  if (member === undefined) throw new Error('Nobody of this name is enabled.');
  return member;
}
