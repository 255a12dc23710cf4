import { Migration } from '@mikro-orm/migrations';

/** Widget tokens, and organizations by embedding origin. */
export class WidgetTokens extends Migration {
  override up(): void {
    this.addSql(`create table "widget_token" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "member_id" uuid not null,
        "api_key_id" uuid not null,
        "secret_hash" text not null,
        "permissions" text[] not null,
        "origin" text not null,
        "created_at" timestamptz not null,
        "expires_at" timestamptz not null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "widget_token" is 'What an embedded component calls the admin API with, for one member.'`,
    );
    this.addSql(`comment on column "widget_token"."secret_hash" is 'SHA-256 of the token.'`);
    this.addSql(
      `comment on column "widget_token"."origin" is 'As browsers write it; pages of no other can use the token.'`,
    );
    this.addSql(
      `alter table "widget_token" add constraint "widget_token_secret_unique" unique ("secret_hash")`,
    );
    this.addSql(
      `create index "widget_token_member_index" on "widget_token" ("organization_id", "member_id")`,
    );
    this.addSql(
      `create index "widget_token_api_key_index" on "widget_token" ("organization_id", "api_key_id")`,
    );
    this.addSql(`create index "widget_token_expiry_index" on "widget_token" ("expires_at")`);
    this.addSql(
      `alter table "widget_token" add constraint "widget_token_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "widget_token" add constraint "widget_token_organization_id_member_id_foreign" foreign key ("organization_id", "member_id") references "member" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "widget_token" add constraint "widget_token_organization_id_api_key_id_foreign" foreign key ("organization_id", "api_key_id") references "api_key" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `create index "organization_embedding_origins_index" on "organization" using gin ("embedding_origins")`,
    );
  }
}
