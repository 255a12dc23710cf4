import { sql } from 'kysely';
import type { AttributeSql, AttributeTable } from './filter-sql.ts';

// Texts of the profile compare by `profile_key`, which has the same shape: see `profileKey`.
const folded = (...path: string[]): AttributeSql => ({
  type: 'folded',
  column: sql`m.profile #>> ${sql.lit(`{${path.join(',')}}`)}`,
  key: sql`m.profile_key #>> ${sql.lit(`{${path.join(',')}}`)}`,
});

const foldedPart = (name: string): AttributeSql => ({
  type: 'folded',
  column: sql`v.value ->> ${sql.lit(name)}`,
  key: sql`v.key ->> ${sql.lit(name)}`,
});

const primary: AttributeSql = {
  type: 'boolean',
  column: sql`coalesce((v.value ->> 'primary')::boolean, false)`,
};

const valueAttributes: AttributeTable = {
  value: foldedPart('value'),
  display: foldedPart('display'),
  type: foldedPart('type'),
  primary,
};

// References and certificates compare as they are (RFC 7643 sections 2.3.6 and 2.3.7).
const exactValueAttributes: AttributeTable = {
  ...valueAttributes,
  value: { type: 'exact', column: sql`v.value ->> 'value'` },
};

const addressParts = ['streetAddress', 'locality', 'region', 'postalCode', 'country', 'type'];

const addressAttributes: AttributeTable = {
  ...Object.fromEntries(addressParts.map((name) => [name, foldedPart(name)])),
  formatted: foldedPart('formatted'),
  value: foldedPart('formatted'),
  primary,
};

const many = (name: string, of: AttributeTable): AttributeSql => ({
  type: 'many',
  from: sql`rows from (
    jsonb_array_elements(m.profile -> ${sql.lit(name)}),
    jsonb_array_elements(m.profile_key -> ${sql.lit(name)})
  ) as v(value, key)`,
  on: sql`true`,
  of,
});

/** The attributes of a member that a filter or a sort can name. `m` is the member's row. */
export const memberAttributes: AttributeTable = {
  id: { type: 'uuid', column: sql`m.id` },
  username: { type: 'folded', column: sql`m.username`, key: sql`m.username_key` },
  displayName: {
    type: 'folded',
    column: sql`m.display_name`,
    // As its index has it.
    key: sql`m.display_name_key collate "C"`,
  },
  email: { type: 'folded', column: sql`m.email`, key: sql`m.email_key` },
  externalId: { type: 'exact', column: sql`m.external_id` },
  enabled: { type: 'boolean', column: sql`(m.status = 'enabled')` },
  status: { type: 'exact', column: sql`m.status` },
  createdAt: { type: 'time', column: sql`m.created_at` },
  updatedAt: { type: 'time', column: sql`m.updated_at` },
  version: { type: 'exact', column: sql`m.version::text` },
  manager: { type: 'uuid', column: sql`m.manager_id` },
  managerName: {
    type: 'folded',
    column: sql`(select x.display_name from member x
      where x.organization_id = m.organization_id and x.id = m.manager_id)`,
  },
  name: { type: 'boolean', column: sql`nullif(m.profile ? 'name', false)` },
  employment: {
    type: 'boolean',
    column: sql`nullif(m.manager_id is not null or m.profile ?|
      array['employeeNumber', 'costCenter', 'organization', 'division', 'department'], false)`,
  },
  'name.formatted': folded('name', 'formatted'),
  'name.familyName': folded('name', 'familyName'),
  'name.givenName': folded('name', 'givenName'),
  'name.middleName': folded('name', 'middleName'),
  'name.honorificPrefix': folded('name', 'honorificPrefix'),
  'name.honorificSuffix': folded('name', 'honorificSuffix'),
  nickName: folded('nickName'),
  profileUrl: { type: 'exact', column: sql`m.profile ->> 'profileUrl'` },
  title: folded('title'),
  userType: folded('userType'),
  preferredLanguage: folded('preferredLanguage'),
  locale: folded('locale'),
  timezone: folded('timezone'),
  employeeNumber: folded('employeeNumber'),
  costCenter: folded('costCenter'),
  organization: folded('organization'),
  division: folded('division'),
  department: folded('department'),
  emails: many('emails', valueAttributes),
  phoneNumbers: many('phoneNumbers', valueAttributes),
  ims: many('ims', valueAttributes),
  photos: many('photos', exactValueAttributes),
  entitlements: many('entitlements', valueAttributes),
  profileRoles: many('roles', valueAttributes),
  x509Certificates: many('x509Certificates', exactValueAttributes),
  addresses: many('addresses', addressAttributes),
  departments: {
    type: 'many',
    from: sql`member_department md join department d
      on d.organization_id = md.organization_id and d.id = md.department_id`,
    on: sql`md.organization_id = m.organization_id and md.member_id = m.id`,
    of: {
      value: { type: 'uuid', column: sql`d.id` },
      display: { type: 'folded', column: sql`d.name`, key: sql`d.name_key` },
      primary: { type: 'boolean', column: sql`md."primary"` },
    },
  },
  roles: {
    type: 'many',
    from: sql`member_role mr join role r
      on r.organization_id = mr.organization_id and r.id = mr.role_id`,
    on: sql`mr.organization_id = m.organization_id and mr.member_id = m.id`,
    of: {
      value: { type: 'uuid', column: sql`r.id` },
      display: { type: 'folded', column: sql`r.name`, key: sql`r.name_key` },
    },
  },
  // Also those that the member is in through another group.
  groups: {
    type: 'many',
    from: sql`(
      with recursive up (group_id) as (
        select x.group_id from group_member x
          where x.organization_id = m.organization_id and x.member_id = m.id
        union
        select n.parent_id from up join nested_group n
          on n.organization_id = m.organization_id and n.child_id = up.group_id
      )
      select up.group_id from up
    ) as up join directory_group g
      on g.organization_id = m.organization_id and g.id = up.group_id`,
    on: sql`true`,
    of: {
      value: { type: 'uuid', column: sql`g.id` },
      display: { type: 'folded', column: sql`g.display_name`, key: sql`g.display_name_key` },
      type: {
        type: 'exact',
        column: sql`case when exists (
          select 1 from group_member x where x.organization_id = m.organization_id
            and x.group_id = g.id and x.member_id = m.id
        ) then 'direct' else 'indirect' end`,
      },
    },
  },
};
