import { defineEntity, p } from '@mikro-orm/core';
import { Member } from './member.ts';
import { tenantKey } from './tenant-key.ts';

/** What a member lets one legacy application bind with, instead of the password. */
const schema = defineEntity({
  name: 'AppPassword',
  comment: 'What a member lets one legacy application bind with, instead of the password.',
  indexes: [{ name: 'app_password_member_index', properties: ['organization', 'member'] }],
  properties: {
    ...tenantKey,
    member: () =>
      p
        .manyToOne(Member)
        .joinColumns('organization_id', 'member_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    name: p.text(),
    secretHash: p
      .text()
      .unique('app_password_secret_unique')
      .comment('SHA-256; the password is generated.'),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
  },
});

export class AppPassword extends schema.class {}
schema.setClass(AppPassword);
