import { sql } from 'kysely';
import { keepAnAdministrator } from './administrators.ts';
import { lockMember } from './change-member.ts';
import { demandVersion } from './expected-version.ts';
import { changedFields } from './field-change.ts';
import { demandAction, type MemberDetails, memberDetails } from './member-actions.ts';
import { loadStanding } from './member-standing.ts';
import { type DirectorySession, demand } from './session.ts';
import { endAppPasswords, endSessions } from './session-end.ts';
import { write } from './write.ts';

/**
 * Disables a member: its sessions end, nothing of it is lost.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`; `conflict` for a pending or disabled member,
 *   the last and the initial administrator, and oneself
 */
export async function disableMember(
  session: DirectorySession,
  id: string,
  { ifVersion }: { ifVersion?: ((version: number) => boolean) | undefined } = {},
): Promise<MemberDetails> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const member = await lockMember(tx, id);
    demandVersion(member.version, { ifVersion }, 'member');
    demandAction(tx, 'disable', await loadStanding(tx, member));
    await keepAnAdministrator(tx, member.id, () =>
      sql`
        update member set status = 'disabled', version = version + 1, updated_at = ${tx.now}
        where organization_id = ${tx.organization.id} and id = ${member.id}
      `.execute(tx.em.getKysely()),
    );
    await endSessions(tx, member.id);
    await endAppPasswords(tx, member.id);
    tx.record({
      subject: 'member',
      subjectId: member.id,
      kind: 'updated',
      action: 'member.disabled',
      name: member.displayName,
      fields: changedFields({ status: member.status }, { status: 'disabled' }),
    });
    return memberDetails(tx, member.id);
  });
}

/**
 * Lets a disabled member in again.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`; `conflict` for one that is not disabled
 */
export async function enableMember(
  session: DirectorySession,
  id: string,
  { ifVersion }: { ifVersion?: ((version: number) => boolean) | undefined } = {},
): Promise<MemberDetails> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const member = await lockMember(tx, id);
    demandVersion(member.version, { ifVersion }, 'member');
    demandAction(tx, 'enable', await loadStanding(tx, member));
    await sql`
      update member set status = 'enabled', version = version + 1, updated_at = ${tx.now},
        activated_at = coalesce(activated_at, ${tx.now})
      where organization_id = ${tx.organization.id} and id = ${member.id}
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'member',
      subjectId: member.id,
      kind: 'updated',
      action: 'member.enabled',
      name: member.displayName,
      fields: changedFields({ status: member.status }, { status: 'enabled' }),
    });
    return memberDetails(tx, member.id);
  });
}
