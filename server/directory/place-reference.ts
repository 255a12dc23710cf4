import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';
import type { DirectorySession } from './session.ts';

/** A department or a role, by its id or by its name; a department also by its path. */
export type PlaceReference = { readonly id: string } | { readonly name: string };

/**
 * The ids of departments that are referred to.
 *
 * @throws DirectoryError `unknown-reference`; `invalid-value` for a name that several have
 */
export async function departmentIds(
  session: DirectorySession,
  wanted: readonly PlaceReference[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const reference of wanted) {
    if ('id' in reference) ids.push(reference.id);
    else {
      const [found, other] = await departmentsCalled(session, reference.name);
      if (found === undefined) {
        throw unknown('departments', `There is no department ${reference.name}.`);
      }
      if (other !== undefined) {
        throw new DirectoryError(
          'invalid-value',
          `departments: several are called ${reference.name}: give the id or the path`,
          { field: 'departments' },
        );
      }
      ids.push(found);
    }
  }
  return ids;
}

/**
 * The ids of the departments that have a name, or of the one that has the path: from the root down or
 * from below it. The one nearest to the root comes first.
 */
export async function departmentsCalled(
  session: DirectorySession,
  name: string,
): Promise<string[]> {
  const key = identifierKey(name.normalize('NFC').trim());
  const organization = session.organization.id;
  const db = session.em.getKysely();
  const named = await sql<{ id: string }>`
    select id from department where organization_id = ${organization} and name_key = ${key}
  `.execute(db);
  if (named.rows.length === 1 || (named.rows.length === 0 && !key.includes('/'))) {
    return named.rows.map(({ id }) => id);
  }
  const { rows } = await sql<{ id: string; by_name: boolean }>`
    with recursive tree (id, name_key, path, below, level) as (
      select id, name_key, name_key, null, 0 from department
        where organization_id = ${organization} and parent_id is null
      union all
      select d.id, d.name_key, tree.path || '/' || d.name_key,
          case when tree.below is null then d.name_key else tree.below || '/' || d.name_key end,
          tree.level + 1
        from tree join department d on d.organization_id = ${organization} and d.parent_id = tree.id
    )
    select id, name_key = ${key} as by_name from tree
    where name_key = ${key} or path = ${key} or below = ${key}
    order by by_name desc, level, id
  `.execute(db);
  const byName = rows.filter((row) => row.by_name);
  return (byName.length > 0 ? byName : rows).map(({ id }) => id);
}

/**
 * The ids of roles that are referred to.
 *
 * @throws DirectoryError `unknown-reference`
 */
export async function roleIds(
  session: DirectorySession,
  wanted: readonly PlaceReference[],
): Promise<string[]> {
  const names = wanted.flatMap((reference) => ('name' in reference ? [reference.name] : []));
  const keys = names.map((name) => identifierKey(name.normalize('NFC').trim()));
  const { rows } = await sql<{ id: string; name_key: string }>`
    select id, name_key from role
    where organization_id = ${session.organization.id} and name_key = any(${keys}::text[])
  `.execute(session.em.getKysely());
  const byKey = new Map(rows.map((row) => [row.name_key, row.id]));
  return wanted.map((reference) => {
    if ('id' in reference) return reference.id;
    const id = byKey.get(identifierKey(reference.name.normalize('NFC').trim()));
    if (id === undefined) throw unknown('roles', `There is no role ${reference.name}.`);
    return id;
  });
}

function unknown(field: 'departments' | 'roles', message: string): DirectoryError {
  return new DirectoryError('unknown-reference', message, { field });
}
