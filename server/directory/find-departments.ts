import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { type AttributeTable, isUuid, type Sql } from './filter-sql.ts';
import { type Listed, type Listing, type ListQuery, listRows } from './listing.ts';
import { type DirectorySession, demand } from './session.ts';

/** A department by itself, as it is listed without its tree. */
export interface DepartmentRecord {
  id: string;
  name: string;
  externalId: string | null;
  /** Null for the root only. */
  parent: { id: string; name: string } | null;
  /** The names from the root down to its own, with a slash between. */
  path: string;
  position: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

const pathOf = (name: 'name' | 'name_key') => sql`(
  with recursive up (parent_id, name, level) as (
    select d.parent_id, ${sql.ref(`d.${name}`)}, 0
    union all
    select p.parent_id, ${sql.ref(`p.${name}`)}, up.level + 1
      from up join department p on p.organization_id = d.organization_id and p.id = up.parent_id
  ) select string_agg(name, '/' order by level desc) from up)`;

const departmentAttributes: AttributeTable = {
  id: { type: 'uuid', column: sql`d.id` },
  externalId: { type: 'exact', column: sql`d.external_id` },
  name: { type: 'folded', column: sql`d.name`, key: sql`d.name_key` },
  parent: { type: 'uuid', column: sql`d.parent_id` },
  parentName: {
    type: 'folded',
    column: sql`(select p.name_key from department p
      where p.organization_id = d.organization_id and p.id = d.parent_id)`,
    key: sql`(select p.name_key from department p
      where p.organization_id = d.organization_id and p.id = d.parent_id)`,
  },
  path: { type: 'folded', column: pathOf('name'), key: pathOf('name_key') },
  position: { type: 'number', column: sql`d.position` },
  createdAt: { type: 'time', column: sql`d.created_at` },
  updatedAt: { type: 'time', column: sql`d.updated_at` },
  version: { type: 'exact', column: sql`d.version::text` },
};

const departments: Listing<DepartmentRecord> = {
  table: sql`department d`,
  alias: 'd',
  attributes: departmentAttributes,
  load: loadDepartments,
};

/** A page of the departments that a filter matches, and how many it matches in all. */
export async function findDepartments(
  session: DirectorySession,
  query: ListQuery,
): Promise<Listed<DepartmentRecord>> {
  demand(session, 'departments:read');
  return listRows(session, departments, query);
}

/** @throws DirectoryError `not-found` */
export async function getDepartment(
  session: DirectorySession,
  id: string,
): Promise<DepartmentRecord> {
  demand(session, 'departments:read');
  const [department] = isUuid(id) ? await loadDepartments(session, sql`d.id = ${id}`, sql``) : [];
  if (department === undefined) {
    throw new DirectoryError('not-found', 'There is no such department.');
  }
  return department;
}

async function loadDepartments(
  session: DirectorySession,
  condition: Sql,
  rest: Sql,
): Promise<DepartmentRecord[]> {
  const { rows } = await sql<{
    id: string;
    name: string;
    external_id: string | null;
    parent: DepartmentRecord['parent'];
    path: string;
    position: number;
    created_at: string;
    updated_at: string;
    version: number;
  }>`
    select d.id, d.name, d.external_id, d.position, d.created_at, d.updated_at, d.version,
      ${pathOf('name')} as path,
      (select jsonb_build_object('id', p.id, 'name', p.name) from department p
        where p.organization_id = d.organization_id and p.id = d.parent_id) as parent
    from department d
    where d.organization_id = ${session.organization.id} and ${condition}
    ${rest}
  `.execute(session.em.getKysely());
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    externalId: row.external_id,
    parent: row.parent,
    path: row.path,
    position: row.position,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    version: row.version,
  }));
}
