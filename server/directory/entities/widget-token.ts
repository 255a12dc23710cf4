import { defineEntity, p } from '@mikro-orm/core';
import type { Permission } from '../permissions.ts';
import { ApiKey } from './credential.ts';
import { Member } from './member.ts';
import { tenantKey } from './tenant-key.ts';

/** What an embedded component calls the admin API with, for one member and from one origin. */
const schema = defineEntity({
  name: 'WidgetToken',
  comment: 'What an embedded component calls the admin API with, for one member.',
  indexes: [
    { name: 'widget_token_member_index', properties: ['organization', 'member'] },
    { name: 'widget_token_api_key_index', properties: ['organization', 'apiKey'] },
    { name: 'widget_token_expiry_index', properties: ['expiresAt'] },
  ],
  properties: {
    ...tenantKey,
    member: () =>
      p
        .manyToOne(Member)
        .joinColumns('organization_id', 'member_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    apiKey: () =>
      p
        .manyToOne(ApiKey)
        .joinColumns('organization_id', 'api_key_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
    secretHash: p.text().unique('widget_token_secret_unique').comment('SHA-256 of the token.'),
    permissions: p.array<Permission>().columnType('text[]'),
    origin: p.text().comment('As browsers write it; pages of no other can use the token.'),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
  },
});

export class WidgetToken extends schema.class {}
schema.setClass(WidgetToken);
