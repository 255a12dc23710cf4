import { defineEntity, p } from '@mikro-orm/core';
import { Member } from './member.ts';
import { tenantKey } from './tenant-key.ts';

/** A node of the organization's tree. The one without a parent is the root, made with the organization. */
const departmentSchema = defineEntity({
  name: 'Department',
  comment: "A node of the organization's tree.",
  uniques: [
    { name: 'department_sibling_name_unique', properties: ['organization', 'parent', 'nameKey'] },
    { name: 'department_external_id_unique', properties: ['organization', 'externalId'] },
    {
      name: 'department_one_root',
      properties: ['organization'],
      where: 'parent_id is null',
    },
  ],
  properties: {
    ...tenantKey,
    parent: () =>
      p
        .manyToOne(Department)
        .joinColumns('organization_id', 'parent_id')
        .nullable()
        .deleteRule('restrict')
        .updateRule('restrict'),
    name: p.text(),
    nameKey: p.text(),
    externalId: p.text().nullable(),
    position: p.integer().comment('Order among siblings, ascending.'),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Department extends departmentSchema.class {}
departmentSchema.setClass(Department);

/** A member's place in a department; one of them is the member's primary department. */
const placeSchema = defineEntity({
  name: 'MemberDepartment',
  comment: "A member's place in a department.",
  // Each with what the counts of the tree need, so that they read no row.
  indexes: [
    { name: 'member_department_department_index', properties: ['organization', 'department'] },
    {
      name: 'member_department_one_primary',
      expression:
        'create unique index "member_department_one_primary" on "member_department" ("organization_id", "member_id") include ("department_id") where "primary"',
    },
    {
      name: 'member_department_further_index',
      expression:
        'create index "member_department_further_index" on "member_department" ("organization_id", "member_id", "department_id") where not "primary"',
    },
  ],
  properties: {
    organization: tenantKey.organization,
    member: () =>
      p
        .manyToOne(Member)
        .primary()
        .joinColumns('organization_id', 'member_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    department: () =>
      p
        .manyToOne(Department)
        .primary()
        .joinColumns('organization_id', 'department_id')
        .deleteRule('restrict')
        .updateRule('restrict'),
    primary: p.boolean(),
  },
});

export class MemberDepartment extends placeSchema.class {}
placeSchema.setClass(MemberDepartment);
