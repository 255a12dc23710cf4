import { defineEntity, p } from '@mikro-orm/core';
import { languages } from '../correspondence.ts';

/** A tenant. Every other row of the directory, accounts excepted, belongs to exactly one. */
const schema = defineEntity({
  name: 'Organization',
  comment: 'A tenant of the directory.',
  indexes: [
    {
      name: 'organization_embedding_origins_index',
      expression:
        'create index "organization_embedding_origins_index" on "organization" using gin ("embedding_origins")',
    },
  ],
  checks: [
    { name: 'organization_password_length_check', expression: 'minimum_password_length >= 8' },
  ],
  properties: {
    id: p.uuid().primary(),
    slug: p
      .text()
      .unique('organization_slug_unique')
      .comment('Names the organization in URLs and DNs.'),
    name: p.text(),
    invitationLifetimeHours: p.integer().default(72),
    resetLinkLifetimeHours: p.integer().default(24),
    minimumPasswordLength: p.integer().default(15),
    embeddingOrigins: p
      .array<string>()
      .columnType('text[]')
      .defaultRaw("'{}'")
      .comment('Pages of these origins may embed the components.'),
    language: p.enum(languages).default('en').comment('Of the mails to its people.'),
    ldapSuffix: p
      .text()
      .nullable()
      .comment('DN of the organization; null: below the base DN of the instance.'),
    ldapSuffixKey: p.text().nullable().unique('organization_ldap_suffix_unique'),
    departmentsFollowScim: p
      .boolean()
      .default(false)
      .comment("A member's primary department is what the identity provider names."),
    activationMail: p
      .boolean()
      .default(false)
      .comment('Who is provisioned without a password is mailed a link to choose one.'),
    cursorKey: p
      .text()
      .lazy()
      .defaultRaw('((gen_random_uuid())::text || (gen_random_uuid())::text)')
      .comment('What cursors of lists are sealed with.'),
    createdAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Organization extends schema.class {}
schema.setClass(Organization);
