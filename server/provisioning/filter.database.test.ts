import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../scim/filter/evaluate.ts';
import { parseFilter } from '../../scim/filter/parser.ts';
import { resolveFilter } from '../../scim/filter/resolve.ts';
import { profiles } from '../../scim/profiles.ts';
import { settleResourceType } from '../../scim/schemas/resource-type.ts';
import type { Complex } from '../../scim/schemas/value.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import {
  createGroup,
  createMember,
  findMembers,
  type MemberProfile,
  membershipsOf,
} from '../directory/index.ts';
import { toDirectoryFilter, userMapping } from './filter-mapping.ts';
import { enterpriseUserUrn, resourceTypes, rosterUserUrn } from './schemas.ts';
import { toUser } from './user-mapping.ts';

// The same filter, made into SQL and evaluated in memory, finds the same users.

const [userDeclaration] = resourceTypes;
if (userDeclaration === undefined) throw new Error('Users are served.');
const userType = settleResourceType(userDeclaration);
const leniency = { profile: profiles.lenient, tolerated: () => {} };

const words = [
  'a',
  'B',
  'ab',
  'Straße',
  'STRASSE',
  'x%y',
  'x_y',
  '\\',
  '"',
  'é',
  '张三',
  '10',
  ' ',
];
const kinds = ['work', 'home', 'Other'];

let world: World;
const users: Complex[] = [];

beforeAll(async () => {
  world = await openWorld();
  const text = fc.option(fc.constantFrom(...words), { nil: undefined });
  const values = fc.array(
    fc.record({
      value: fc.constantFrom(...words),
      type: fc.option(fc.constantFrom(...kinds), { nil: undefined }),
    }),
    { maxLength: 3 },
  );
  const members = fc.sample(
    fc.record({
      title: text,
      nickName: text,
      givenName: text,
      employeeNumber: text,
      phoneNumbers: values,
      entitlements: values,
      externalId: fc.boolean(),
      enabled: fc.boolean(),
    }),
    { numRuns: 40, seed: 7 },
  );
  const ids: string[] = [];
  for (const [index, given] of members.entries()) {
    const { givenName, externalId, enabled, ...rest } = given;
    const profile = JSON.parse(
      JSON.stringify({ ...rest, ...(givenName === undefined ? {} : { name: { givenName } }) }),
    ) as MemberProfile;
    const member = await createMember(world.session(), {
      username: `User${index}-${words[index % words.length]?.trim()}`,
      enabled,
      profile,
      ...(externalId ? { externalId: `Ext${index}` } : {}),
      ...(index > 30 ? { manager: ids[index % 5] ?? '' } : {}),
    });
    ids.push(member.id);
  }
  await createGroup(world.session(), { displayName: 'AB' }, [{ op: 'add', ids: ids.slice(0, 10) }]);
  const { rows: all } = await findMembers(world.session(), {
    filter: { op: 'all' },
    offset: 0,
    limit: 100,
  });
  for (const member of all) {
    const groups = await membershipsOf(world.session(), [member.id]);
    const created = member.createdAt.toISOString();
    users.push({ ...toUser(member, groups), id: member.id, meta: { created } });
  }
});
afterAll(() => world.close());

const literal = fc
  .constantFrom(...words, 'User1', 'user2-B', 'Ext3', 'ext3')
  .map((word) => JSON.stringify(word));
const textPath = fc.constantFrom(
  ...['userName', 'displayName', 'title', 'nickName', 'name.givenName', 'externalId', 'id'],
  ...['phoneNumbers.value', 'phoneNumbers.type', 'entitlements.value', 'groups.display'],
  `${enterpriseUserUrn}:employeeNumber`,
  `${enterpriseUserUrn}:manager.displayName`,
  `${rosterUserUrn}:departments.display`,
  `${rosterUserUrn}:roles.display`,
  'urn:ietf:params:scim:schemas:core:2.0:User:title',
  'unknownAttribute',
);
const comparison = fc.constantFrom('eq', 'NE', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const presence = fc.constantFrom(
  ...['title pr', 'phoneNumbers pr', 'phoneNumbers.type pr', 'name pr', 'active pr', 'groups pr'],
  ...[
    `${enterpriseUserUrn}:manager pr`,
    'active eq true',
    'active ne true',
    'emails pr',
    'meta pr',
  ],
  ...[`${enterpriseUserUrn} pr`, `${rosterUserUrn} pr`, 'schemas pr', 'meta.created pr'],
);
const inner = fc.letrec<{ one: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 2 },
    fc
      .tuple(
        fc.constantFrom('value', 'type', 'display'),
        fc.constantFrom('eq', 'ne', 'co', 'sw'),
        literal,
      )
      .map((parts) => parts.join(' ')),
    fc.tuple(tie('one'), fc.constantFrom('and', 'or'), tie('one')).map((parts) => parts.join(' ')),
    tie('one').map((one) => `not (${one})`),
  ),
})).one;
const filterText = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(textPath, comparison, literal).map((parts) => parts.join(' ')),
    presence,
    fc
      .tuple(fc.constantFrom('phoneNumbers', 'entitlements', 'groups'), inner)
      .map(([path, one]) => `${path}[${one}]`),
    fc
      .tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter'))
      .map((parts) => parts.join(' ')),
    tie('filter').map((one) => `not (${one})`),
    tie('filter').map((one) => `(${one})`),
  ),
})).filter;

test('SQL and memory find the same users', async () => {
  await fc.assert(
    fc.asyncProperty(filterText, async (text) => {
      const resolved = resolveFilter(parseFilter(text, leniency), userType, leniency);
      const { rows: members } = await findMembers(world.session(), {
        filter: toDirectoryFilter(resolved, userMapping),
        offset: 0,
        limit: 100,
      });
      const expected = users.filter((user) => evaluate(resolved, user));
      expect(members.map(({ username }) => username).sort()).toEqual(
        expected.map((user) => user.userName).sort(),
      );
    }),
    { numRuns: 400 },
  );
}, 120_000);
