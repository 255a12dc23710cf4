import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import type { WriteSession } from './write.ts';

/** How deep a department can stand: the root is 0. */
export const maximumDepth = 20;
/** Of one organization, the root among them. */
export const maximumDepartments = 10_000;

/** @throws DirectoryError `conflict` when the organization has as many departments as it can */
export async function demandRoomForOneMore(tx: WriteSession): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from department where organization_id = ${tx.organization.id}
  `.execute(tx.em.getKysely());
  if ((rows[0]?.count ?? 0) >= maximumDepartments) {
    throw new DirectoryError(
      'conflict',
      `An organization has ${maximumDepartments} departments at the most.`,
    );
  }
}

/**
 * Checks that a department, with all below it, can stand below a parent. The caller holds the tree's lock.
 *
 * @param moved the department that comes; undefined for a new one
 * @throws DirectoryError `invalid-value` when the parent is the department itself or below it; `conflict`
 *   when the tree would be too deep
 */
export async function demandPlaceBelow(
  tx: WriteSession,
  parent: string,
  moved: string | undefined,
): Promise<void> {
  const organization = tx.organization.id;
  const { rows } = await sql<{ ancestor: string }>`
    with recursive above (id, parent_id) as (
      select id, parent_id from department where organization_id = ${organization} and id = ${parent}
      union all
      select d.id, d.parent_id from above a
        join department d on d.organization_id = ${organization} and d.id = a.parent_id
    ) select id as ancestor from above
  `.execute(tx.em.getKysely());
  if (rows.some(({ ancestor }) => ancestor === moved)) {
    throw new DirectoryError(
      'invalid-value',
      'parentId: a department cannot stand below itself or below what is below it.',
      { field: 'parentId' },
    );
  }
  const height = moved === undefined ? 0 : await heightOf(tx, moved);
  if (rows.length + height > maximumDepth) {
    throw new DirectoryError(
      'conflict',
      `Departments stand ${maximumDepth} levels below the root at the most.`,
      { field: 'parentId' },
    );
  }
}

/** How many levels are below a department. */
async function heightOf(tx: WriteSession, id: string): Promise<number> {
  const organization = tx.organization.id;
  const { rows } = await sql<{ height: number }>`
    with recursive below (id, level) as (
      select ${id}::uuid, 0
      union all
      select d.id, b.level + 1 from below b
        join department d on d.organization_id = ${organization} and d.parent_id = b.id
    ) select max(level) as height from below
  `.execute(tx.em.getKysely());
  return rows[0]?.height ?? 0;
}

/**
 * Makes room among the children of a parent; positions stay 0, 1, 2 … without a gap.
 *
 * @param wanted undefined, or beyond the last: after the last
 * @param moved is not counted among the children
 * @returns the position that is free now
 */
export async function makeRoom(
  tx: WriteSession,
  parent: string,
  wanted: number | undefined,
  moved: string | undefined,
): Promise<number> {
  const siblings = sql`organization_id = ${tx.organization.id} and parent_id = ${parent}
    and id is distinct from ${moved ?? null}::uuid`;
  const db = tx.em.getKysely();
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from department where ${siblings}
  `.execute(db);
  const last = rows[0]?.count ?? 0;
  const position = Math.min(wanted ?? last, last);
  if (position < last) {
    await sql`
      update department set position = position + 1 where ${siblings} and position >= ${position}
    `.execute(db);
  }
  return position;
}

/** Closes the gap that a department leaves among its siblings. */
export async function closeGap(
  tx: WriteSession,
  { id, parentId, position }: { id: string; parentId: string | null; position: number },
): Promise<void> {
  await sql`
    update department set position = position - 1
    where organization_id = ${tx.organization.id} and parent_id = ${parentId} and id <> ${id}
      and position > ${position}
  `.execute(tx.em.getKysely());
}
