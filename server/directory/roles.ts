import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { DirectoryError } from './errors.ts';
import { demandVersion, type VersionCondition } from './expected-version.ts';
import { changedFields } from './field-change.ts';
import { isUuid, type Sql } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { type Listed, type Listing, type ListQuery, listRows } from './listing.ts';
import { type BuiltInRole, type Permission, permissions } from './permissions.ts';
import { type DirectorySession, demand, demandHeld } from './session.ts';
import { acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

export interface RoleView {
  id: string;
  name: string;
  /** What an identity provider calls it. */
  externalId: string | null;
  /** Null for a custom role. */
  builtIn: BuiltInRole | null;
  /** In the order of the catalogue. */
  permissions: Permission[];
  /** Members of any status who hold it. */
  memberCount: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

/** Every role: the built-in ones first, in the order of what they allow, then the others by name. */
export async function listRoles(session: DirectorySession): Promise<RoleView[]> {
  demand(session, 'roles:read');
  return loadRoles(
    session,
    sql`true`,
    sql`order by r.built_in is null,
      cardinality(r.permissions) * (r.built_in is not null)::int desc, r.name_key collate "C"`,
  );
}

const roles: Listing<RoleView> = {
  table: sql`role r`,
  alias: 'r',
  attributes: {
    id: { type: 'uuid', column: sql`r.id` },
    externalId: { type: 'exact', column: sql`r.external_id` },
    name: { type: 'folded', column: sql`r.name`, key: sql`r.name_key` },
    builtIn: { type: 'boolean', column: sql`(r.built_in is not null)` },
    permissions: {
      type: 'many',
      from: sql`unnest(r.permissions) as x (value)`,
      on: sql`true`,
      of: { value: { type: 'exact', column: sql`x.value` } },
    },
    createdAt: { type: 'time', column: sql`r.created_at` },
    updatedAt: { type: 'time', column: sql`r.updated_at` },
    version: { type: 'exact', column: sql`r.version::text` },
  },
  load: loadRoles,
};

/** A page of the roles that a filter matches, and how many it matches in all. */
export async function findRoles(
  session: DirectorySession,
  query: ListQuery,
): Promise<Listed<RoleView>> {
  demand(session, 'roles:read');
  return listRows(session, roles, query);
}

/** @throws DirectoryError `not-found` */
export async function getRole(session: DirectorySession, id: string): Promise<RoleView> {
  demand(session, 'roles:read');
  return loadRole(session, id);
}

/**
 * Makes a custom role.
 *
 * @throws DirectoryError `forbidden` when the actor lacks one of its permissions; `not-unique`,
 *   `invalid-value`
 */
export async function createRole(
  session: DirectorySession,
  input: { name: string; externalId?: string | undefined; permissions: readonly Permission[] },
): Promise<RoleView> {
  demand(session, 'roles:write');
  demandHeld(session, input.permissions);
  const name = acceptName(input.name, 'name');
  return write(session, async (tx) => {
    const id = uuidv7();
    await sql`
      insert into role
        (organization_id, id, name, name_key, external_id, permissions, created_at, updated_at, version)
      values (${tx.organization.id}, ${id}, ${name}, ${identifierKey(name)},
        ${input.externalId ?? null}, ${inOrder(input.permissions)}::text[], ${tx.now}, ${tx.now}, 1)
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'role',
      subjectId: id,
      kind: 'created',
      name,
      fields: changedFields({}, { name, permissions: inOrder(input.permissions) }),
    });
    return loadRole(tx, id);
  });
}

/** What shall become of a role; what is left out stays. */
export interface RoleChange {
  name?: string | undefined;
  /** Null takes it away. */
  externalId?: string | null | undefined;
  permissions?: readonly Permission[] | undefined;
}

/**
 * Renames a custom role or changes what it allows; what is left out stays.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`, `not-unique`, `invalid-value`; `forbidden` when
 *   the actor lacks a permission that the role has or shall have; `conflict` for a built-in role
 */
export async function changeRole(
  session: DirectorySession,
  id: string,
  change: RoleChange,
  condition: VersionCondition = {},
): Promise<RoleView> {
  demand(session, 'roles:write');
  return write(session, async (tx) => {
    const current = await lockCustomRole(tx, id, sql`for no key update of r`, condition);
    const name = change.name === undefined ? current.name : acceptName(change.name, 'name');
    const held = inOrder(change.permissions ?? current.permissions);
    demandHeld(session, held);
    const externalId = change.externalId === undefined ? current.externalId : change.externalId;
    if (
      name === current.name &&
      externalId === current.externalId &&
      held.join() === current.permissions.join()
    ) {
      return current;
    }
    await sql`
      update role set name = ${name}, name_key = ${identifierKey(name)},
        external_id = ${externalId},
        permissions = ${held}::text[], updated_at = ${tx.now}, version = version + 1
      where organization_id = ${tx.organization.id} and id = ${current.id}
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'role',
      subjectId: current.id,
      kind: 'updated',
      name,
      fields: changedFields(
        { name: current.name, permissions: current.permissions },
        { name, permissions: held },
      ),
    });
    return loadRole(tx, current.id);
  });
}

/**
 * Deletes a custom role that nobody holds.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`; `in-use` with the count of `members` who hold
 *   it; `forbidden` when the actor lacks one of its permissions; `conflict` for a built-in role
 */
export async function deleteRole(
  session: DirectorySession,
  id: string,
  condition: VersionCondition = {},
): Promise<void> {
  demand(session, 'roles:write');
  await write(session, async (tx) => {
    // Who is being given it has it locked by a foreign key: they are waited for, and counted.
    await lockCustomRole(tx, id, sql`for update of r`, condition);
    const { id: role, name, permissions: held, memberCount } = await loadRole(tx, id);
    if (memberCount > 0) {
      throw new DirectoryError(
        'in-use',
        `${memberCount} ${memberCount === 1 ? 'member holds' : 'members hold'} the role ${name}.`,
        { counts: { members: memberCount } },
      );
    }
    await sql`
      delete from role where organization_id = ${tx.organization.id} and id = ${role}
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'role',
      subjectId: role,
      kind: 'deleted',
      name,
      fields: changedFields({ name, permissions: held }, {}),
    });
  });
}

async function lockCustomRole(
  tx: WriteSession,
  id: string,
  lock: Sql,
  condition: VersionCondition,
): Promise<RoleView> {
  const role = await loadRole(tx, id, lock);
  demandVersion(role.version, condition, 'role');
  if (role.builtIn !== null) {
    throw new DirectoryError('conflict', `The role ${role.name} is built in and stays as it is.`);
  }
  demandHeld(tx, role.permissions);
  return role;
}

async function loadRole(session: DirectorySession, id: string, lock?: Sql): Promise<RoleView> {
  const [role] = isUuid(id) ? await loadRoles(session, sql`r.id = ${id}`, lock) : [];
  if (role === undefined) throw new DirectoryError('not-found', 'There is no such role.');
  return role;
}

async function loadRoles(
  session: DirectorySession,
  condition: Sql,
  rest: Sql = sql``,
): Promise<RoleView[]> {
  const { rows } = await sql<{
    id: string;
    name: string;
    external_id: string | null;
    built_in: BuiltInRole | null;
    permissions: Permission[];
    members: number;
    created_at: string;
    updated_at: string;
    version: number;
  }>`
    select r.id, r.name, r.external_id, r.built_in, r.permissions, r.created_at, r.updated_at, r.version,
      (select count(*)::int from member_role mr
        where mr.organization_id = r.organization_id and mr.role_id = r.id) as members
    from role r
    where r.organization_id = ${session.organization.id} and ${condition}
    ${rest}
  `.execute(session.em.getKysely());
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    externalId: row.external_id,
    builtIn: row.built_in,
    permissions: inOrder(row.permissions),
    memberCount: row.members,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    version: row.version,
  }));
}

function inOrder(held: readonly Permission[]): Permission[] {
  return permissions.filter((permission) => held.includes(permission));
}
