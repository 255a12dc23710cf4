import { defineEntity, p } from '@mikro-orm/core';
import type { ActorReference } from '../session.ts';
import { Account } from './account.ts';
import { Member } from './member.ts';
import { tenantKey } from './tenant-key.ts';

/** A link that sets an account's password once. A new link revokes the one before. */
const schema = defineEntity({
  name: 'PasswordReset',
  comment: "A link that sets an account's password once.",
  uniques: [
    {
      name: 'password_reset_one_pending',
      properties: ['account'],
      where: "state = 'pending'",
    },
  ],
  indexes: [
    { name: 'password_reset_member_index', properties: ['organization', 'member'] },
    { name: 'password_reset_expiry_index', properties: ['expiresAt'] },
  ],
  properties: {
    ...tenantKey,
    member: () =>
      p
        .manyToOne(Member)
        .joinColumns('organization_id', 'member_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    account: () => p.manyToOne(Account).deleteRule('cascade').updateRule('restrict'),
    tokenHash: p.text().unique('password_reset_token_unique').comment('SHA-256 of the token.'),
    state: p.enum(['pending', 'used', 'revoked']),
    createdBy: p.json<ActorReference>(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    usedAt: p.datetime().nullable(),
  },
});

export class PasswordReset extends schema.class {}
schema.setClass(PasswordReset);
