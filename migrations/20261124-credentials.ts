import { Migration } from '@mikro-orm/migrations';

/** Scopes, expiry and rotation of SCIM tokens; when a service account was last used. */
export class Credentials extends Migration {
  override up(): void {
    this.addSql(
      `alter table "scim_token" add "scopes" text[] not null default '{read,write}', add "expires_at" timestamptz null, add "previous_secret_hash" text null, add "previous_secret_until" timestamptz null`,
    );
    this.addSql(
      `comment on column "scim_token"."previous_secret_hash" is 'Of the secret before, which is good until previous_secret_until.'`,
    );
    this.addSql(
      `alter table "scim_token" add constraint "scim_token_previous_secret_unique" unique ("previous_secret_hash")`,
    );
    this.addSql(`alter table "ldap_service_account" add "last_used_at" timestamptz null`);
  }
}
