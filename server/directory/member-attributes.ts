import { sql } from 'kysely';
import type { AttributeSql, AttributeTable } from './filter-sql.ts';

/** The attributes of a member that a filter or a sort can name. `m` is the member's row. */
const folded = (path: string[]): AttributeSql => ({
  type: 'folded',
  column: sql`m.profile #>> ${sql.lit(`{${path.join(',')}}`)}`,
});

const valueAttributes: AttributeTable = {
  value: { type: 'folded', column: sql`v.value ->> 'value'` },
  display: { type: 'folded', column: sql`v.value ->> 'display'` },
  type: { type: 'folded', column: sql`v.value ->> 'type'` },
  primary: { type: 'boolean', column: sql`coalesce((v.value ->> 'primary')::boolean, false)` },
};

const addressAttributes: AttributeTable = {
  ...Object.fromEntries(
    ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country', 'type'].map(
      (name) => [name, { type: 'folded', column: sql`v.value ->> ${sql.lit(name)}` }],
    ),
  ),
  value: { type: 'folded', column: sql`v.value ->> 'formatted'` },
  primary: { type: 'boolean', column: sql`coalesce((v.value ->> 'primary')::boolean, false)` },
};

const many = (name: string, of: AttributeTable): AttributeSql => ({
  type: 'many',
  from: sql`jsonb_array_elements(m.profile -> ${sql.lit(name)}) as v(value)`,
  on: sql`true`,
  of,
});

export const memberAttributes: AttributeTable = {
  id: { type: 'uuid', column: sql`m.id` },
  username: { type: 'folded', column: sql`m.username`, key: sql`m.username_key` },
  displayName: { type: 'folded', column: sql`m.display_name`, key: sql`m.display_name_key` },
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
  'name.formatted': folded(['name', 'formatted']),
  'name.familyName': folded(['name', 'familyName']),
  'name.givenName': folded(['name', 'givenName']),
  'name.middleName': folded(['name', 'middleName']),
  'name.honorificPrefix': folded(['name', 'honorificPrefix']),
  'name.honorificSuffix': folded(['name', 'honorificSuffix']),
  nickName: folded(['nickName']),
  profileUrl: folded(['profileUrl']),
  title: folded(['title']),
  userType: folded(['userType']),
  preferredLanguage: folded(['preferredLanguage']),
  locale: folded(['locale']),
  timezone: folded(['timezone']),
  employeeNumber: folded(['employeeNumber']),
  costCenter: folded(['costCenter']),
  organization: folded(['organization']),
  division: folded(['division']),
  department: folded(['department']),
  emails: many('emails', valueAttributes),
  phoneNumbers: many('phoneNumbers', valueAttributes),
  ims: many('ims', valueAttributes),
  photos: many('photos', valueAttributes),
  entitlements: many('entitlements', valueAttributes),
  profileRoles: many('roles', valueAttributes),
  x509Certificates: many('x509Certificates', valueAttributes),
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
  groups: {
    type: 'many',
    from: sql`group_member gm join directory_group g
      on g.organization_id = gm.organization_id and g.id = gm.group_id`,
    on: sql`gm.organization_id = m.organization_id and gm.member_id = m.id`,
    of: {
      value: { type: 'uuid', column: sql`g.id` },
      display: { type: 'folded', column: sql`g.display_name`, key: sql`g.display_name_key` },
    },
  },
};
