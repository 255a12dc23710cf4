import { defineEntity, p } from '@mikro-orm/core';
import type { Permission } from '../permissions.ts';
import { Account } from './account.ts';
import { Member } from './member.ts';
import { tenantKey } from './tenant-key.ts';

export const scimProfiles = ['lenient', 'rfc', 'interop'] as const;
/** How strictly a SCIM connection reads what its identity provider sends. */
export type ScimProfile = (typeof scimProfiles)[number];

export const scimScopes = ['read', 'write'] as const;
/** What a SCIM connection may do. */
export type ScimScope = (typeof scimScopes)[number];

/** What an identity provider writes the directory with. */
const scimTokenSchema = defineEntity({
  name: 'ScimToken',
  comment: 'What an identity provider writes the directory with.',
  properties: {
    ...tenantKey,
    name: p.text(),
    secretHash: p.text().unique('scim_token_secret_unique').comment('SHA-256 of the token.'),
    previousSecretHash: p
      .text()
      .nullable()
      .unique('scim_token_previous_secret_unique')
      .comment('Of the secret before, which is good until previous_secret_until.'),
    previousSecretUntil: p.datetime().nullable(),
    profile: p.enum(scimProfiles),
    scopes: p.array<ScimScope>().columnType('text[]').defaultRaw("'{read,write}'"),
    createdAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
  },
});

export class ScimToken extends scimTokenSchema.class {}
scimTokenSchema.setClass(ScimToken);

/** What a product's back end calls the admin API with. */
const apiKeySchema = defineEntity({
  name: 'ApiKey',
  comment: "What a product's back end calls the admin API with.",
  indexes: [{ name: 'api_key_creator_index', properties: ['organization', 'creator'] }],
  properties: {
    ...tenantKey,
    name: p.text(),
    secretHash: p.text().unique('api_key_secret_unique').comment('SHA-256 of the key.'),
    permissions: p.array<Permission>().columnType('text[]'),
    creator: () =>
      p
        .manyToOne(Member)
        .joinColumns('organization_id', 'creator_id')
        .nullable()
        .deleteRule('no action')
        .updateRule('restrict'),
    createdAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
  },
});

export class ApiKey extends apiKeySchema.class {}
apiKeySchema.setClass(ApiKey);

/** What a legacy application binds with before it searches. */
const ldapServiceAccountSchema = defineEntity({
  name: 'LdapServiceAccount',
  comment: 'What a legacy application binds with before it searches.',
  uniques: [{ name: 'ldap_service_account_name_unique', properties: ['organization', 'nameKey'] }],
  indexes: [
    { name: 'ldap_service_account_creator_index', properties: ['organization', 'creator'] },
  ],
  properties: {
    ...tenantKey,
    name: p.text(),
    nameKey: p.text(),
    secretHash: p.text().comment('SHA-256 of a generated secret, or Argon2id of a chosen one.'),
    creator: () =>
      p
        .manyToOne(Member)
        .joinColumns('organization_id', 'creator_id')
        .nullable()
        .deleteRule('no action')
        .updateRule('restrict'),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
  },
});

export class LdapServiceAccount extends ldapServiceAccountSchema.class {}
ldapServiceAccountSchema.setClass(LdapServiceAccount);

/** A signed-in browser. */
const signInSessionSchema = defineEntity({
  name: 'SignInSession',
  comment: 'A signed-in browser.',
  indexes: [
    { name: 'sign_in_session_member_index', properties: ['organization', 'member'] },
    { name: 'sign_in_session_account_index', properties: ['account'] },
    { name: 'sign_in_session_expiry_index', properties: ['expiresAt'] },
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
    secretHash: p.text().unique('sign_in_session_secret_unique').comment('SHA-256 of the cookie.'),
    address: p.text().nullable().comment('Where the person signed in from.'),
    userAgent: p.text().nullable(),
    createdAt: p.datetime().comment('When the person signed in.'),
    lastSeenAt: p.datetime(),
    expiresAt: p.datetime(),
  },
});

export class SignInSession extends signInSessionSchema.class {}
signInSessionSchema.setClass(SignInSession);
