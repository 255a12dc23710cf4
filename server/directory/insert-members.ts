import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import type { MemberStatus } from './entities/member.ts';
import type { FieldChange } from './field-change.ts';
import type { Sql } from './filter-sql.ts';
import { recordedInserts } from './insert-records.ts';
import { keptPlan } from './kept-plan.ts';
import type { MemberProfile } from './member-profile.ts';
import type { MemberView } from './member-view.ts';
import type { ActorReference } from './session.ts';

/** A member to be inserted, as its rows shall be; accepted already. */
export interface MemberRows {
  id: string;
  account_id: string;
  /** Not to be inserted where the organization's policy asks for more of what a provider sends. */
  provided: boolean;
  /** Waits for an invitation in any case. */
  invited: boolean;
  enabled: boolean;
  username: string | null;
  username_key: string | null;
  display_name: string;
  display_name_key: string;
  email: string | null;
  email_key: string | null;
  external_id: string | null;
  initial_administrator: boolean;
  manager_id: string | null;
  profile: MemberProfile;
  profile_key: unknown;
  password_hash: string | null;
  password_temporary_until: Date | null;
  /** Ids, the primary one first; null: the root department. */
  departments: readonly string[] | null;
  /** Ids; null: the built-in role. */
  roles: readonly string[] | null;
  built_in_role: 'administrator' | 'member';
  actor: ActorReference;
  at: Date;
  /** Where the statement records what it does. */
  event: {
    id: string;
    address: string | null;
    request_id: string | null;
    /** What the audit tells of it, but for what only the database knows. */
    fields: Readonly<Record<string, FieldChange>>;
  } | null;
}

export interface InsertedMember {
  id: string;
  status: MemberStatus;
  manager_name: string | null;
  departments: MemberView['departments'];
  roles: MemberView['roles'] | null;
  departments_follow_scim: boolean;
  activation_mail: boolean;
}

/**
 * Inserts members of one organization with their accounts and places, in one statement: a directory is
 * filled one member at a time, and each round trip would count.
 *
 * @param unique what becomes of one whose username or externalId is taken: it is `refused` with all the
 *   others by the database, or `passed` over
 * @param recorded the change feed and the audit are written by the same statement
 * @returns those that were inserted
 */
export async function insertMembers(
  em: SqlEntityManager,
  organization: string,
  members: readonly MemberRows[],
  { unique, recorded }: { unique: 'refused' | 'passed'; recorded: boolean },
): Promise<InsertedMember[]> {
  const { rows } = await sql<InsertedMember>`
    with given as (
      select g.*,
        g.invited or exists (
          select 1 from account a where a.managing_organization_id is null
            and (a.username_key = g.username_key or a.username_key = g.email_key
              or a.email_key = g.username_key or a.email_key = g.email_key)
        ) as waits
      from jsonb_to_recordset(${JSON.stringify(members)}::jsonb) as g (
        id uuid, account_id uuid, provided boolean, invited boolean, enabled boolean, username text,
        username_key text, display_name text, display_name_key text, email text, email_key text, external_id text,
        initial_administrator boolean, manager_id uuid, profile jsonb, profile_key jsonb,
        password_hash text, password_temporary_until timestamptz, departments uuid[], roles uuid[],
        built_in_role text, actor jsonb, at timestamptz, event jsonb)
      where not g.provided or exists (
        select 1 from organization o where o.id = ${organization}::uuid
          and not o.departments_follow_scim
          and not (o.activation_mail and g.password_hash is null))
    ),
    new_member as (
      insert into member
        (organization_id, id, account_id, status, username, username_key, display_name,
          display_name_key, email, email_key, external_id, initial_administrator, manager_id, profile,
          profile_key, created_by, created_at, updated_at, activated_at, version)
      select ${organization}::uuid, id, case when not waits then account_id end,
        case when waits then 'pending' when enabled then 'enabled' else 'disabled' end,
        username, username_key, display_name, display_name_key, email, email_key, external_id,
        initial_administrator, manager_id, profile, profile_key, actor, at, at,
        case when not waits and enabled then at end, 1
      from given
      ${unique === 'passed' ? sql`on conflict do nothing` : sql``}
      returning id, status
    ),
    new_account as (
      insert into account
        (id, managing_organization_id, email, email_key, password_hash, password_changed_at,
          password_temporary_until, created_at)
      select g.account_id, ${organization}::uuid, g.email, g.email_key, g.password_hash,
        case when g.password_hash is not null then g.at end, g.password_temporary_until, g.at
      from new_member m join given g on g.id = m.id where not g.waits
    ),
    new_department as (
      insert into member_department (organization_id, member_id, department_id, "primary")
      select ${organization}::uuid, m.id, wanted.id, wanted.place = 1
      from new_member m join given g on g.id = m.id cross join lateral (
        select * from unnest(g.departments) with ordinality as named (id, place)
        union all
        select d.id, 1 from department d
          where g.departments is null and d.organization_id = ${organization}::uuid
            and d.parent_id is null
      ) as wanted
      returning member_id, department_id, "primary"
    ),
    new_role as (
      insert into member_role (organization_id, member_id, role_id)
      select ${organization}::uuid, m.id, wanted.id
      from new_member m join given g on g.id = m.id cross join lateral (
        select named.id from unnest(g.roles) as named (id)
        union all
        select r.id from role r
          where g.roles is null and r.organization_id = ${organization}::uuid
            and r.built_in = g.built_in_role
      ) as wanted
      returning member_id, role_id
    ),
    told as (
      select m.id, m.status, o.departments_follow_scim, o.activation_mail,
        (select x.display_name from member x
          where x.organization_id = ${organization}::uuid and x.id = g.manager_id) as manager_name,
        (select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'primary', n."primary")
            order by n."primary" desc, d.name_key)
          from new_department n join department d
            on d.organization_id = ${organization}::uuid and d.id = n.department_id
          where n.member_id = m.id) as departments,
        (select jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name) order by r.name_key)
          from new_role n join role r
            on r.organization_id = ${organization}::uuid and r.id = n.role_id
          where n.member_id = m.id) as roles
      from new_member m join given g on g.id = m.id
        join organization o on o.id = ${organization}::uuid
    )
    ${recorded ? sql`, ${recordOf(organization)}` : sql``}
    select * from told
    ${keptPlan}`.execute(em.getKysely());
  return rows;
}

function recordOf(organization: string): Sql {
  return sql`described as (
      select t.id, (g.event -> 'fields') || (
          select jsonb_object_agg(known.field,
            jsonb_build_object('before', null, 'after', known.value))
          from (values
            ('status', to_jsonb(t.status)), ('manager', to_jsonb(t.manager_name)),
            ('departments', ${nameList(sql`t.departments`)}), ('roles', ${nameList(sql`t.roles`)})
          ) as known (field, value)
          where known.value is not null
        ) as fields
      from told t join given g on g.id = t.id
    ),
    recorded as (
      select (g.event ->> 'id')::uuid as id, 'member' as subject, g.id as subject_id,
        'created' as kind, null::jsonb as membership, null::uuid as heir_id,
        null as external_id, 'member.created' as action, g.display_name as name,
        g.display_name_key as name_key, d.fields,
        array(select jsonb_object_keys(d.fields)) as changed, g.actor, g.at,
        g.event ->> 'address' as address, g.event ->> 'request_id' as request_id
      from described d join given g on g.id = d.id
    ),
    ${recordedInserts(organization)}`;
}

/** As `changedFields` keeps a list of names; the usual places are one each. */
function nameList(places: Sql): Sql {
  return sql`(select jsonb_build_object('count', count(*), 'names', jsonb_agg(place -> 'name'))
    from jsonb_array_elements(${places}) as place having count(*) > 0)`;
}
