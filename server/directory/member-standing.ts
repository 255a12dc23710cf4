import { sql } from 'kysely';
import { countAdministrators } from './administrators.ts';
import type { storedInvitationStates } from './entities/invitation.ts';
import type { MemberStatus } from './entities/member.ts';
import { DirectoryError } from './errors.ts';
import type { MemberView } from './member-view.ts';
import type { Permission } from './permissions.ts';
import type { ActorReference, DirectorySession } from './session.ts';

export const invitationStates = ['pending', 'accepted', 'rejected', 'expired', 'revoked'] as const;
export type InvitationState = (typeof invitationStates)[number];

/** The newest invitation of a member. */
export interface InvitationView {
  id: string;
  state: InvitationState;
  /** Where the link was mailed; null for a link that was handed over. */
  email: string | null;
  invitedBy: ActorReference;
  createdAt: Date;
  expiresAt: Date;
}

/** What decides about the actions on a member. */
export interface MemberStanding {
  id: string;
  status: MemberStatus;
  initialAdministrator: boolean;
  /** Enabled, an administrator, and the only one. */
  lastAdministrator: boolean;
  /** What the member's roles carry. */
  permissions: Permission[];
  account: 'none' | 'managed' | 'self-owned';
  /** The account's own address: where the link for a self-owned account goes. */
  accountEmail: string | null;
  invitation: InvitationView | null;
}

interface StandingRow {
  id: string;
  status: MemberStatus;
  initial_administrator: boolean;
  administrator: boolean;
  permissions: Permission[];
  account: MemberStanding['account'];
  account_email: string | null;
  invitation: {
    id: string;
    state: (typeof storedInvitationStates)[number];
    email: string | null;
    invitedBy: ActorReference;
    createdAt: string;
    expiresAt: string;
  } | null;
}

/** The standing of members of the session's organization, by id. */
export async function loadStandings(
  session: DirectorySession,
  ids: readonly string[],
): Promise<Map<string, MemberStanding>> {
  const { rows } = await sql<StandingRow>`
    select m.id, m.status, m.initial_administrator,
      coalesce(held.administrator, false) and m.status = 'enabled' as administrator,
      coalesce(held.permissions, '{}') as permissions,
      case when a.id is null then 'none'
        when a.managing_organization_id = m.organization_id then 'managed'
        else 'self-owned' end as account,
      a.email as account_email,
      (select jsonb_build_object('id', i.id, 'state', i.state, 'email', i.email,
          'invitedBy', i.invited_by, 'createdAt', i.created_at, 'expiresAt', i.expires_at)
        from invitation i
        where i.organization_id = m.organization_id and i.member_id = m.id
        order by i.created_at desc, i.id desc limit 1) as invitation
    from member m
    left join account a on a.id = m.account_id
    left join lateral (
      select array_agg(distinct permission) filter (where permission is not null) as permissions,
        bool_or(r.built_in is not distinct from 'administrator') as administrator
      from member_role mr
      join role r on r.organization_id = mr.organization_id and r.id = mr.role_id
      left join lateral unnest(r.permissions) as permission on true
      where mr.organization_id = m.organization_id and mr.member_id = m.id
    ) held on true
    where m.organization_id = ${session.organization.id} and m.id = any(${[...ids]}::uuid[])
  `.execute(session.em.getKysely());
  const alone =
    rows.some(({ administrator }) => administrator) && (await countAdministrators(session)) === 1;
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        status: row.status,
        initialAdministrator: row.initial_administrator,
        lastAdministrator: alone && row.administrator,
        permissions: row.permissions,
        account: row.account,
        accountEmail: row.account_email,
        invitation: invitationView(session, row.invitation),
      },
    ]),
  );
}

/** @throws DirectoryError `not-found` */
export async function loadStanding(
  session: DirectorySession,
  member: Pick<MemberView, 'id'>,
): Promise<MemberStanding> {
  const standing = (await loadStandings(session, [member.id])).get(member.id);
  if (standing === undefined) throw new DirectoryError('not-found', 'There is no such member.');
  return standing;
}

function invitationView(
  session: DirectorySession,
  row: StandingRow['invitation'],
): InvitationView | null {
  if (row === null) return null;
  const expiresAt = new Date(row.expiresAt);
  const over = row.state === 'pending' && expiresAt <= session.now;
  return {
    ...row,
    state: over ? 'expired' : row.state,
    createdAt: new Date(row.createdAt),
    expiresAt,
  };
}
