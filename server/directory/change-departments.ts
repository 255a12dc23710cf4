import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { closeGap, demandPlaceBelow, demandRoomForOneMore, makeRoom } from './department-place.ts';
import { lockDepartmentTree } from './department-tree-lock.ts';
import type { DepartmentNode } from './departments.ts';
import { DirectoryError } from './errors.ts';
import { demandVersion, type VersionCondition } from './expected-version.ts';
import { changedFields, type FieldInput } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { demandInitialAdministrator } from './initial-administrator.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

/** Where a new department shall stand. */
export type NewDepartmentPlace =
  /** Below a department, at a position among its children; without one, after the last. */
  | { parentId: string; position?: number | undefined }
  /** On the same level as a department, next after it. */
  | { besideId: string };

export type NewDepartment = {
  name: string;
  /** What an identity provider calls it. */
  externalId?: string | undefined;
} & NewDepartmentPlace;

/**
 * Makes a department.
 *
 * @throws DirectoryError `not-unique` (a sibling has the name), `invalid-value`, `unknown-reference`;
 *   `conflict` beside the root, too deep, or one too many
 */
export async function createDepartment(
  session: DirectorySession,
  input: NewDepartment,
): Promise<DepartmentNode> {
  demand(session, 'departments:write');
  return write(session, async (tx) => {
    await lockDepartmentTree(tx);
    return insertDepartment(tx, input);
  });
}

/** The part of `createDepartment` that runs while the tree is locked. */
export async function insertDepartment(
  tx: WriteSession,
  input: NewDepartment,
): Promise<DepartmentNode> {
  const name = acceptName(input.name, 'name');
  const { parentId, position: wanted } = await placeOf(tx, input);
  await demandRoomForOneMore(tx);
  await demandPlaceBelow(tx, parentId, undefined);
  const position = await makeRoom(tx, parentId, acceptPosition(wanted), undefined);
  const id = uuidv7();
  await sql`
    insert into department
      (organization_id, id, parent_id, name, name_key, external_id, position, created_at, updated_at,
        version)
    values (${tx.organization.id}, ${id}, ${parentId}, ${name}, ${identifierKey(name)},
      ${input.externalId ?? null}, ${position}, ${tx.now}, ${tx.now}, 1)
  `.execute(tx.em.getKysely());
  const made = { id, parentId, name, position, version: 1 };
  tx.record({
    subject: 'department',
    subjectId: id,
    kind: 'created',
    name,
    fields: changedFields({}, await departmentFields(tx, made)),
  });
  return made;
}

async function placeOf(
  tx: WriteSession,
  place: NewDepartmentPlace,
): Promise<{ parentId: string; position: number | undefined }> {
  if ('parentId' in place) {
    const parent = await findDepartment(tx, place.parentId);
    if (parent === undefined) throw unknownDepartment('parentId');
    return { parentId: parent.id, position: place.position };
  }
  const sibling = await findDepartment(tx, place.besideId);
  if (sibling === undefined) throw unknownDepartment('besideId');
  if (sibling.parentId === null) {
    throw new DirectoryError('conflict', 'There is one root: nothing stands beside it.', {
      field: 'besideId',
    });
  }
  return { parentId: sibling.parentId, position: sibling.position + 1 };
}

/** What shall become of a department; what is left out stays. */
export interface DepartmentChange {
  name?: string | undefined;
  /** What an identity provider calls it; null takes it away. */
  externalId?: string | null | undefined;
  /** The department that it shall stand below. */
  parentId?: string | undefined;
  /** Among the children of its (new) parent, itself left out; beyond the last means after the last. */
  position?: number | undefined;
}

/**
 * Renames, moves or reorders a department; nothing changed means no new version. Its siblings' positions
 * follow without a new version of theirs.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`, `not-unique`, `invalid-value` (also for a move
 *   below itself), `unknown-reference`; `forbidden` when another than the initial administrator renames
 *   the root; `conflict` when the root would move or the tree would be too deep
 */
export async function changeDepartment(
  session: DirectorySession,
  id: string,
  change: DepartmentChange,
  condition: VersionCondition = {},
): Promise<DepartmentNode> {
  demand(session, 'departments:write');
  return write(session, async (tx) => {
    await lockDepartmentTree(tx);
    const current = await getDepartment(tx, id);
    demandVersion(current.version, condition, 'department');
    const name = await acceptNewName(tx, current, change.name);
    const place = await move(tx, current, change);
    const externalId = change.externalId === undefined ? current.externalId : change.externalId;
    const next = { ...current, ...place, name, externalId };
    if (
      next.name === current.name &&
      next.externalId === current.externalId &&
      next.parentId === current.parentId &&
      next.position === current.position
    ) {
      return current;
    }
    await sql`
      update department set name = ${name}, name_key = ${identifierKey(name)},
        external_id = ${externalId},
        parent_id = ${next.parentId}, position = ${next.position}, updated_at = ${tx.now},
        version = version + 1
      where organization_id = ${tx.organization.id} and id = ${current.id}
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'department',
      subjectId: current.id,
      kind: 'updated',
      action: next.parentId === current.parentId ? undefined : 'department.moved',
      name,
      fields: changedFields(await departmentFields(tx, current), await departmentFields(tx, next)),
    });
    return { ...next, version: current.version + 1 };
  });
}

async function acceptNewName(
  tx: WriteSession,
  current: DepartmentNode,
  wanted: string | undefined,
): Promise<string> {
  if (wanted === undefined) return current.name;
  const name = acceptName(wanted, 'name');
  if (current.parentId === null && name !== current.name) {
    await demandInitialAdministrator(tx, 'rename the root department');
  }
  return name;
}

async function move(
  tx: WriteSession,
  current: DepartmentNode,
  { parentId, position }: DepartmentChange,
): Promise<Pick<DepartmentNode, 'parentId' | 'position'>> {
  if (parentId === undefined && position === undefined) return current;
  if (current.parentId === null) {
    throw new DirectoryError('conflict', 'The root department stays where it is.', {
      field: parentId === undefined ? 'position' : 'parentId',
    });
  }
  const wanted = acceptPosition(position);
  const target = parentId === undefined ? current.parentId : await referenceOf(tx, parentId);
  const stays = target === current.parentId;
  if (stays && wanted === undefined) return current;
  if (!stays) await demandPlaceBelow(tx, target, current.id);
  await closeGap(tx, current);
  return { parentId: target, position: await makeRoom(tx, target, wanted, current.id) };
}

async function referenceOf(tx: WriteSession, parentId: string): Promise<string> {
  const parent = await findDepartment(tx, parentId);
  if (parent === undefined) throw unknownDepartment('parentId');
  return parent.id;
}

/**
 * Deletes a department that nobody is in and nothing is below.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`; `in-use` with the counts of `members` and
 *   `departments` that stand in the way; `conflict` for the root
 */
export async function deleteDepartment(
  session: DirectorySession,
  id: string,
  condition: VersionCondition = {},
): Promise<void> {
  demand(session, 'departments:write');
  await write(session, async (tx) => {
    await lockDepartmentTree(tx);
    // Who is coming into it has it locked by a foreign key: they are waited for, and counted.
    const department = await getDepartment(tx, id, sql`for update`);
    demandVersion(department.version, condition, 'department');
    if (department.parentId === null) {
      throw new DirectoryError('conflict', 'The root department cannot be deleted.');
    }
    const { members, departments } = await countInTheWay(tx, department.id);
    if (members + departments > 0) {
      throw new DirectoryError(
        'in-use',
        `${department.name} has ${count(members, 'member')} and ${count(departments, 'sub-department')}.`,
        { counts: { members, departments } },
      );
    }
    await sql`
      delete from department where organization_id = ${tx.organization.id} and id = ${department.id}
    `.execute(tx.em.getKysely());
    await closeGap(tx, department);
    tx.record({
      subject: 'department',
      subjectId: department.id,
      kind: 'deleted',
      name: department.name,
      fields: changedFields(await departmentFields(tx, department), {}),
    });
  });
}

/** What the audit tells of a department. */
async function departmentFields(
  tx: WriteSession,
  { name, parentId, position }: DepartmentNode,
): Promise<Record<string, FieldInput>> {
  const parent = parentId === null ? undefined : await findDepartment(tx, parentId);
  return { name, parent: parent?.name, position };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

async function countInTheWay(
  tx: WriteSession,
  id: string,
): Promise<{ members: number; departments: number }> {
  const organization = tx.organization.id;
  const { rows } = await sql<{ members: number; departments: number }>`
    select
      (select count(*)::int from member_department
        where organization_id = ${organization} and department_id = ${id}) as members,
      (select count(*)::int from department
        where organization_id = ${organization} and parent_id = ${id}) as departments
  `.execute(tx.em.getKysely());
  return rows[0] ?? { members: 0, departments: 0 };
}

interface DepartmentRow extends DepartmentNode {
  externalId: string | null;
}

/** @throws DirectoryError `not-found` */
async function getDepartment(tx: WriteSession, id: string, lock = sql``): Promise<DepartmentRow> {
  const department = await findDepartment(tx, id, lock);
  if (department === undefined) {
    throw new DirectoryError('not-found', 'There is no such department.');
  }
  return department;
}

/** A department of the organization by its id, which may be any text. */
export async function findDepartment(
  session: DirectorySession,
  id: string,
  lock = sql``,
): Promise<DepartmentRow | undefined> {
  if (!isUuid(id)) return undefined;
  const { rows } = await sql<{
    id: string;
    parent_id: string | null;
    name: string;
    external_id: string | null;
    position: number;
    version: number;
  }>`
    select id, parent_id, name, external_id, position, version from department
    where organization_id = ${session.organization.id} and id = ${id}
    ${lock}
  `.execute(session.em.getKysely());
  return rows.map(({ parent_id, external_id, ...row }) => ({
    ...row,
    parentId: parent_id,
    externalId: external_id,
  }))[0];
}

function unknownDepartment(field: string): DirectoryError {
  return new DirectoryError('unknown-reference', `${field}: there is no such department.`, {
    field,
  });
}

function acceptPosition(position: number | undefined): number | undefined {
  if (position !== undefined && !(Number.isInteger(position) && position >= 0)) {
    throw new DirectoryError('invalid-value', 'position is a whole number, from 0 on', {
      field: 'position',
    });
  }
  return position;
}
