import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { DirectoryError } from './errors.ts';
import { demandVersion, type VersionCondition } from './expected-version.ts';
import { changedFields, type FieldChange, secretChange } from './field-change.ts';
import { type AttributeTable, isUuid, type Sql } from './filter-sql.ts';
import { type Listed, type Listing, type ListQuery, listRows } from './listing.ts';
import { secretDigest } from './secret.ts';
import { type DirectorySession, demand } from './session.ts';
import { filterTable, type Shapes, sortTable } from './shapes.ts';
import { type WriteSession, write } from './write.ts';

type Json = Readonly<Record<string, unknown>>;

/** A type that the operator declares; each organization has resources of its own. */
export interface ResourceKind {
  readonly name: string;
  readonly shapes: Shapes;
}

export interface ResourceView {
  id: string;
  externalId: string | null;
  attributes: Json;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

/** A resource as it shall be. */
export interface ResourceState {
  externalId?: string | undefined;
  attributes: Json;
  /** The attributes, each value in the form by which it compares. */
  attributesKey: Json;
  /** Values that no other resource of the kind may have, in the form by which they compare. */
  uniqueValues: readonly { attribute: string; value: string | number | boolean }[];
}

/** Who may read and write members may do so with what surrounds them. */
const permissions = { read: 'members:read', write: 'members:write' } as const;

/** @throws DirectoryError `not-found` */
export async function getResource(
  session: DirectorySession,
  kind: ResourceKind,
  id: string,
): Promise<ResourceView> {
  demand(session, permissions.read);
  return loadResource(session, kind, id);
}

/** A page of the resources of a kind that a filter matches, and how many it matches in all. */
export async function findResources(
  session: DirectorySession,
  kind: ResourceKind,
  query: ListQuery,
): Promise<Listed<ResourceView>> {
  demand(session, permissions.read);
  return listRows(session, listingOf(kind), query);
}

const ownAttributes: AttributeTable = {
  id: { type: 'uuid', column: sql`x.id` },
  externalId: { type: 'exact', column: sql`x.external_id` },
  createdAt: { type: 'time', column: sql`x.created_at` },
  updatedAt: { type: 'time', column: sql`x.updated_at` },
  version: { type: 'exact', column: sql`x.version::text` },
};

/** The name of an attribute of the row itself: no attribute of a document begins with `@`. */
export function ownAttribute(name: 'id' | 'externalId' | 'createdAt' | 'updatedAt' | 'version') {
  return `@${name}`;
}

function listingOf({ name, shapes }: ResourceKind): Listing<ResourceView> {
  const own = Object.entries(ownAttributes).map(([key, value]) => [`@${key}`, value]);
  const document = sql`x.attributes_key`;
  return {
    table: sql`scim_resource x`,
    alias: 'x',
    attributes: { ...filterTable(shapes, document), ...Object.fromEntries(own) },
    sorts: { ...sortTable(shapes, document), ...Object.fromEntries(own) },
    scope: sql`x.type = ${name}`,
    load: (session, condition, rest) =>
      loadResources(session, sql`x.type = ${name} and ${condition}`, rest),
  };
}

/** @throws DirectoryError `not-unique` naming the attribute */
export async function createResource(
  session: DirectorySession,
  kind: ResourceKind,
  state: ResourceState,
): Promise<ResourceView> {
  demand(session, permissions.write);
  return write(session, async (tx) => {
    const id = uuidv7();
    await sql`
      insert into scim_resource (organization_id, id, type, external_id, attributes, attributes_key,
        created_at, updated_at, version)
      values (${tx.organization.id}, ${id}, ${kind.name}, ${state.externalId ?? null},
        ${JSON.stringify(state.attributes)}::jsonb, ${JSON.stringify(state.attributesKey)}::jsonb,
        ${tx.now}, ${tx.now}, 1)
    `.execute(tx.em.getKysely());
    await claimValues(tx, kind, id, state);
    tx.record({
      subject: 'scim-resource',
      subjectId: id,
      kind: 'created',
      name: kind.name,
      fields: fieldsChanged({}, state),
    });
    return loadResource(tx, kind, id);
  });
}

/**
 * Changes a resource under a lock: `change` sees it as it stands and answers what it shall be, or
 * undefined when nothing changes. It cannot wait for anything: others wait for the lock.
 *
 * @throws DirectoryError `not-found`; `not-unique` naming the attribute
 */
export async function changeResource(
  session: DirectorySession,
  kind: ResourceKind,
  id: string,
  change: (current: ResourceView) => ResourceState | undefined,
): Promise<ResourceView> {
  demand(session, permissions.write);
  return write(session, async (tx) => {
    const current = await loadResource(tx, kind, id, sql`for no key update`);
    const state = change(current);
    if (state === undefined) return current;
    await sql`
      update scim_resource set external_id = ${state.externalId ?? null},
        attributes = ${JSON.stringify(state.attributes)}::jsonb,
        attributes_key = ${JSON.stringify(state.attributesKey)}::jsonb,
        updated_at = ${tx.now}, version = version + 1
      where organization_id = ${tx.organization.id} and id = ${current.id}
    `.execute(tx.em.getKysely());
    await claimValues(tx, kind, current.id, state);
    tx.record({
      subject: 'scim-resource',
      subjectId: current.id,
      kind: 'updated',
      name: kind.name,
      fields: fieldsChanged(current, state),
    });
    return loadResource(tx, kind, current.id);
  });
}

/** @throws DirectoryError `not-found`, `version-mismatch` */
export async function deleteResource(
  session: DirectorySession,
  kind: ResourceKind,
  id: string,
  condition: VersionCondition = {},
): Promise<void> {
  demand(session, permissions.write);
  await write(session, async (tx) => {
    const current = await loadResource(tx, kind, id, sql`for update`);
    demandVersion(current.version, condition, 'resource');
    await sql`
      delete from scim_resource where organization_id = ${tx.organization.id} and id = ${current.id}
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'scim-resource',
      subjectId: current.id,
      kind: 'deleted',
      name: kind.name,
      fields: fieldsChanged(current, {}),
    });
  });
}

interface Told {
  externalId?: string | null | undefined;
  attributes?: Json;
}

/** What the audit tells: which attributes changed, and no value, for nobody says which are secrets. */
function fieldsChanged(before: Told, after: Told): Record<string, FieldChange> {
  const [was, is] = [before.attributes ?? {}, after.attributes ?? {}];
  const changed = Object.keys({ ...was, ...is }).filter(
    (attribute) => JSON.stringify(was[attribute]) !== JSON.stringify(is[attribute]),
  );
  return {
    ...Object.fromEntries(changed.map((attribute) => [attribute, secretChange])),
    ...changedFields({ externalId: before.externalId }, { externalId: after.externalId }),
  };
}

/**
 * Takes the values that must be unique, and lets go of those that were. Two who want one value wait for
 * each other at the index; the second finds it taken.
 */
async function claimValues(
  tx: WriteSession,
  { name }: ResourceKind,
  id: string,
  { uniqueValues }: ResourceState,
): Promise<void> {
  const db = tx.em.getKysely();
  const wanted = uniqueValues.map(({ attribute, value }) => ({
    attribute,
    hash: secretDigest(JSON.stringify(value)),
  }));
  const given = sql`jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (attribute text, hash text)`;
  const mine = sql`u.organization_id = ${tx.organization.id} and u.type = ${name}`;
  await sql`
    delete from scim_unique_value u
    where ${mine} and u.resource_id = ${id}
      and not exists (select 1 from ${given} where w.attribute = u.attribute and w.hash = u.value_hash)
  `.execute(db);
  if (wanted.length === 0) return;
  // In one order, so that two writers cannot wait for each other.
  await sql`
    insert into scim_unique_value (organization_id, type, attribute, value_hash, resource_id)
    select distinct ${tx.organization.id}::uuid, ${name}, w.attribute, w.hash, ${id}::uuid from ${given}
    order by 3, 4
    on conflict do nothing
  `.execute(db);
  const { rows } = await sql<{ attribute: string }>`
    select u.attribute from scim_unique_value u
    join ${given} on w.attribute = u.attribute and w.hash = u.value_hash
    where ${mine} and u.resource_id <> ${id}
    limit 1
  `.execute(db);
  const [taken] = rows;
  if (taken !== undefined) {
    throw new DirectoryError('not-unique', `Another ${name} has this ${taken.attribute}.`, {
      field: taken.attribute,
    });
  }
}

async function loadResource(
  session: DirectorySession,
  { name }: ResourceKind,
  id: string,
  lock: Sql = sql``,
): Promise<ResourceView> {
  const [resource] = isUuid(id)
    ? await loadResources(session, sql`x.type = ${name} and x.id = ${id}`, lock)
    : [];
  if (resource === undefined) throw new DirectoryError('not-found', `There is no such ${name}.`);
  return resource;
}

async function loadResources(
  session: DirectorySession,
  condition: Sql,
  rest: Sql,
): Promise<ResourceView[]> {
  const { rows } = await sql<{
    id: string;
    external_id: string | null;
    attributes: Json;
    created_at: string;
    updated_at: string;
    version: number;
  }>`
    select x.id, x.external_id, x.attributes, x.created_at, x.updated_at, x.version
    from scim_resource x
    where x.organization_id = ${session.organization.id} and ${condition}
    ${rest}
  `.execute(session.em.getKysely());
  return rows.map((row) => ({
    id: row.id,
    externalId: row.external_id,
    attributes: row.attributes,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    version: row.version,
  }));
}
