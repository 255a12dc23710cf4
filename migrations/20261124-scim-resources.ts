import { Migration } from '@mikro-orm/migrations';

/**
 * Resources of the operator's own types, what a SCIM connection leans on, ids that identity providers
 * give to departments and roles, and what cursors are sealed with.
 */
export class ScimResources extends Migration {
  override up(): void {
    this.addSql(`alter table "organization"
        add column "departments_follow_scim" boolean not null default false,
        add column "activation_mail" boolean not null default false,
        add column "cursor_key" text not null default ((gen_random_uuid())::text || (gen_random_uuid())::text)`);
    this.addSql(
      `comment on column "organization"."departments_follow_scim" is 'A member''s primary department is what the identity provider names.'`,
    );
    this.addSql(
      `comment on column "organization"."activation_mail" is 'Who is provisioned without a password is mailed a link to choose one.'`,
    );
    this.addSql(
      `comment on column "organization"."cursor_key" is 'What cursors of lists are sealed with.'`,
    );
    for (const table of ['department', 'role']) {
      this.addSql(`alter table "${table}" add column "external_id" text null`);
      this.addSql(
        `alter table "${table}" add constraint "${table}_external_id_unique" unique ("organization_id", "external_id")`,
      );
    }
    this.addSql(`create table "scim_resource" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "type" text not null,
        "external_id" text null,
        "attributes" jsonb not null,
        "attributes_key" jsonb not null,
        "created_at" timestamptz not null,
        "updated_at" timestamptz not null,
        "version" int not null default 1,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "scim_resource" is 'A resource of a type that the operator declares.'`,
    );
    this.addSql(
      `comment on column "scim_resource"."attributes_key" is 'The attributes, each value in the form by which it compares.'`,
    );
    this.addSql(
      `create index "scim_resource_order_index" on "scim_resource" ("organization_id", "type", "created_at", "id")`,
    );
    this.addSql(
      `alter table "scim_resource" add constraint "scim_resource_external_id_unique" unique ("organization_id", "type", "external_id")`,
    );
    this.addSql(
      `alter table "scim_resource" add constraint "scim_resource_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(`create table "scim_unique_value" (
        "organization_id" uuid not null,
        "type" text not null,
        "attribute" text not null,
        "value_hash" text not null,
        "resource_id" uuid not null,
        primary key ("organization_id", "type", "attribute", "value_hash")
      )`);
    this.addSql(
      `comment on table "scim_unique_value" is 'A value that only one resource of its type may have.'`,
    );
    this.addSql(
      `comment on column "scim_unique_value"."value_hash" is 'SHA-256 of the value in the form by which it compares.'`,
    );
    this.addSql(
      `create index "scim_unique_value_resource_index" on "scim_unique_value" ("organization_id", "resource_id")`,
    );
    this.addSql(
      `alter table "scim_unique_value" add constraint "scim_unique_value_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "scim_unique_value" add constraint "scim_unique_value_organization_id_resource_id_foreign" foreign key ("organization_id", "resource_id") references "scim_resource" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(`create table "scim_tolerance_use" (
        "organization_id" uuid not null,
        "token_id" uuid not null,
        "tolerance" text not null,
        "uses" int not null,
        "last_used_at" timestamptz not null,
        primary key ("organization_id", "token_id", "tolerance")
      )`);
    this.addSql(
      `comment on table "scim_tolerance_use" is 'How often a SCIM connection leans on a tolerance of its profile.'`,
    );
    this.addSql(`create table "scim_request" (
        "organization_id" uuid not null,
        "token_id" uuid not null,
        "failed" boolean not null,
        "at" timestamptz not null,
        "method" text not null,
        "path" text not null,
        "status" int not null,
        "detail" text null,
        primary key ("organization_id", "token_id", "failed")
      )`);
    this.addSql(
      `comment on table "scim_request" is 'The last request of a SCIM connection, and the last that failed.'`,
    );
    this.addSql(
      `comment on column "scim_request"."path" is 'Without ids and queries, which can name people.'`,
    );
    for (const table of ['scim_tolerance_use', 'scim_request']) {
      this.addSql(
        `alter table "${table}" add constraint "${table}_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
      );
      this.addSql(
        `alter table "${table}" add constraint "${table}_organization_id_token_id_foreign" foreign key ("organization_id", "token_id") references "scim_token" ("organization_id", "id") on update restrict on delete cascade`,
      );
    }
  }
}
