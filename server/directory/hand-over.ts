import { sql } from 'kysely';
import { lockMember } from './change-member.ts';
import { DirectoryError } from './errors.ts';
import { changedFields } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { demandInitialAdministrator } from './initial-administrator.ts';
import { memberFields } from './member-fields.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { lockOrganization } from './organization-lock.ts';
import { loadOverview, type OrganizationOverview } from './organization-overview.ts';
import { type DirectorySession, demand } from './session.ts';
import { type WriteSession, write } from './write.ts';

/**
 * Makes another member the initial administrator, and Administrator too. The one before stays what else
 * he or she is.
 *
 * @param to id of an enabled member
 * @throws DirectoryError `forbidden` for everybody but the present initial administrator in person;
 *   `unknown-reference`, `invalid-value` (not enabled)
 */
export async function handOver(
  session: DirectorySession,
  to: string,
): Promise<OrganizationOverview> {
  demand(session, 'organization:write');
  return write(session, async (tx) => {
    await lockOrganization(tx);
    const from = await demandInitialAdministrator(tx, 'hand over');
    const successor = await lockSuccessor(tx, to);
    if (successor.id === from) return loadOverview(tx);
    const organization = tx.organization.id;
    const db = tx.em.getKysely();
    // In this order: at no moment are there two.
    for (const [id, isInitial] of [
      [from, false],
      [successor.id, true],
    ] as const) {
      await sql`
        update member set initial_administrator = ${isInitial}, version = version + 1,
          updated_at = ${tx.now}
        where organization_id = ${organization} and id = ${id}
      `.execute(db);
    }
    await sql`
      insert into member_role (organization_id, member_id, role_id)
      select ${organization}::uuid, ${successor.id}::uuid, r.id from role r
      where r.organization_id = ${organization} and r.built_in = 'administrator'
      on conflict do nothing
    `.execute(db);
    const [now] = await loadMembers(tx, sql`m.id = ${successor.id}`);
    tx.record({
      subject: 'member',
      subjectId: from,
      kind: 'updated',
      fields: changedFields({ initialAdministrator: true }, { initialAdministrator: false }),
    });
    tx.record({
      subject: 'member',
      subjectId: successor.id,
      kind: 'updated',
      name: successor.displayName,
      fields: changedFields(
        { ...memberFields(successor), initialAdministrator: false },
        { ...memberFields(now ?? successor), initialAdministrator: true },
      ),
    });
    await sql`
      update organization set version = version + 1 where id = ${organization}
    `.execute(db);
    tx.record({
      subject: 'organization',
      subjectId: organization,
      kind: 'updated',
      action: 'organization.handed-over',
      fields: changedFields(
        { initialAdministrator: tx.actor.name },
        { initialAdministrator: successor.displayName },
      ),
    });
    return loadOverview(tx);
  });
}

async function lockSuccessor(tx: WriteSession, id: string): Promise<MemberView> {
  const field = 'memberId';
  const unknown = new DirectoryError('unknown-reference', `${field}: there is no such member.`, {
    field,
  });
  if (!isUuid(id)) throw unknown;
  const member = await lockMember(tx, id).catch((error: unknown) => {
    throw error instanceof DirectoryError && error.code === 'not-found' ? unknown : error;
  });
  if (member.status !== 'enabled') {
    throw new DirectoryError('invalid-value', `${field} must be an enabled member`, { field });
  }
  return member;
}
