import { type Complex, valueAt } from '../../scim/schemas/value.ts';
import type { CollectionChange, StoredResource, Wanted } from '../../scim/storage.ts';
import {
  changeGroup,
  createGroup,
  type DirectorySession,
  deleteGroup,
  findGroups,
  type GroupMemberView,
  type GroupState,
  type GroupView,
  getGroup,
  groupMembers,
  type MembershipChange,
} from '../directory/index.ts';
import { groupMapping, toValueFilter, translations } from './filter-mapping.ts';
import type { TypeStorage } from './type-storage.ts';

/** Groups are the organization's groups; `members` is a collection and never loaded for a change. */
export const groupStorage: TypeStorage = {
  ...translations(groupMapping),
  list: async (session, query, wanted) => {
    const found = await findGroups(session, query);
    return { ...found, rows: await present(session, found.rows, wanted) };
  },
  get: async (session, id, wanted) => presentOne(session, await getGroup(session, id), wanted),
  create: async (session, { attributes, collections }, wanted) => {
    const group = await createGroup(
      session,
      stateOf(attributes),
      collections.map(membershipChange),
    );
    return presentOne(session, group, wanted);
  },
  modify: async (session, id, change, wanted) => {
    const group = await changeGroup(session, id, (current) => {
      const { attributes, collections } = change(stored(current));
      return {
        state: attributes === undefined ? undefined : stateOf(attributes),
        membership: collections.map(membershipChange),
      };
    });
    return presentOne(session, group, wanted);
  },
  delete: (session, id, check) =>
    deleteGroup(session, id, {
      ifVersion: (version) => {
        check({ version: String(version) });
        return true;
      },
    }),
};

function stateOf(attributes: Complex): GroupState {
  const externalId = valueAt(attributes, 'externalId');
  return {
    displayName: String(valueAt(attributes, 'displayName') ?? ''),
    externalId: typeof externalId === 'string' ? externalId : undefined,
  };
}

function membershipChange(change: CollectionChange): MembershipChange {
  switch (change.kind) {
    case 'add':
    case 'replace':
      return {
        op: change.kind,
        ids: change.values.map((value) => String(valueAt(value, 'value'))),
      };
    case 'remove':
      return { op: 'remove', ids: change.values };
    case 'removeWhere':
      return { op: 'removeWhere', filter: toValueFilter(change.filter) };
    case 'clear':
      return { op: 'replace', ids: [] };
  }
}

async function presentOne(
  session: DirectorySession,
  group: GroupView,
  wanted: Wanted,
): Promise<StoredResource> {
  const [resource] = await present(session, [group], wanted);
  return resource as StoredResource;
}

/** Members of one group that are held at a time: a larger group is streamed. */
const membersHeld = 500;

async function present(
  session: DirectorySession,
  groups: readonly GroupView[],
  wanted: Wanted,
): Promise<StoredResource[]> {
  if (!wanted.includes('members')) return groups.map((group) => stored(group));
  const ids = groups.map(({ id }) => id);
  const first = await groupMembers(session, ids, { most: membersHeld });
  const byGroup = Map.groupBy(first, ({ groupId }) => groupId);
  return groups.map((group) => {
    const members = byGroup.get(group.id) ?? [];
    if (members.length < membersHeld) return stored(group, members.map(toMember));
    const streams = new Map([['members', membersFrom(session, group.id, members)]]);
    return { ...stored(group), streams };
  });
}

/** All members of a group, a piece at a time, each read by a query of its own. */
async function* membersFrom(
  session: DirectorySession,
  group: string,
  first: readonly GroupMemberView[],
): AsyncGenerator<readonly Complex[]> {
  let members = first;
  while (members.length > 0) {
    yield members.map(toMember);
    const after = members.at(-1)?.id;
    if (after === undefined || members.length < membersHeld) return;
    members = await groupMembers(session, [group], { after, most: membersHeld });
  }
}

function toMember({ id, type, displayName }: GroupMemberView): Complex {
  return { value: id, display: displayName, type: type === 'member' ? 'User' : 'Group' };
}

function stored(group: GroupView, members: readonly Complex[] = []): StoredResource {
  return {
    id: group.id,
    created: group.createdAt,
    lastModified: group.updatedAt,
    version: String(group.version),
    attributes: {
      displayName: group.displayName,
      ...(group.externalId === null ? {} : { externalId: group.externalId }),
      ...(members.length === 0 ? {} : { members }),
    },
  };
}
