import type { Complex } from '../../scim/schemas/value.ts';
import type { Modification, NewResource, StoredResource, Wanted } from '../../scim/storage.ts';
import {
  acceptProvidedPassword,
  and,
  type Correspondence,
  changeMember,
  type Directory,
  DirectoryError,
  type DirectorySession,
  derivedName,
  type Filter,
  findMembers,
  getMember,
  type MemberState,
  type MemberView,
  membershipsOf,
  provisionMember,
  removeMember,
} from '../directory/index.ts';
import { translations, userMapping } from './filter-mapping.ts';
import { type HashOf, withHashes } from './hash-first.ts';
import type { TypeStorage } from './type-storage.ts';
import { passwordOf, toMemberState, toUser } from './user-mapping.ts';

// A member who was invited has no username until it joins, and a User always has one (RFC 7643 4.1).
const isUser: Filter = { op: 'present', attribute: 'username' };

/** Users are the organization's members, invited ones once they have joined. */
export function userStorage(
  { passwords }: Pick<Directory, 'passwords'>,
  correspondence: Correspondence,
): TypeStorage {
  const hash = (password: string) => passwords.hash(acceptProvidedPassword(password));
  return {
    ...translations(userMapping),
    list: async (session, query, wanted) => {
      const filter = and(isUser, query.filter);
      const found = await findMembers(session, { ...query, filter });
      return { ...found, rows: await present(session, found.rows, wanted) };
    },
    get: async (session, id, wanted) =>
      presentOne(session, asUser(await getMember(session, id)), wanted),
    create: async (session, { attributes }: NewResource) => {
      const member = await withHashes(hash, (hashOf) =>
        provisionMember(session, stateOf(attributes, undefined, hashOf), correspondence),
      );
      // A new member is in no group.
      return stored(member, undefined);
    },
    modify: async (session, id, change, wanted) => {
      const member = await withHashes(hash, (hashOf) => {
        const modified = (current: MemberView) => {
          const user = userAfter(asUser(current), change);
          return user && stateOf(user, stored(current, undefined).attributes, hashOf);
        };
        return changeMember(session, id, modified, { correspondence });
      });
      return presentOne(session, member, wanted);
    },
    delete: async (session, id, check) => {
      asUser(await getMember(session, id));
      await removeMember(session, id, {
        ifVersion: (version) => {
          check({ version: String(version) });
          return true;
        },
      });
    },
  };
}

function asUser(member: MemberView): MemberView {
  if (member.username === null) throw new DirectoryError('not-found', 'There is no such user.');
  return member;
}

/** The user that a change makes of a member; undefined where that is the same. */
function userAfter(
  member: MemberView,
  change: (current: StoredResource) => Modification,
): Complex | undefined {
  const { attributes } = change(stored(member, undefined));
  const isDerived = member.displayName === derivedName(member.profile, member.username);
  if (attributes === undefined || !isDerived) return attributes;
  // Nobody said how the member is called: where the change does not either, that follows the name.
  const unnamed = stored(member, undefined);
  const { displayName: _, ...others } = unnamed.attributes;
  return change({ ...unnamed, attributes: others }).attributes ?? attributes;
}

function stateOf(user: Complex, before: Complex | undefined, hashOf: HashOf): MemberState {
  const password = passwordOf(user);
  return {
    ...toMemberState(user, before),
    ...(password === undefined ? {} : { passwordHash: hashOf(password) }),
  };
}

async function presentOne(
  session: DirectorySession,
  member: MemberView,
  wanted: Wanted,
): Promise<StoredResource> {
  const [resource] = await present(session, [member], wanted);
  return resource as StoredResource;
}

async function present(
  session: DirectorySession,
  members: readonly MemberView[],
  wanted: Wanted,
): Promise<StoredResource[]> {
  if (!wanted.includes('groups')) return members.map((member) => stored(member, undefined));
  const memberships = await membershipsOf(
    session,
    members.map(({ id }) => id),
  );
  const byMember = Map.groupBy(memberships, ({ memberId }) => memberId);
  return members.map((member) => stored(member, byMember.get(member.id)));
}

function stored(member: MemberView, groups: Parameters<typeof toUser>[1]): StoredResource {
  return {
    id: member.id,
    created: member.createdAt,
    lastModified: member.updatedAt,
    version: String(member.version),
    attributes: toUser(member, groups),
  };
}
