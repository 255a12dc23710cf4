import { Migration } from '@mikro-orm/migrations';

/** Scopes, expiry and rotation of SCIM tokens, use of service accounts, app passwords. */
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
    this.addSql(`create table "app_password" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "member_id" uuid not null,
        "name" text not null,
        "secret_hash" text not null,
        "created_at" timestamptz not null,
        "last_used_at" timestamptz null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "app_password" is 'What a member lets one legacy application bind with, instead of the password.'`,
    );
    this.addSql(
      `comment on column "app_password"."secret_hash" is 'SHA-256; the password is generated.'`,
    );
    this.addSql(
      `alter table "app_password" add constraint "app_password_secret_unique" unique ("secret_hash")`,
    );
    this.addSql(
      `create index "app_password_member_index" on "app_password" ("organization_id", "member_id")`,
    );
    this.addSql(
      `alter table "app_password" add constraint "app_password_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "app_password" add constraint "app_password_organization_id_member_id_foreign" foreign key ("organization_id", "member_id") references "member" ("organization_id", "id") on update restrict on delete cascade`,
    );
  }
}
