import { sql } from 'kysely';
import { keepAnAdministrator } from './administrators.ts';
import { lockMember } from './change-member.ts';
import { heirOf } from './default-heir.ts';
import { DirectoryError } from './errors.ts';
import { demandVersion } from './expected-version.ts';
import { changedFields } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { getMember } from './find-members.ts';
import { recordMembership } from './group-membership.ts';
import { type Holdings, handOver, holdingsOf } from './holdings.ts';
import { demandAction } from './member-actions.ts';
import { memberFields } from './member-fields.ts';
import { loadStanding } from './member-standing.ts';
import { loadMembers } from './member-view.ts';
import { type DirectorySession, demand } from './session.ts';
import { type WriteSession, write } from './write.ts';

/** What the removal of a member would do. */
export interface RemovalPreview {
  /** False for a pending member, who holds nothing and goes at once. */
  handsOver: boolean;
  /** Who takes over where nobody is named. */
  defaultHeir: { id: string; name: string } | null;
  holdings: Holdings;
}

/** @throws DirectoryError `not-found` */
export async function previewRemoval(
  session: DirectorySession,
  id: string,
): Promise<RemovalPreview> {
  demand(session, 'members:read');
  const member = await getMember(session, id);
  return {
    handsOver: member.status !== 'pending',
    defaultHeir: await defaultHeir(session, member.id),
    holdings: await holdingsOf(session, member.id),
  };
}

/**
 * Removes a member from the organization: sessions, memberships, roles and open links go with it, and an
 * heir takes over what it holds. The account stays.
 *
 * @param heir id of an enabled member; without it, the organization's default heir
 * @throws DirectoryError `not-found`, `version-mismatch`; `unknown-reference` or `invalid-value` for the
 *   field `heir`; `conflict` for the last and the initial administrator, and oneself
 */
export async function removeMember(
  session: DirectorySession,
  id: string,
  {
    heir: wanted,
    ifVersion,
  }: {
    heir?: string | undefined;
    ifVersion?: ((version: number) => boolean) | undefined;
  } = {},
): Promise<void> {
  demand(session, 'members:write');
  await write(session, async (tx) => {
    const heirId = wanted ?? (await heirOf(tx, id)) ?? null;
    await lockForRemoval(tx, [id, heirId]);
    const member = await lockMember(tx, id);
    demandVersion(member.version, { ifVersion }, 'member');
    demandAction(tx, 'remove', await loadStanding(tx, member));
    if (wanted !== undefined) await acceptHeir(tx, wanted, member.id);
    const heir = heirId === null ? null : await named(tx, heirId);
    const held = await holdingsOf(tx, member.id);
    const holdsNothing = member.status === 'pending';
    await handOver(tx, { id: member.id, name: member.displayName }, heir);
    await leaveGroups(tx, { id: member.id, name: member.displayName });
    await keepAnAdministrator(tx, member.id, () =>
      sql`
        delete from member where organization_id = ${tx.organization.id} and id = ${member.id}
      `.execute(tx.em.getKysely()),
    );
    tx.record({
      subject: 'member',
      subjectId: member.id,
      kind: 'deleted',
      ...(heir === null || holdsNothing ? {} : { heirId: heir.id }),
      externalId: member.externalId ?? undefined,
      name: member.displayName,
      fields: changedFields(
        { ...memberFields(member), ...held },
        holdsNothing ? {} : { heir: heir?.name },
      ),
    });
  });
}

/**
 * Locks in one order, so that two who remove each other do not wait for each other, and in full, so that
 * nothing new can be given to a member who goes.
 */
async function lockForRemoval(tx: WriteSession, ids: readonly (string | null)[]): Promise<void> {
  const known = ids.filter((id) => id !== null && isUuid(id));
  await sql`
    select id from member
    where organization_id = ${tx.organization.id} and id = any(${known}::uuid[])
    order by id for update
  `.execute(tx.em.getKysely());
}

async function acceptHeir(tx: WriteSession, heir: string, member: string): Promise<void> {
  const field = 'heir';
  const { rows } = await sql<{ status: string }>`
    select status from member where organization_id = ${tx.organization.id}
      and id = ${isUuid(heir) ? heir : null}::uuid
  `.execute(tx.em.getKysely());
  if (rows[0] === undefined) {
    throw new DirectoryError('unknown-reference', 'The heir is not a member.', { field });
  }
  if (heir.toLowerCase() === member) {
    throw new DirectoryError('invalid-value', 'Nobody is the heir of themselves.', { field });
  }
  if (rows[0].status !== 'enabled') {
    throw new DirectoryError('invalid-value', 'The heir is not enabled.', { field });
  }
}

/** A member who was locked. */
async function named(tx: WriteSession, id: string): Promise<{ id: string; name: string } | null> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, display_name as name from member
    where organization_id = ${tx.organization.id} and id = ${id}
  `.execute(tx.em.getKysely());
  return rows[0] ?? null;
}

async function leaveGroups(tx: WriteSession, member: { id: string; name: string }): Promise<void> {
  const db = tx.em.getKysely();
  const groups = await sql<{ group_id: string }>`
    delete from group_member where organization_id = ${tx.organization.id} and member_id = ${member.id}
    returning group_id
  `.execute(db);
  for (const { group_id } of groups.rows) {
    recordMembership(tx, { id: group_id }, { removedMembers: [member] });
  }
  await sql`
    update directory_group set version = version + 1, updated_at = ${tx.now}
    where organization_id = ${tx.organization.id}
      and id = any(${groups.rows.map((row) => row.group_id)}::uuid[])
  `.execute(db);
}

async function defaultHeir(
  session: DirectorySession,
  removed: string,
): Promise<RemovalPreview['defaultHeir']> {
  const id = await heirOf(session, removed);
  const [heir] = id === undefined ? [] : await loadMembers(session, sql`m.id = ${id}`);
  return heir === undefined ? null : { id: heir.id, name: heir.displayName };
}
