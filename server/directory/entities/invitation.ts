import { defineEntity, p } from '@mikro-orm/core';
import type { ActorReference } from '../session.ts';
import { Member } from './member.ts';
import { tenantKey } from './tenant-key.ts';

/** What is stored of an invitation. `expired` is not: it is a pending one whose time is over. */
export const storedInvitationStates = ['pending', 'accepted', 'rejected', 'revoked'] as const;

/** One link that asks a pending member to join. A new link is a new invitation and revokes the one before. */
const schema = defineEntity({
  name: 'Invitation',
  comment: 'One link that asks a pending member to join.',
  uniques: [
    {
      name: 'invitation_one_pending',
      properties: ['organization', 'member'],
      where: "state = 'pending'",
    },
  ],
  indexes: [
    { name: 'invitation_member_index', properties: ['organization', 'member', 'createdAt'] },
    { name: 'invitation_inviter_index', properties: ['organization', 'inviter'] },
    {
      name: 'invitation_link_expiry_index',
      properties: ['expiresAt'],
      where: 'token_hash is not null',
    },
    {
      name: 'invitation_open_index',
      properties: ['organization', 'state'],
      where: "state <> 'accepted'",
    },
  ],
  properties: {
    ...tenantKey,
    member: () =>
      p
        .manyToOne(Member)
        .joinColumns('organization_id', 'member_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    tokenHash: p
      .text()
      .nullable()
      .unique('invitation_token_unique')
      .comment('SHA-256 of the token; null when it is long over.'),
    email: p.text().nullable().comment('Where the link was mailed; null for one handed over.'),
    state: p.enum(storedInvitationStates),
    inviter: () =>
      p
        .manyToOne(Member)
        .joinColumns('organization_id', 'inviter_id')
        .nullable()
        .deleteRule('no action')
        .updateRule('restrict'),
    invitedBy: p.json<ActorReference>(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    answeredAt: p.datetime().nullable(),
  },
});

export class Invitation extends schema.class {}
schema.setClass(Invitation);
