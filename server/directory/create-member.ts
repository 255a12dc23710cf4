import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { MemberStatus } from './entities/member.ts';
import { DirectoryError } from './errors.ts';
import { changedFields } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { memberFields } from './member-fields.ts';
import { acceptDepartments, acceptRoles } from './member-places.ts';
import { derivedName, type MemberProfile, mainEmail, profileKey } from './member-profile.ts';
import type { MemberView } from './member-view.ts';
import type { OrganizationSettings } from './organization-settings.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptEmail, acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

/** What a member is made from. */
export interface NewMember {
  /** Only a member who is invited can do without. */
  username?: string | undefined;
  /** Without it, what the name parts give, else the username. */
  displayName?: string | undefined;
  externalId?: string | undefined;
  /** Id of a member. */
  manager?: string | undefined;
  enabled: boolean;
  profile: MemberProfile;
  /** Argon2id hash of the password, if there is one. */
  passwordHash?: string | undefined;
  /** Until when a password that is for the first sign-in only can be changed. */
  passwordTemporaryUntil?: Date | undefined;
  /** The member has no account until it accepts an invitation. */
  invited?: boolean;
  /** Ids; without any, the root department. The first is the primary one. */
  departments?: readonly string[];
  /** Ids; without any, the built-in role Member. */
  roles?: readonly string[];
  /** Only of an organization's first member, who holds the built-in role Administrator. */
  initialAdministrator?: boolean;
}

/**
 * Adds a member with an account that this organization manages. Where the username or an e-mail address
 * is that of somebody's self-owned account, the member stays pending until that person accepts: linking
 * is by consent.
 *
 * @throws DirectoryError `not-unique`, `invalid-value`, `unknown-reference`, `forbidden` for a role that
 *   carries what the actor does not hold
 */
export async function createMember(
  session: DirectorySession,
  input: NewMember,
): Promise<MemberView> {
  demand(session, 'members:write');
  return write(session, (tx) => insertMember(tx, input));
}

interface InsertedRow {
  status: MemberStatus;
  manager_name: string | null;
  departments: MemberView['departments'];
  roles: MemberView['roles'] | null;
  departments_follow_scim: boolean;
  activation_mail: boolean;
}

/** The part of `createMember` that runs inside a transaction. */
export async function insertMember(tx: WriteSession, input: NewMember): Promise<MemberView> {
  return (await insertMemberByPolicy(tx, input)).member;
}

/** The same, with what the organization lets an identity provider decide about it. */
export async function insertMemberByPolicy(
  tx: WriteSession,
  input: NewMember,
): Promise<{
  member: MemberView;
  policy: Pick<OrganizationSettings, 'departmentsFollowScim' | 'activationMail'>;
}> {
  const id = uuidv7();
  const organization = tx.organization.id;
  const manager = acceptReference(input.manager, 'manager');
  const username =
    input.username === undefined && input.invited
      ? null
      : acceptName(input.username ?? '', 'username');
  const email = acceptMainEmail(input.profile) ?? null;
  const displayName = acceptName(
    input.displayName ?? derivedName(input.profile, username) ?? '',
    'displayName',
  );
  const [usernameKey, emailKey] = [
    username && identifierKey(username),
    email && identifierKey(email),
  ];
  const departments = input.departments && (await acceptDepartments(tx, input.departments));
  const roles = input.roles && (await acceptRoles(tx, input.roles));
  const builtInRole = input.initialAdministrator ? 'administrator' : 'member';
  // One statement: a directory is filled one member at a time, and each round trip would count.
  const { rows } = await sql<InsertedRow>`
    with consent as (
      select ${input.invited ?? false} or exists (
        select 1 from account where managing_organization_id is null
          and (username_key = ${usernameKey}::text or username_key = ${emailKey}
            or email_key = ${usernameKey} or email_key = ${emailKey})
      ) as needed
    ),
    new_account as (
      insert into account
        (id, managing_organization_id, email, email_key, password_hash, password_changed_at,
          password_temporary_until, created_at)
      select ${uuidv7()}::uuid, ${organization}::uuid, ${email}, ${emailKey},
        ${input.passwordHash ?? null}, ${input.passwordHash === undefined ? null : tx.now}::timestamptz,
        ${input.passwordTemporaryUntil ?? null}::timestamptz, ${tx.now}::timestamptz
      from consent where not needed
      returning id
    ),
    new_member as (
      insert into member
        (organization_id, id, account_id, status, username, username_key, display_name,
          display_name_key, email, email_key, external_id, initial_administrator, manager_id, profile,
          profile_key, created_by, created_at, updated_at, activated_at, version)
      select ${organization}::uuid, ${id}::uuid, (select id from new_account),
        case when needed then 'pending' when ${input.enabled} then 'enabled' else 'disabled' end,
        ${username}, ${usernameKey}, ${displayName}, ${identifierKey(displayName)}, ${email},
        ${emailKey}, ${input.externalId ?? null}, ${input.initialAdministrator ?? false},
        ${manager}::uuid, ${JSON.stringify(input.profile)}::jsonb,
        ${JSON.stringify(profileKey(input.profile))}::jsonb,
        ${JSON.stringify(tx.actor)}::jsonb, ${tx.now}::timestamptz, ${tx.now}::timestamptz,
        case when not needed and ${input.enabled} then ${tx.now}::timestamptz end, 1
      from consent
      returning status
    ),
    new_departments as (
      insert into member_department (organization_id, member_id, department_id, "primary")
      select ${organization}::uuid, ${id}::uuid, wanted.id, wanted.place = 1
      from ${
        input.departments === undefined
          ? sql`(select d.id, 1 as place from department d
              where d.organization_id = ${organization} and d.parent_id is null) wanted`
          : sql`unnest(${departments}::uuid[]) with ordinality as wanted (id, place)`
      }
      returning department_id, "primary"
    ),
    new_roles as (
      insert into member_role (organization_id, member_id, role_id)
      select ${organization}::uuid, ${id}::uuid, wanted.id
      from ${
        input.roles === undefined
          ? sql`(select r.id from role r
              where r.organization_id = ${organization} and r.built_in = ${builtInRole}) wanted`
          : sql`unnest(${roles}::uuid[]) as wanted (id)`
      }
      returning role_id
    )
    select m.status, o.departments_follow_scim, o.activation_mail,
      (select x.display_name from member x where x.organization_id = ${organization}
        and x.id = ${manager}::uuid) as manager_name,
      (select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'primary', n."primary")
          order by n."primary" desc, d.name_key)
        from new_departments n join department d
          on d.organization_id = ${organization} and d.id = n.department_id) as departments,
      (select jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name) order by r.name_key)
        from new_roles n join role r
          on r.organization_id = ${organization} and r.id = n.role_id) as roles
    from new_member m, organization o where o.id = ${organization}
  `.execute(tx.em.getKysely());
  const [inserted] = rows;
  if (inserted === undefined) throw new Error('A member that was just made is not told.');
  const member: MemberView = {
    id,
    status: inserted.status,
    username,
    displayName,
    email,
    externalId: input.externalId ?? null,
    manager: manager === null ? null : { id: manager, displayName: inserted.manager_name ?? '' },
    profile: input.profile,
    departments: inserted.departments,
    roles: inserted.roles ?? [],
    managed: inserted.status !== 'pending',
    createdBy: tx.actor,
    createdAt: tx.now,
    updatedAt: tx.now,
    activatedAt: inserted.status === 'enabled' ? tx.now : null,
    lastLoginAt: null,
    version: 1,
  };
  tx.record({
    subject: 'member',
    subjectId: id,
    kind: 'created',
    name: displayName,
    fields: changedFields({}, memberFields(member)),
  });
  const policy = {
    departmentsFollowScim: inserted.departments_follow_scim,
    activationMail: inserted.activation_mail,
  };
  return { member, policy };
}

function acceptReference(id: string | undefined, field: string): string | null {
  if (id === undefined) return null;
  if (isUuid(id)) return id;
  throw new DirectoryError('unknown-reference', `The ${field} is not a member.`, { field });
}

/** The main e-mail address of a profile, checked. */
export function acceptMainEmail(profile: MemberProfile): string | undefined {
  const email = mainEmail(profile.emails);
  return email === undefined ? undefined : acceptEmail(email, 'emails');
}
