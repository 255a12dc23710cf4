import { Migration } from '@mikro-orm/migrations';

/** What an organization can set for itself, with the defaults of the house for those that exist. */
export class OrganizationSettings extends Migration {
  override up(): void {
    this.addSql(`alter table "organization"
        add column "invitation_lifetime_hours" int not null default 72,
        add column "reset_link_lifetime_hours" int not null default 24,
        add column "minimum_password_length" int not null default 15,
        add column "embedding_origins" text[] not null default '{}',
        add column "ldap_suffix" text null,
        add column "ldap_suffix_key" text null`);
    this.addSql(
      `comment on column "organization"."embedding_origins" is 'Pages of these origins may embed the components.'`,
    );
    this.addSql(
      `comment on column "organization"."ldap_suffix" is 'DN of the organization; null: below the base DN of the instance.'`,
    );
    this.addSql(
      `alter table "organization" add constraint "organization_ldap_suffix_unique" unique ("ldap_suffix_key")`,
    );
    this.addSql(
      `alter table "organization" add constraint "organization_password_length_check" check (minimum_password_length >= 8)`,
    );
    this.addSql(`alter table "member" add column "default_heir" boolean not null default false`);
    this.addSql(
      `comment on column "member"."default_heir" is 'Takes over what removed members held; none: the initial administrator.'`,
    );
    this.addSql(
      `create unique index "member_one_default_heir" on "member" ("organization_id") where default_heir`,
    );
  }
}
