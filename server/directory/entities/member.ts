import { defineEntity, p } from '@mikro-orm/core';
import type { MemberProfile } from '../member-profile.ts';
import type { ActorReference } from '../session.ts';
import { Account } from './account.ts';
import { tenantKey } from './tenant-key.ts';

export const memberStatuses = ['pending', 'enabled', 'disabled'] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** An account's place in one organization. A pending member has no account yet. */
const schema = defineEntity({
  name: 'Member',
  comment: "An account's place in one organization.",
  uniques: [
    { name: 'member_username_unique', properties: ['organization', 'usernameKey'] },
    { name: 'member_external_id_unique', properties: ['organization', 'externalId'] },
    { name: 'member_account_unique', properties: ['organization', 'account'] },
    {
      name: 'member_one_initial_administrator',
      properties: ['organization'],
      where: 'initial_administrator',
    },
    {
      name: 'member_one_default_heir',
      properties: ['organization'],
      where: 'default_heir',
    },
  ],
  indexes: [
    {
      name: 'member_display_name_index',
      expression:
        'create index "member_display_name_index" on "member" ("organization_id", "display_name_key" collate "C", "id") include ("status")',
    },
    {
      name: 'member_username_order_index',
      expression:
        'create index "member_username_order_index" on "member" ("organization_id", (coalesce("username_key", \'\')) collate "C", "id")',
    },
    {
      name: 'member_not_enabled_index',
      expression:
        'create index "member_not_enabled_index" on "member" ("organization_id", "status", "display_name_key" collate "C", "id") where "status" <> \'enabled\'',
    },
    { name: 'member_email_index', properties: ['organization', 'emailKey'] },
    { name: 'member_created_index', properties: ['organization', 'createdAt', 'id'] },
    { name: 'member_account_index', properties: ['account'] },
    { name: 'member_manager_index', properties: ['organization', 'manager'] },
    {
      name: 'member_search_index',
      expression:
        'create index "member_search_index" on "member" using gin ("search_text" gin_trgm_ops)',
    },
  ],
  // They keep MemberCount.
  triggers: [
    {
      name: 'member_count_new',
      timing: 'after',
      events: ['insert'],
      expression:
        'create trigger "member_count_new" after insert on "member" referencing new table as new_members for each statement execute function count_new_members()',
    },
    {
      name: 'member_count_gone',
      timing: 'after',
      events: ['delete'],
      expression:
        'create trigger "member_count_gone" after delete on "member" referencing old table as gone_members for each statement execute function count_gone_members()',
    },
    {
      name: 'member_count_changed',
      timing: 'after',
      events: ['update'],
      expression:
        'create trigger "member_count_changed" after update of "status" on "member" for each row when (old.status is distinct from new.status) execute function count_changed_member()',
    },
  ],
  checks: [
    {
      name: 'member_pending_has_no_account',
      expression: "(status = 'pending') = (account_id is null)",
    },
  ],
  properties: {
    ...tenantKey,
    account: () => p.manyToOne(Account).nullable().deleteRule('restrict').updateRule('restrict'),
    status: p.enum(memberStatuses),
    username: p.text().nullable(),
    usernameKey: p.text().nullable(),
    displayName: p.text(),
    displayNameKey: p.text(),
    email: p.text().nullable().comment('The organization e-mail.'),
    emailKey: p.text().nullable(),
    searchText: p
      .text()
      .nullable()
      .lazy()
      .generated(
        "(search_text(display_name_key || ' ' || coalesce(username_key, '') || ' ' || coalesce(email_key, ''))) stored",
      )
      .comment('Name, username and e-mail without case and accents.'),
    externalId: p.text().nullable(),
    initialAdministrator: p
      .boolean()
      .default(false)
      .comment('Only hands over; one an organization.'),
    defaultHeir: p
      .boolean()
      .default(false)
      .comment('Takes over what removed members held; none: the initial administrator.'),
    manager: () =>
      p
        .manyToOne(Member)
        .joinColumns('organization_id', 'manager_id')
        .nullable()
        .deleteRule('no action')
        .updateRule('restrict'),
    profile: p.json<MemberProfile>(),
    profileKey: p
      .json<unknown>()
      .comment('The profile, each text in the form by which it compares.'),
    createdBy: p.json<ActorReference>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    activatedAt: p.datetime().nullable(),
    lastLoginAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

export class Member extends schema.class {}
schema.setClass(Member);

/** Members by status. An organization has several rows, so that writers need not wait: only their sum counts. */
const countSchema = defineEntity({
  name: 'MemberCount',
  comment: 'Members by status, kept by triggers of member; only the sum of the rows counts.',
  properties: {
    ...tenantKey,
    pending: p.integer(),
    enabled: p.integer(),
    disabled: p.integer(),
  },
});

export class MemberCount extends countSchema.class {}
countSchema.setClass(MemberCount);
