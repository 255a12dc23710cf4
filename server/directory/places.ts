import { sql } from 'kysely';
import type { BuiltInRole } from './permissions.ts';
import type { DirectorySession } from './session.ts';

/** The id of the organization's root department. */
export async function rootDepartment(session: DirectorySession): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from department where organization_id = ${session.organization.id} and parent_id is null
  `.execute(session.em.getKysely());
  if (rows[0] === undefined) throw new Error('The organization has no root department.');
  return rows[0].id;
}

/** The id of one of the organization's built-in roles. */
export async function builtInRole(session: DirectorySession, role: BuiltInRole): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from role where organization_id = ${session.organization.id} and built_in = ${role}
  `.execute(session.em.getKysely());
  if (rows[0] === undefined) throw new Error(`The organization has no built-in role ${role}.`);
  return rows[0].id;
}
