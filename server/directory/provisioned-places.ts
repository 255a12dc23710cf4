import { sql } from 'kysely';
import { insertDepartment } from './change-departments.ts';
import { lockDepartmentTree } from './department-tree-lock.ts';
import type { MemberProfile } from './member-profile.ts';
import type { MemberView } from './member-view.ts';
import {
  departmentIds,
  departmentsCalled,
  type PlaceReference,
  roleIds,
} from './place-reference.ts';
import type { WriteSession } from './write.ts';

/**
 * The departments that a provisioned member shall belong to, the primary one first; undefined where they
 * stay. None at all means the root. Where the organization says so, the primary one is that which the
 * provider names, whenever it names another.
 */
export async function wantedDepartments(
  tx: WriteSession,
  current: MemberView,
  {
    departments,
    profile,
  }: { departments?: readonly PlaceReference[] | undefined; profile: MemberProfile },
): Promise<string[] | undefined> {
  const wanted = departments && (await departmentIds(tx, departments));
  const names = profile.department !== current.profile.department;
  if (names && (await followsProvider(tx))) {
    const before = current.departments.filter((each) => !each.primary).map(({ id }) => id);
    const followed = await followedDepartments(tx, profile, wanted ?? before);
    if (followed !== undefined) return followed;
  }
  return wanted?.length === 0 ? [await rootOf(tx)] : wanted;
}

/**
 * The department that the provider names, made below the root where it is missing, and the others.
 *
 * @returns undefined where it names none
 */
export async function followedDepartments(
  tx: WriteSession,
  { department }: MemberProfile,
  others: readonly string[],
): Promise<string[] | undefined> {
  const named = department?.trim();
  return named ? [...new Set([await departmentNamed(tx, named), ...others])] : undefined;
}

/** The roles that a provisioned member shall hold. None at all means the built-in role Member. */
export async function wantedRoles(
  tx: WriteSession,
  roles: readonly PlaceReference[],
): Promise<string[]> {
  if (roles.length > 0) return roleIds(tx, roles);
  const { rows } = await sql<{ id: string }>`
    select id from role where organization_id = ${tx.organization.id} and built_in = 'member'
  `.execute(tx.em.getKysely());
  return rows.map(({ id }) => id);
}

async function followsProvider(tx: WriteSession): Promise<boolean> {
  const { rows } = await sql<{ follows: boolean }>`
    select departments_follow_scim as follows from organization where id = ${tx.organization.id}
  `.execute(tx.em.getKysely());
  return rows[0]?.follows ?? false;
}

async function departmentNamed(tx: WriteSession, name: string): Promise<string> {
  const [known] = await departmentsCalled(tx, name);
  if (known !== undefined) return known;
  const root = await lockDepartmentTree(tx);
  // Somebody may have made it while we waited.
  const [meanwhile] = await departmentsCalled(tx, name);
  if (meanwhile !== undefined) return meanwhile;
  return (await insertDepartment(tx, { name, parentId: root })).id;
}

async function rootOf(tx: WriteSession): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select id from department where organization_id = ${tx.organization.id} and parent_id is null
  `.execute(tx.em.getKysely());
  const [root] = rows;
  if (root === undefined) throw new Error('An organization has a root department.');
  return root.id;
}
