import { sql } from 'kysely';
import type { MembershipDelta } from './changes.ts';
import { DirectoryError } from './errors.ts';
import { changedFields } from './field-change.ts';
import type { Filter } from './filter.ts';
import { compileFilter, isUuid, type Sql } from './filter-sql.ts';
import { groupAttributes } from './group-attributes.ts';
import { type DirectorySession, demand } from './session.ts';
import type { WriteSession } from './write.ts';

/** A change of a group's membership, by ids of members and groups of the organization. */
export type MembershipChange =
  | { readonly op: 'add'; readonly ids: readonly string[] }
  /** Ids that are not in the group are passed over. */
  | { readonly op: 'remove'; readonly ids: readonly string[] }
  /** Those that the filter matches: on `value`, `type` and `display` of a membership. */
  | { readonly op: 'removeWhere'; readonly filter: Filter }
  /** Exactly these, afterwards. */
  | { readonly op: 'replace'; readonly ids: readonly string[] };

/** Somebody or some group in a group. */
export interface GroupMemberView {
  groupId: string;
  id: string;
  type: 'member' | 'group';
  displayName: string;
}

interface Named {
  id: string;
  name: string;
}

/** Who came into or left a group, by their names at that time. */
type NamedDelta = Record<keyof MembershipDelta, Named[]>;

/**
 * Applies changes in their order as row inserts and deletes. The caller holds the group's lock.
 *
 * @returns whether any row changed
 * @throws DirectoryError `unknown-reference` for an id that names neither a member nor a group
 */
export async function applyMembership(
  tx: WriteSession,
  group: { id: string; displayName: string },
  changes: readonly MembershipChange[],
): Promise<boolean> {
  let changed = false;
  for (const change of changes) {
    const delta = await apply(tx, group.id, change);
    if (Object.values(delta).every((entries) => entries.length === 0)) continue;
    changed = true;
    recordMembership(tx, group, delta);
  }
  return changed;
}

/** Records who came into or left a group. */
export function recordMembership(
  tx: WriteSession,
  group: { id: string; displayName?: string },
  delta: Partial<NamedDelta>,
): void {
  const { addedMembers = [], removedMembers = [], addedGroups = [], removedGroups = [] } = delta;
  const ids = (entries: readonly Named[]) => entries.map(({ id }) => id);
  const names = (entries: readonly Named[]) => entries.map(({ name }) => name);
  tx.record({
    subject: 'group',
    subjectId: group.id,
    kind: 'membership',
    membership: {
      addedMembers: ids(addedMembers),
      removedMembers: ids(removedMembers),
      addedGroups: ids(addedGroups),
      removedGroups: ids(removedGroups),
    },
    action: 'group.members-changed',
    name: group.displayName,
    fields: changedFields(
      { removedMembers: names(removedMembers), removedGroups: names(removedGroups) },
      { addedMembers: names(addedMembers), addedGroups: names(addedGroups) },
    ),
  });
}

async function apply(
  tx: WriteSession,
  group: string,
  change: MembershipChange,
): Promise<NamedDelta> {
  switch (change.op) {
    case 'add':
      return add(tx, group, change.ids);
    case 'remove':
      return remove(tx, group, sql`any(${uuids(change.ids)}::uuid[])`);
    case 'removeWhere':
      return remove(tx, group, matching(tx, group, change.filter), sql`in`);
    case 'replace':
      return replace(tx, group, change.ids);
  }
}

function matching(tx: WriteSession, group: string, filter: Filter): Sql {
  const members = groupAttributes.members;
  if (members?.type !== 'many') throw new Error('Groups have members.');
  return sql`(select gm.id from directory_group g join ${members.from} on ${members.on}
    where g.organization_id = ${tx.organization.id} and g.id = ${group}
      and ${compileFilter(filter, members.of)})`;
}

async function add(tx: WriteSession, group: string, ids: readonly string[]): Promise<NamedDelta> {
  const delta = empty();
  if (ids.length === 0) return delta;
  const db = tx.em.getKysely();
  const wanted = uuids(ids);
  // In the order of their ids, so that two writers cannot wait for each other.
  const { rows } = await sql<Named & { kind: 'member' | 'group' }>`
    select id, display_name as name, 'member' as kind from member
      where organization_id = ${tx.organization.id} and id = any(${wanted}::uuid[])
    union all
    select id, display_name, 'group' from directory_group
      where organization_id = ${tx.organization.id} and id = any(${wanted}::uuid[])
    order by id
  `.execute(db);
  const known = new Map(rows.map((row) => [row.id, row]));
  for (const id of ids) {
    if (!known.has(id.toLowerCase())) {
      throw new DirectoryError(
        'unknown-reference',
        `members: ${id} is neither a member nor a group.`,
        {
          field: 'members',
        },
      );
    }
  }
  if (known.has(group)) {
    throw new DirectoryError('invalid-value', 'members: a group cannot be in itself.', {
      field: 'members',
    });
  }
  const of = (kind: 'member' | 'group') =>
    rows.filter((row) => row.kind === kind).map((row) => row.id);
  const called = ({ id }: { id: string }): Named => ({ id, name: known.get(id)?.name ?? '' });
  const members = of('member');
  const groups = of('group');
  if (members.length > 0) {
    const inserted = await sql<{ id: string }>`
      insert into group_member (organization_id, group_id, member_id)
      select ${tx.organization.id}, ${group}, id from unnest(${members}::uuid[]) as id
      on conflict do nothing returning member_id as id
    `.execute(db);
    delta.addedMembers = inserted.rows.map(called);
  }
  if (groups.length > 0) {
    const inserted = await sql<{ id: string }>`
      insert into nested_group (organization_id, parent_id, child_id)
      select ${tx.organization.id}, ${group}, id from unnest(${groups}::uuid[]) as id
      on conflict do nothing returning child_id as id
    `.execute(db);
    delta.addedGroups = inserted.rows.map(called);
  }
  return delta;
}

async function remove(
  tx: WriteSession,
  group: string,
  comparand: Sql,
  comparison = sql`=`,
): Promise<NamedDelta> {
  const db = tx.em.getKysely();
  const members = await sql<Named>`
    delete from group_member x using member m
    where x.organization_id = ${tx.organization.id} and x.group_id = ${group}
      and x.member_id ${comparison} ${comparand}
      and m.organization_id = x.organization_id and m.id = x.member_id
    returning m.id, m.display_name as name
  `.execute(db);
  const groups = await sql<Named>`
    delete from nested_group x using directory_group g
    where x.organization_id = ${tx.organization.id} and x.parent_id = ${group}
      and x.child_id ${comparison} ${comparand}
      and g.organization_id = x.organization_id and g.id = x.child_id
    returning g.id, g.display_name as name
  `.execute(db);
  return { ...empty(), removedMembers: members.rows, removedGroups: groups.rows };
}

async function replace(
  tx: WriteSession,
  group: string,
  ids: readonly string[],
): Promise<NamedDelta> {
  const removed = await remove(tx, group, sql`all(${uuids(ids)}::uuid[])`, sql`<>`);
  const added = await add(tx, group, ids);
  return { ...removed, addedMembers: added.addedMembers, addedGroups: added.addedGroups };
}

function empty(): NamedDelta {
  return { addedMembers: [], removedMembers: [], addedGroups: [], removedGroups: [] };
}

function uuids(ids: readonly string[]): string[] {
  return [...new Set(ids.filter(isUuid).map((id) => id.toLowerCase()))];
}

/**
 * Who is directly in each of the groups, in the order of their ids.
 *
 * @param range for each group: those behind an id, and no more than so many.
 */
export async function groupMembers(
  session: DirectorySession,
  groups: readonly string[],
  { after, most }: { readonly after?: string; readonly most?: number } = {},
): Promise<GroupMemberView[]> {
  demand(session, 'groups:read');
  if (groups.length === 0) return [];
  const organization = session.organization.id;
  const start = after ?? null;
  const limit = most ?? null;
  const { rows } = await sql<{
    group_id: string;
    id: string;
    type: 'member' | 'group';
    name: string;
  }>`
    select wanted.id as group_id, found.id, found.type, found.name
    from unnest(${groups}::uuid[]) wanted (id) cross join lateral (
      (select x.member_id as id, 'member' as type, m.display_name as name
      from group_member x join member m
        on m.organization_id = x.organization_id and m.id = x.member_id
      where x.organization_id = ${organization} and x.group_id = wanted.id
        and (${start}::uuid is null or x.member_id > ${start}::uuid)
      order by x.member_id limit ${limit}::bigint)
      union all
      (select x.child_id, 'group', g.display_name
      from nested_group x join directory_group g
        on g.organization_id = x.organization_id and g.id = x.child_id
      where x.organization_id = ${organization} and x.parent_id = wanted.id
        and (${start}::uuid is null or x.child_id > ${start}::uuid)
      order by x.child_id limit ${limit}::bigint)
      order by id limit ${limit}::bigint
    ) found
    order by 1, 2
  `.execute(session.em.getKysely());
  return rows.map((row) => ({
    groupId: row.group_id,
    id: row.id,
    type: row.type,
    displayName: row.name,
  }));
}
