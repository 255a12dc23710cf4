import { sql } from 'kysely';
import { lockMember } from './change-member.ts';
import { heirOf } from './default-heir.ts';
import { DirectoryError } from './errors.ts';
import { initialAdministrator } from './initial-administrator.ts';
import { type DirectorySession, demand } from './session.ts';
import { write } from './write.ts';

/**
 * Removes a member from the organization: sessions, memberships and roles go with it; direct reports go
 * to the organization's default heir. The account stays.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`; `conflict` for the initial administrator, who
 *   only hands over
 */
export async function removeMember(
  session: DirectorySession,
  id: string,
  { ifVersion }: { ifVersion?: (version: number) => boolean } = {},
): Promise<void> {
  demand(session, 'members:write');
  await write(session, async (tx) => {
    const member = await lockMember(tx, id);
    if (ifVersion !== undefined && !ifVersion(member.version)) {
      throw new DirectoryError('version-mismatch', 'The member was changed since it was read.');
    }
    if ((await initialAdministrator(tx))?.id === member.id) {
      throw new DirectoryError('conflict', 'The initial administrator can only hand over.');
    }
    const heir = (await heirOf(tx, member.id)) ?? null;
    const db = tx.em.getKysely();
    const reports = await sql<{ id: string }>`
      update member set manager_id = nullif(${heir}::uuid, id), version = version + 1, updated_at = ${tx.now}
      where organization_id = ${tx.organization.id} and manager_id = ${id}
      returning id
    `.execute(db);
    for (const report of reports.rows) {
      tx.record({ subject: 'member', subjectId: report.id, kind: 'updated' });
    }
    const groups = await sql<{ group_id: string }>`
      delete from group_member where organization_id = ${tx.organization.id} and member_id = ${id}
      returning group_id
    `.execute(db);
    for (const { group_id } of groups.rows) {
      tx.record({
        subject: 'group',
        subjectId: group_id,
        kind: 'membership',
        membership: { removedMembers: [id] },
      });
    }
    await sql`
      update directory_group set version = version + 1, updated_at = ${tx.now}
      where organization_id = ${tx.organization.id}
        and id = any(${groups.rows.map((row) => row.group_id)}::uuid[])
    `.execute(db);
    await sql`
      delete from member where organization_id = ${tx.organization.id} and id = ${id}
    `.execute(db);
    tx.record({ subject: 'member', subjectId: id, kind: 'deleted' });
  });
}
