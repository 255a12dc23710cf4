import { Migration } from '@mikro-orm/migrations';

/** Organizations, accounts, members, departments, roles, groups, credentials, the change feed, the outbox. */
export class FirstFloor extends Migration {
  override up(): void {
    this.addSql(`create table "organization" (
        "id" uuid not null,
        "slug" text not null,
        "name" text not null,
        "created_at" timestamptz not null,
        "version" int not null default 1,
        primary key ("id")
      )`);
    this.addSql(`comment on table "organization" is 'A tenant of the directory.'`);
    this.addSql(
      `comment on column "organization"."slug" is 'Names the organization in URLs and DNs.'`,
    );
    this.addSql(
      `alter table "organization" add constraint "organization_slug_unique" unique ("slug")`,
    );
    this.addSql(`create table "ldap_service_account" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "name" text not null,
        "name_key" text not null,
        "secret_hash" text not null,
        "created_at" timestamptz not null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "ldap_service_account" is 'What a legacy application binds with before it searches.'`,
    );
    this.addSql(
      `comment on column "ldap_service_account"."secret_hash" is 'SHA-256 of a generated secret, or Argon2id of a chosen one.'`,
    );
    this.addSql(
      `alter table "ldap_service_account" add constraint "ldap_service_account_name_unique" unique ("organization_id", "name_key")`,
    );
    this.addSql(`create table "directory_group" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "display_name" text not null,
        "display_name_key" text not null,
        "external_id" text null,
        "created_at" timestamptz not null,
        "updated_at" timestamptz not null,
        "version" int not null default 1,
        primary key ("organization_id", "id")
      )`);
    this.addSql(`comment on table "directory_group" is 'A set of members and groups.'`);
    this.addSql(
      `alter table "directory_group" add constraint "group_display_name_unique" unique ("organization_id", "display_name_key")`,
    );
    this.addSql(
      `alter table "directory_group" add constraint "group_external_id_unique" unique ("organization_id", "external_id")`,
    );
    this.addSql(`create table "nested_group" (
        "organization_id" uuid not null,
        "parent_id" uuid not null,
        "child_id" uuid not null,
        primary key ("organization_id", "parent_id", "child_id")
      )`);
    this.addSql(`comment on table "nested_group" is 'A group inside a group.'`);
    this.addSql(
      `create index "nested_group_child_index" on "nested_group" ("organization_id", "child_id")`,
    );
    this.addSql(
      `alter table "nested_group" add constraint "nested_group_not_itself" check (parent_id <> child_id)`,
    );
    this.addSql(`create table "department" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "parent_id" uuid null,
        "name" text not null,
        "name_key" text not null,
        "position" int not null,
        "created_at" timestamptz not null,
        "updated_at" timestamptz not null,
        "version" int not null default 1,
        primary key ("organization_id", "id")
      )`);
    this.addSql(`comment on table "department" is 'A node of the organization''s tree.'`);
    this.addSql(`comment on column "department"."position" is 'Order among siblings, ascending.'`);
    this.addSql(
      `alter table "department" add constraint "department_sibling_name_unique" unique ("organization_id", "parent_id", "name_key")`,
    );
    this.addSql(
      `create unique index "department_one_root" on "department" ("organization_id") where parent_id is null`,
    );
    this.addSql(`create table "change" (
        "id" bigserial primary key,
        "transaction" xid8 not null default pg_current_xact_id(),
        "organization_id" uuid not null,
        "subject" text not null,
        "subject_id" uuid not null,
        "kind" text not null,
        "membership" jsonb null,
        "actor" jsonb not null,
        "at" timestamptz not null
      )`);
    this.addSql(
      `comment on table "change" is 'The change feed, written in the transaction of what it tells.'`,
    );
    this.addSql(`create index "change_order_index" on "change" ("transaction", "id")`);
    this.addSql(`create table "api_key" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "name" text not null,
        "secret_hash" text not null,
        "permissions" text[] not null,
        "created_at" timestamptz not null,
        "expires_at" timestamptz null,
        "last_used_at" timestamptz null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "api_key" is 'What a product''s back end calls the admin API with.'`,
    );
    this.addSql(`comment on column "api_key"."secret_hash" is 'SHA-256 of the key.'`);
    this.addSql(
      `alter table "api_key" add constraint "api_key_secret_unique" unique ("secret_hash")`,
    );
    this.addSql(`create table "account" (
        "id" uuid not null,
        "managing_organization_id" uuid null,
        "username" text null,
        "username_key" text null,
        "email" text null,
        "email_key" text null,
        "password_hash" text null,
        "password_changed_at" timestamptz null,
        "last_login_at" timestamptz null,
        "created_at" timestamptz not null,
        primary key ("id")
      )`);
    this.addSql(
      `comment on table "account" is 'A login identity; managed by the organization that made it, or self-owned.'`,
    );
    this.addSql(`comment on column "account"."username" is 'Of self-owned accounts only.'`);
    this.addSql(`comment on column "account"."password_hash" is 'Argon2id, PHC string format.'`);
    this.addSql(
      `alter table "account" add constraint "account_username_key_unique" unique ("username_key")`,
    );
    this.addSql(`create index "account_email_key_index" on "account" ("email_key")`);
    this.addSql(`create table "member" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "account_id" uuid null,
        "status" text not null,
        "username" text null,
        "username_key" text null,
        "display_name" text not null,
        "display_name_key" text not null,
        "email" text null,
        "email_key" text null,
        "external_id" text null,
        "initial_administrator" boolean not null default false,
        "manager_id" uuid null,
        "profile" jsonb not null,
        "profile_key" jsonb not null,
        "created_by" jsonb not null,
        "created_at" timestamptz not null,
        "updated_at" timestamptz not null,
        "activated_at" timestamptz null,
        "last_login_at" timestamptz null,
        "version" int not null default 1,
        primary key ("organization_id", "id")
      )`);
    this.addSql(`comment on table "member" is 'An account''s place in one organization.'`);
    this.addSql(`comment on column "member"."email" is 'The organization e-mail.'`);
    this.addSql(
      `comment on column "member"."initial_administrator" is 'Only hands over; one an organization.'`,
    );
    this.addSql(
      `comment on column "member"."profile_key" is 'The profile, each text in the form by which it compares.'`,
    );
    this.addSql(
      `create index "member_display_name_index" on "member" ("organization_id", "display_name_key", "id")`,
    );
    this.addSql(`create index "member_email_index" on "member" ("organization_id", "email_key")`);
    this.addSql(
      `create index "member_created_index" on "member" ("organization_id", "created_at", "id")`,
    );
    this.addSql(
      `create index "member_manager_index" on "member" ("organization_id", "manager_id")`,
    );
    this.addSql(
      `alter table "member" add constraint "member_username_unique" unique ("organization_id", "username_key")`,
    );
    this.addSql(
      `alter table "member" add constraint "member_external_id_unique" unique ("organization_id", "external_id")`,
    );
    this.addSql(
      `alter table "member" add constraint "member_account_unique" unique ("organization_id", "account_id")`,
    );
    this.addSql(
      `create unique index "member_one_initial_administrator" on "member" ("organization_id") where initial_administrator`,
    );
    this.addSql(
      `alter table "member" add constraint "member_pending_has_no_account" check ((status = 'pending') = (account_id is null))`,
    );
    this.addSql(
      `alter table "member" add constraint "member_status_check" check ("status" in ('pending', 'enabled', 'disabled'))`,
    );
    this.addSql(`create table "member_department" (
        "organization_id" uuid not null,
        "member_id" uuid not null,
        "department_id" uuid not null,
        "primary" boolean not null,
        primary key ("organization_id", "member_id", "department_id")
      )`);
    this.addSql(`comment on table "member_department" is 'A member''s place in a department.'`);
    this.addSql(
      `create index "member_department_department_index" on "member_department" ("organization_id", "department_id")`,
    );
    this.addSql(
      `create unique index "member_department_one_primary" on "member_department" ("organization_id", "member_id") where "primary"`,
    );
    this.addSql(`create table "group_member" (
        "organization_id" uuid not null,
        "group_id" uuid not null,
        "member_id" uuid not null,
        primary key ("organization_id", "group_id", "member_id")
      )`);
    this.addSql(`comment on table "group_member" is 'A member of a group.'`);
    this.addSql(
      `create index "group_member_member_index" on "group_member" ("organization_id", "member_id")`,
    );
    this.addSql(`create table "outgoing_mail" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "recipient_name" text null,
        "recipient_address" text not null,
        "subject" text not null,
        "text" text not null,
        "html" text null,
        "state" text not null,
        "attempts" int not null default 0,
        "due_at" timestamptz not null,
        "last_error" text null,
        "created_at" timestamptz not null,
        "sent_at" timestamptz null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(`comment on table "outgoing_mail" is 'The outbox.'`);
    this.addSql(
      `comment on column "outgoing_mail"."due_at" is 'Not before this time; moves on with each failed attempt.'`,
    );
    this.addSql(`create index "outgoing_mail_due_index" on "outgoing_mail" ("state", "due_at")`);
    this.addSql(
      `alter table "outgoing_mail" add constraint "outgoing_mail_state_check" check ("state" in ('queued', 'sent', 'abandoned'))`,
    );
    this.addSql(`create table "role" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "name" text not null,
        "name_key" text not null,
        "built_in" text null,
        "permissions" text[] not null,
        "created_at" timestamptz not null,
        "updated_at" timestamptz not null,
        "version" int not null default 1,
        primary key ("organization_id", "id")
      )`);
    this.addSql(`comment on table "role" is 'A named set of permissions.'`);
    this.addSql(`comment on column "role"."built_in" is 'administrator, auditor or member.'`);
    this.addSql(
      `alter table "role" add constraint "role_name_unique" unique ("organization_id", "name_key")`,
    );
    this.addSql(`create table "member_role" (
        "organization_id" uuid not null,
        "member_id" uuid not null,
        "role_id" uuid not null,
        primary key ("organization_id", "member_id", "role_id")
      )`);
    this.addSql(`comment on table "member_role" is 'A role that a member holds.'`);
    this.addSql(
      `create index "member_role_role_index" on "member_role" ("organization_id", "role_id")`,
    );
    this.addSql(`create table "scim_token" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "name" text not null,
        "secret_hash" text not null,
        "profile" text not null,
        "created_at" timestamptz not null,
        "last_used_at" timestamptz null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "scim_token" is 'What an identity provider writes the directory with.'`,
    );
    this.addSql(`comment on column "scim_token"."secret_hash" is 'SHA-256 of the token.'`);
    this.addSql(
      `alter table "scim_token" add constraint "scim_token_secret_unique" unique ("secret_hash")`,
    );
    this.addSql(
      `alter table "scim_token" add constraint "scim_token_profile_check" check ("profile" in ('lenient', 'rfc', 'interop'))`,
    );
    this.addSql(`create table "sign_in_session" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "member_id" uuid not null,
        "account_id" uuid not null,
        "secret_hash" text not null,
        "created_at" timestamptz not null,
        "last_seen_at" timestamptz not null,
        "expires_at" timestamptz not null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(`comment on table "sign_in_session" is 'A signed-in browser.'`);
    this.addSql(`comment on column "sign_in_session"."secret_hash" is 'SHA-256 of the cookie.'`);
    this.addSql(
      `alter table "sign_in_session" add constraint "sign_in_session_secret_unique" unique ("secret_hash")`,
    );
    this.addSql(
      `create index "sign_in_session_member_index" on "sign_in_session" ("organization_id", "member_id")`,
    );
    this.addSql(`create index "sign_in_session_expiry_index" on "sign_in_session" ("expires_at")`);
    this.addSql(
      `alter table "ldap_service_account" add constraint "ldap_service_account_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "directory_group" add constraint "directory_group_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "nested_group" add constraint "nested_group_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "nested_group" add constraint "nested_group_organization_id_parent_id_foreign" foreign key ("organization_id", "parent_id") references "directory_group" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "nested_group" add constraint "nested_group_organization_id_child_id_foreign" foreign key ("organization_id", "child_id") references "directory_group" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "department" add constraint "department_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "department" add constraint "department_organization_id_parent_id_foreign" foreign key ("organization_id", "parent_id") references "department" ("organization_id", "id") on update restrict on delete restrict`,
    );
    this.addSql(
      `alter table "change" add constraint "change_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "api_key" add constraint "api_key_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "account" add constraint "account_managing_organization_id_foreign" foreign key ("managing_organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "member" add constraint "member_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "member" add constraint "member_account_id_foreign" foreign key ("account_id") references "account" ("id") on update restrict on delete restrict`,
    );
    this.addSql(
      `alter table "member" add constraint "member_organization_id_manager_id_foreign" foreign key ("organization_id", "manager_id") references "member" ("organization_id", "id") on update restrict on delete no action`,
    );
    this.addSql(
      `alter table "member_department" add constraint "member_department_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "member_department" add constraint "member_department_organization_id_member_id_foreign" foreign key ("organization_id", "member_id") references "member" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "member_department" add constraint "member_department_organization_id_department_id_foreign" foreign key ("organization_id", "department_id") references "department" ("organization_id", "id") on update restrict on delete restrict`,
    );
    this.addSql(
      `alter table "group_member" add constraint "group_member_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "group_member" add constraint "group_member_organization_id_group_id_foreign" foreign key ("organization_id", "group_id") references "directory_group" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "group_member" add constraint "group_member_organization_id_member_id_foreign" foreign key ("organization_id", "member_id") references "member" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "outgoing_mail" add constraint "outgoing_mail_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "role" add constraint "role_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "member_role" add constraint "member_role_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "member_role" add constraint "member_role_organization_id_member_id_foreign" foreign key ("organization_id", "member_id") references "member" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "member_role" add constraint "member_role_organization_id_role_id_foreign" foreign key ("organization_id", "role_id") references "role" ("organization_id", "id") on update restrict on delete restrict`,
    );
    this.addSql(
      `alter table "scim_token" add constraint "scim_token_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "sign_in_session" add constraint "sign_in_session_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "sign_in_session" add constraint "sign_in_session_organization_id_member_id_foreign" foreign key ("organization_id", "member_id") references "member" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "sign_in_session" add constraint "sign_in_session_account_id_foreign" foreign key ("account_id") references "account" ("id") on update restrict on delete cascade`,
    );
  }
}
