import { sql } from 'kysely';
import type { WriteSession } from './write.ts';

/**
 * Keeps every other change of the organization's tree waiting until the transaction ends. Two moves that
 * would each be right alone can make a cycle together, and no constraint sees one.
 *
 * @returns the id of the root
 */
export async function lockDepartmentTree(tx: WriteSession): Promise<string> {
  // Not `for update`: members may come into the root meanwhile.
  const { rows } = await sql<{ id: string }>`
    select id from department
    where organization_id = ${tx.organization.id} and parent_id is null
    for no key update
  `.execute(tx.em.getKysely());
  const [root] = rows;
  if (root === undefined) throw new Error('An organization has a root department.');
  return root.id;
}
