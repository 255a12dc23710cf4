import { defineEntity, p } from '@mikro-orm/core';
import { Member } from './member.ts';
import { tenantKey } from './tenant-key.ts';

/** A set of members and groups. Its membership is rows, never a document. */
const groupSchema = defineEntity({
  name: 'Group',
  tableName: 'directory_group',
  comment: 'A set of members and groups.',
  uniques: [
    { name: 'group_display_name_unique', properties: ['organization', 'displayNameKey'] },
    { name: 'group_external_id_unique', properties: ['organization', 'externalId'] },
  ],
  properties: {
    ...tenantKey,
    displayName: p.text(),
    displayNameKey: p.text(),
    externalId: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Group extends groupSchema.class {}
groupSchema.setClass(Group);

const groupMemberSchema = defineEntity({
  name: 'GroupMember',
  comment: 'A member of a group.',
  indexes: [{ name: 'group_member_member_index', properties: ['organization', 'member'] }],
  properties: {
    organization: tenantKey.organization,
    group: () =>
      p
        .manyToOne(Group)
        .primary()
        .joinColumns('organization_id', 'group_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    member: () =>
      p
        .manyToOne(Member)
        .primary()
        .joinColumns('organization_id', 'member_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
  },
});

export class GroupMember extends groupMemberSchema.class {}
groupMemberSchema.setClass(GroupMember);

/** A group inside a group (RFC 7643 section 4.2: nested groups). */
const nestedGroupSchema = defineEntity({
  name: 'NestedGroup',
  comment: 'A group inside a group.',
  indexes: [{ name: 'nested_group_child_index', properties: ['organization', 'child'] }],
  checks: [{ name: 'nested_group_not_itself', expression: 'parent_id <> child_id' }],
  properties: {
    organization: tenantKey.organization,
    parent: () =>
      p
        .manyToOne(Group)
        .primary()
        .joinColumns('organization_id', 'parent_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    child: () =>
      p
        .manyToOne(Group)
        .primary()
        .joinColumns('organization_id', 'child_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
  },
});

export class NestedGroup extends nestedGroupSchema.class {}
nestedGroupSchema.setClass(NestedGroup);
