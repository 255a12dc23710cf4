import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { DirectoryError } from './errors.ts';
import { demandVersion } from './expected-version.ts';
import { changedFields } from './field-change.ts';
import { isUuid, type Sql } from './filter-sql.ts';
import { groupAttributes } from './group-attributes.ts';
import { applyMembership, type MembershipChange, recordMembership } from './group-membership.ts';
import { identifierKey } from './identifier-key.ts';
import { type Listed, type Listing, type ListQuery, listRows } from './listing.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

/** A group without its members, who may be many. */
export interface GroupView {
  id: string;
  displayName: string;
  externalId: string | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

export interface GroupState {
  displayName: string;
  externalId?: string | undefined;
}

interface GroupRow {
  id: string;
  display_name: string;
  external_id: string | null;
  created_at: string;
  updated_at: string;
  version: number;
}

/** @throws DirectoryError `not-found` */
export async function getGroup(session: DirectorySession, id: string): Promise<GroupView> {
  demand(session, 'groups:read');
  const [group] = isUuid(id) ? await loadGroups(session, sql`g.id = ${id}`) : [];
  if (group === undefined) throw new DirectoryError('not-found', 'There is no such group.');
  return group;
}

const groups: Listing<GroupView> = {
  table: sql`directory_group g`,
  alias: 'g',
  attributes: groupAttributes,
  identifiers: ['id', 'displayName', 'externalId'],
  load: loadGroups,
};

/** A page of the groups that a filter matches, and how many it matches in all. */
export async function findGroups(
  session: DirectorySession,
  query: ListQuery,
): Promise<Listed<GroupView>> {
  demand(session, 'groups:read');
  return listRows(session, groups, query);
}

/**
 * Makes a group with its first members.
 *
 * @throws DirectoryError `not-unique`, `invalid-value`, `unknown-reference`
 */
export async function createGroup(
  session: DirectorySession,
  state: GroupState,
  membership: readonly MembershipChange[] = [],
): Promise<GroupView> {
  demand(session, 'groups:write');
  return write(session, async (tx) => {
    const id = uuidv7();
    const { displayName, externalId } = accept(state);
    await sql`
      insert into directory_group
        (organization_id, id, display_name, display_name_key, external_id, created_at, updated_at, version)
      values (${tx.organization.id}, ${id}, ${displayName}, ${identifierKey(displayName)},
        ${externalId}, ${tx.now}, ${tx.now}, 1)
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'group',
      subjectId: id,
      kind: 'created',
      name: displayName,
      fields: changedFields({}, { name: displayName, externalId }),
    });
    await applyMembership(tx, { id, displayName }, membership);
    return reload(tx, id);
  });
}

/** What shall become of a group: its new state, where that changes, and changes of its membership. */
export interface GroupChange {
  state?: GroupState | undefined;
  membership: readonly MembershipChange[];
}

/**
 * Changes a group under a lock. The members are never read: adding one to a group of 100,000 costs what
 * adding it to an empty group costs. Nothing changed means no new version.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`, `not-unique`, `invalid-value`,
 *   `unknown-reference`
 */
export async function changeGroup(
  session: DirectorySession,
  id: string,
  change: (current: GroupView) => Promise<GroupChange> | GroupChange,
  { ifVersion }: { ifVersion?: (version: number) => boolean } = {},
): Promise<GroupView> {
  demand(session, 'groups:write');
  return write(session, async (tx) => {
    const current = await lockGroup(tx, id, ifVersion);
    const { state, membership } = await change(current);
    let changed = false;
    if (state !== undefined) {
      const { displayName, externalId } = accept(state);
      await sql`
        update directory_group set display_name = ${displayName},
          display_name_key = ${identifierKey(displayName)}, external_id = ${externalId}
        where organization_id = ${tx.organization.id} and id = ${id}
      `.execute(tx.em.getKysely());
      tx.record({
        subject: 'group',
        subjectId: id,
        kind: 'updated',
        name: displayName,
        fields: changedFields(
          { name: current.displayName, externalId: current.externalId },
          { name: displayName, externalId },
        ),
      });
      changed = true;
    }
    if (await applyMembership(tx, { ...current, ...state }, membership)) changed = true;
    if (!changed) return current;
    await sql`
      update directory_group set version = version + 1, updated_at = ${tx.now}
      where organization_id = ${tx.organization.id} and id = ${id}
    `.execute(tx.em.getKysely());
    return reload(tx, id);
  });
}

/** @throws DirectoryError `not-found`, `version-mismatch` */
export async function deleteGroup(
  session: DirectorySession,
  id: string,
  { ifVersion }: { ifVersion?: (version: number) => boolean } = {},
): Promise<void> {
  demand(session, 'groups:write');
  await write(session, async (tx) => {
    const group = await lockGroup(tx, id, ifVersion);
    const db = tx.em.getKysely();
    const parents = await sql<{ parent_id: string }>`
      delete from nested_group where organization_id = ${tx.organization.id} and child_id = ${id}
      returning parent_id
    `.execute(db);
    for (const { parent_id } of parents.rows) {
      recordMembership(tx, { id: parent_id }, { removedGroups: [{ id, name: group.displayName }] });
    }
    await sql`
      delete from directory_group where organization_id = ${tx.organization.id} and id = ${id}
    `.execute(db);
    tx.record({
      subject: 'group',
      subjectId: id,
      kind: 'deleted',
      externalId: group.externalId ?? undefined,
      name: group.displayName,
      fields: changedFields({ name: group.displayName, externalId: group.externalId }, {}),
    });
  });
}

async function lockGroup(
  tx: WriteSession,
  id: string,
  ifVersion: ((version: number) => boolean) | undefined,
): Promise<GroupView> {
  const [current] = isUuid(id)
    ? await loadGroups(tx, sql`g.id = ${id}`, sql`for no key update of g`)
    : [];
  if (current === undefined) throw new DirectoryError('not-found', 'There is no such group.');
  demandVersion(current.version, { ifVersion }, 'group');
  return current;
}

async function reload(tx: WriteSession, id: string): Promise<GroupView> {
  const [group] = await loadGroups(tx, sql`g.id = ${id}`);
  if (group === undefined) throw new Error('A group that was just written cannot be read.');
  return group;
}

function accept(state: GroupState): { displayName: string; externalId: string | null } {
  return {
    displayName: acceptName(state.displayName, 'displayName'),
    externalId: state.externalId ?? null,
  };
}

/** Loads groups of the session's organization; `condition` is over `g`, the group's row. */
export async function loadGroups(
  session: DirectorySession,
  condition: Sql,
  rest: Sql = sql``,
): Promise<GroupView[]> {
  const { rows } = await sql<GroupRow>`
    select g.id, g.display_name, g.external_id, g.created_at, g.updated_at, g.version
    from directory_group g
    where g.organization_id = ${session.organization.id} and ${condition}
    ${rest}
  `.execute(session.em.getKysely());
  return rows.map((row) => ({
    id: row.id,
    displayName: row.display_name,
    externalId: row.external_id,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    version: row.version,
  }));
}
