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
      const { attributes, collections } = change(stored(current, undefined));
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

async function present(
  session: DirectorySession,
  groups: readonly GroupView[],
  wanted: Wanted,
): Promise<StoredResource[]> {
  if (!wanted.includes('members')) return groups.map((group) => stored(group, undefined));
  const members = await groupMembers(
    session,
    groups.map(({ id }) => id),
  );
  const byGroup = Map.groupBy(members, ({ groupId }) => groupId);
  return groups.map((group) => stored(group, byGroup.get(group.id)));
}

function stored(group: GroupView, members: readonly GroupMemberView[] | undefined): StoredResource {
  return {
    id: group.id,
    created: group.createdAt,
    lastModified: group.updatedAt,
    version: String(group.version),
    attributes: {
      displayName: group.displayName,
      ...(group.externalId === null ? {} : { externalId: group.externalId }),
      ...(members === undefined
        ? {}
        : {
            members: members.map(({ id, type, displayName }) => ({
              value: id,
              display: displayName,
              type: type === 'member' ? 'User' : 'Group',
            })),
          }),
    },
  };
}
