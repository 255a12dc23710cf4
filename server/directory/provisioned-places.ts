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

/** What an identity provider says of a member's places. */
interface ProvidedPlaces {
  departments?: readonly PlaceReference[] | undefined;
  profile: MemberProfile;
}

/**
 * The departments that a provisioned member shall belong to, the primary one first; undefined where they
 * stay. None at all means the root. Where the organization says so, the primary one is that which the
 * provider names, whenever it names another.
 *
 * @param current undefined for a member who is being made
 */
export async function wantedDepartments(
  tx: WriteSession,
  current: Pick<MemberView, 'departments' | 'profile'> | undefined,
  { departments, profile }: ProvidedPlaces,
): Promise<string[] | undefined> {
  const wanted = departments && (await departmentIds(tx, departments));
  const named = profile.department?.trim();
  const names = Boolean(named) && profile.department !== current?.profile.department;
  if (named && names && (await followsProvider(tx))) {
    const primary = await departmentNamed(tx, named);
    const before = current?.departments.filter((each) => !each.primary).map(({ id }) => id);
    return [...new Set([primary, ...(wanted ?? before ?? [])])];
  }
  return wanted?.length === 0 ? [await rootOf(tx)] : wanted;
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

/** The department of this name or path, made below the root where there is none. */
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
