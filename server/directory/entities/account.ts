import { defineEntity, p } from '@mikro-orm/core';
import { Organization } from './organization.ts';

/**
 * A login identity. It belongs to a person and outlives any one membership. It is *managed* by the
 * organization that made it, or *self-owned* (no managing organization) with a username of its own.
 */
const schema = defineEntity({
  name: 'Account',
  comment: 'A login identity; managed by the organization that made it, or self-owned.',
  indexes: [{ name: 'account_email_key_index', properties: ['emailKey'] }],
  properties: {
    id: p.uuid().primary(),
    managingOrganization: () =>
      p.manyToOne(Organization).nullable().deleteRule('cascade').updateRule('restrict'),
    username: p.text().nullable().comment('Of self-owned accounts only.'),
    usernameKey: p.text().nullable().unique('account_username_key_unique'),
    email: p.text().nullable(),
    emailKey: p.text().nullable(),
    passwordHash: p.text().nullable().comment('Argon2id, PHC string format.'),
    passwordChangedAt: p.datetime().nullable(),
    passwordTemporaryUntil: p
      .datetime()
      .nullable()
      .comment('Set while the password is for the first sign-in only, which ends then.'),
    lastLoginAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
});

export class Account extends schema.class {}
schema.setClass(Account);
