import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import type { Permission } from './permissions.ts';
import type { DirectorySession } from './session.ts';

/** How many departments, or roles, one member can have. */
const maximumPlaces = 100;

/**
 * The departments that a member shall belong to, without repetitions. The first is the primary one.
 *
 * @throws DirectoryError `invalid-value` for none or too many, `unknown-reference`
 */
export async function acceptDepartments(
  session: DirectorySession,
  wanted: readonly string[],
): Promise<string[]> {
  const ids = acceptIds(wanted, 'departments');
  const { rows } = await sql<{ id: string }>`
    select id from department
    where organization_id = ${session.organization.id} and id = any(${ids}::uuid[])
  `.execute(session.em.getKysely());
  refuseUnknown(ids, rows, 'departments');
  return ids;
}

/**
 * The roles that a member shall hold, without repetitions. Nobody grants a role that carries a
 * permission which they do not hold.
 *
 * @param held ids of the roles that the member holds already
 * @throws DirectoryError `invalid-value` for none or too many, `unknown-reference`, `forbidden`
 */
export async function acceptRoles(
  session: DirectorySession,
  wanted: readonly string[],
  held: readonly string[] = [],
): Promise<string[]> {
  const ids = acceptIds(wanted, 'roles');
  const { rows } = await sql<{ id: string; name: string; permissions: Permission[] }>`
    select id, name, permissions from role
    where organization_id = ${session.organization.id} and id = any(${ids}::uuid[])
  `.execute(session.em.getKysely());
  refuseUnknown(ids, rows, 'roles');
  for (const role of rows) {
    const lacking = role.permissions.find((permission) => !session.permissions.has(permission));
    if (lacking !== undefined && !held.includes(role.id)) {
      throw new DirectoryError(
        'forbidden',
        `Only who holds ${lacking} can give the role ${role.name}.`,
        { field: 'roles' },
      );
    }
  }
  return ids;
}

function acceptIds(wanted: readonly string[], field: 'departments' | 'roles'): string[] {
  const ids = [...new Set(wanted.map((id) => id.toLowerCase()))];
  if (ids.length === 0) {
    throw new DirectoryError('invalid-value', `${field} must name one at least`, { field });
  }
  if (ids.length > maximumPlaces) {
    throw new DirectoryError('invalid-value', `${field} names more than ${maximumPlaces}`, {
      field,
    });
  }
  if (!ids.every(isUuid)) throw unknown(field);
  return ids;
}

function refuseUnknown(
  ids: readonly string[],
  found: readonly unknown[],
  field: 'departments' | 'roles',
): void {
  if (found.length < ids.length) throw unknown(field);
}

function unknown(field: 'departments' | 'roles'): DirectoryError {
  return new DirectoryError(
    'unknown-reference',
    field === 'departments' ? 'There is no such department.' : 'There is no such role.',
    { field },
  );
}
