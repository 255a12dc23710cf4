import { defineEntity, p } from '@mikro-orm/core';
import type { Permission } from '../permissions.ts';
import { Member } from './member.ts';
import { tenantKey } from './tenant-key.ts';

/** A named set of permissions. Built-in roles are made with the organization and cannot be changed. */
const roleSchema = defineEntity({
  name: 'Role',
  comment: 'A named set of permissions.',
  uniques: [
    { name: 'role_name_unique', properties: ['organization', 'nameKey'] },
    { name: 'role_external_id_unique', properties: ['organization', 'externalId'] },
  ],
  properties: {
    ...tenantKey,
    name: p.text(),
    nameKey: p.text(),
    externalId: p.text().nullable(),
    builtIn: p.text().nullable().comment('administrator, auditor or member.'),
    permissions: p.array<Permission>().columnType('text[]'),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Role extends roleSchema.class {}
roleSchema.setClass(Role);

const memberRoleSchema = defineEntity({
  name: 'MemberRole',
  comment: 'A role that a member holds.',
  indexes: [{ name: 'member_role_role_index', properties: ['organization', 'role'] }],
  properties: {
    organization: tenantKey.organization,
    member: () =>
      p
        .manyToOne(Member)
        .primary()
        .joinColumns('organization_id', 'member_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    role: () =>
      p
        .manyToOne(Role)
        .primary()
        .joinColumns('organization_id', 'role_id')
        .deleteRule('restrict')
        .updateRule('restrict'),
  },
});

export class MemberRole extends memberRoleSchema.class {}
memberRoleSchema.setClass(MemberRole);
