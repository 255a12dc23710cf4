import { sql } from 'kysely';
import type { MemberStatus } from './entities/member.ts';
import type { Sql } from './filter-sql.ts';
import type { MemberProfile } from './member-profile.ts';
import type { ActorReference, DirectorySession } from './session.ts';

/** A member as the directory shows it. */
export interface MemberView {
  id: string;
  status: MemberStatus;
  username: string | null;
  displayName: string;
  email: string | null;
  externalId: string | null;
  manager: { id: string; displayName: string } | null;
  profile: MemberProfile;
  /** The primary one first. */
  departments: { id: string; name: string; primary: boolean }[];
  roles: { id: string; name: string }[];
  /** True when this organization manages the account, and so may set its password. */
  managed: boolean;
  createdBy: ActorReference;
  createdAt: Date;
  updatedAt: Date;
  activatedAt: Date | null;
  lastLoginAt: Date | null;
  version: number;
}

/** A row of `memberColumns`. */
export interface MemberRow {
  id: string;
  status: MemberStatus;
  username: string | null;
  display_name: string;
  email: string | null;
  external_id: string | null;
  manager_id: string | null;
  manager_name: string | null;
  profile: MemberProfile;
  departments: MemberView['departments'] | null;
  roles: MemberView['roles'] | null;
  managed: boolean;
  created_by: ActorReference;
  created_at: string;
  updated_at: string;
  activated_at: string | null;
  last_login_at: string | null;
  version: number;
}

/** What `memberOf` is made from, over `m`, the member's row. */
export const memberColumns = sql`
  m.id, m.status, m.username, m.display_name, m.email, m.external_id, m.manager_id,
  (select x.display_name from member x
    where x.organization_id = m.organization_id and x.id = m.manager_id) as manager_name,
  m.profile, m.created_by, m.created_at, m.updated_at, m.activated_at, m.last_login_at, m.version,
  coalesce((select a.managing_organization_id = m.organization_id from account a
    where a.id = m.account_id), false) as managed,
  (select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'primary', md."primary")
      order by md."primary" desc, d.name_key)
    from member_department md join department d
      on d.organization_id = md.organization_id and d.id = md.department_id
    where md.organization_id = m.organization_id and md.member_id = m.id) as departments,
  (select jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name) order by r.name_key)
    from member_role mr join role r
      on r.organization_id = mr.organization_id and r.id = mr.role_id
    where mr.organization_id = m.organization_id and mr.member_id = m.id) as roles`;

/**
 * Loads members of the session's organization with their departments and roles, in one query. What is
 * passed over by an offset is not looked at any further.
 *
 * @param condition over `m`, the member's row
 * @param rest what follows the condition: order, limit, lock
 */
export async function loadMembers(
  session: DirectorySession,
  condition: Sql,
  rest: Sql = sql``,
): Promise<MemberView[]> {
  const { rows } = await sql<MemberRow>`
    select ${memberColumns} from (
      select * from member m
      where m.organization_id = ${session.organization.id} and ${condition}
      ${rest}
    ) m`.execute(session.em.getKysely());
  return rows.map(memberOf);
}

export function memberOf(row: MemberRow): MemberView {
  return {
    id: row.id,
    status: row.status,
    username: row.username,
    displayName: row.display_name,
    email: row.email,
    externalId: row.external_id,
    manager:
      row.manager_id === null ? null : { id: row.manager_id, displayName: row.manager_name ?? '' },
    profile: row.profile,
    departments: row.departments ?? [],
    roles: row.roles ?? [],
    managed: row.managed,
    createdBy: row.created_by,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    activatedAt: row.activated_at === null ? null : new Date(row.activated_at),
    lastLoginAt: row.last_login_at === null ? null : new Date(row.last_login_at),
    version: row.version,
  };
}
