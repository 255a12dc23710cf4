import { Migration } from '@mikro-orm/migrations';

/** Invitations, password-reset links, passwords for the first sign-in only, and who made which credential. */
export class Invitations extends Migration {
  override up(): void {
    this.addSql(`create table "invitation" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "member_id" uuid not null,
        "token_hash" text not null,
        "email" text null,
        "state" text not null,
        "inviter_id" uuid null,
        "invited_by" jsonb not null,
        "created_at" timestamptz not null,
        "expires_at" timestamptz not null,
        "answered_at" timestamptz null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(`comment on table "invitation" is 'One link that asks a pending member to join.'`);
    this.addSql(`comment on column "invitation"."token_hash" is 'SHA-256 of the token.'`);
    this.addSql(
      `comment on column "invitation"."email" is 'Where the link was mailed; null for one handed over.'`,
    );
    this.addSql(
      `alter table "invitation" add constraint "invitation_token_unique" unique ("token_hash")`,
    );
    this.addSql(
      `create index "invitation_member_index" on "invitation" ("organization_id", "member_id", "created_at")`,
    );
    this.addSql(
      `create index "invitation_inviter_index" on "invitation" ("organization_id", "inviter_id")`,
    );
    this.addSql(
      `create unique index "invitation_one_pending" on "invitation" ("organization_id", "member_id") where state = 'pending'`,
    );
    this.addSql(`create table "password_reset" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "member_id" uuid not null,
        "account_id" uuid not null,
        "token_hash" text not null,
        "state" text not null,
        "created_by" jsonb not null,
        "created_at" timestamptz not null,
        "expires_at" timestamptz not null,
        "used_at" timestamptz null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "password_reset" is 'A link that sets an account''s password once.'`,
    );
    this.addSql(`comment on column "password_reset"."token_hash" is 'SHA-256 of the token.'`);
    this.addSql(
      `alter table "password_reset" add constraint "password_reset_token_unique" unique ("token_hash")`,
    );
    this.addSql(
      `create index "password_reset_member_index" on "password_reset" ("organization_id", "member_id")`,
    );
    this.addSql(
      `create unique index "password_reset_one_pending" on "password_reset" ("account_id") where state = 'pending'`,
    );
    this.addSql(`alter table "account" add "password_temporary_until" timestamptz null`);
    this.addSql(
      `comment on column "account"."password_temporary_until" is 'Set while the password is for the first sign-in only, which ends then.'`,
    );
    this.addSql(`alter table "ldap_service_account" add "creator_id" uuid null`);
    this.addSql(
      `alter table "ldap_service_account" add constraint "ldap_service_account_organization_id_creator_id_foreign" foreign key ("organization_id", "creator_id") references "member" ("organization_id", "id") on update restrict on delete no action`,
    );
    this.addSql(
      `create index "ldap_service_account_creator_index" on "ldap_service_account" ("organization_id", "creator_id")`,
    );
    this.addSql(`alter table "api_key" add "creator_id" uuid null`);
    this.addSql(
      `alter table "api_key" add constraint "api_key_organization_id_creator_id_foreign" foreign key ("organization_id", "creator_id") references "member" ("organization_id", "id") on update restrict on delete no action`,
    );
    this.addSql(
      `create index "api_key_creator_index" on "api_key" ("organization_id", "creator_id")`,
    );
    this.addSql(
      `alter table "invitation" add constraint "invitation_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "invitation" add constraint "invitation_organization_id_member_id_foreign" foreign key ("organization_id", "member_id") references "member" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "invitation" add constraint "invitation_organization_id_inviter_id_foreign" foreign key ("organization_id", "inviter_id") references "member" ("organization_id", "id") on update restrict on delete no action`,
    );
    this.addSql(
      `alter table "invitation" add constraint "invitation_state_check" check ("state" in ('pending', 'accepted', 'rejected', 'revoked'))`,
    );
    this.addSql(
      `alter table "password_reset" add constraint "password_reset_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "password_reset" add constraint "password_reset_organization_id_member_id_foreign" foreign key ("organization_id", "member_id") references "member" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "password_reset" add constraint "password_reset_account_id_foreign" foreign key ("account_id") references "account" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "password_reset" add constraint "password_reset_state_check" check ("state" in ('pending', 'used', 'revoked'))`,
    );
    this.addSql(
      `create index "outgoing_mail_recipient_index" on "outgoing_mail" ("organization_id", "recipient_address", "created_at")`,
    );
    this.addSql(`alter table "change" add "heir_id" uuid null`);
    this.addSql(
      `comment on column "change"."heir_id" is 'Of a member that was removed: who took over what it held.'`,
    );
  }
}
