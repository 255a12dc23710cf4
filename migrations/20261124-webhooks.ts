import { Migration } from '@mikro-orm/migrations';

/** Webhooks with their deliveries, and what the change feed needs to be resumed by one organization. */
export class Webhooks extends Migration {
  override up(): void {
    this.addSql(`alter table "change" add "action" text null`);
    this.addSql(
      `comment on column "change"."action" is 'Name of the deed where it is not the subject with the kind.'`,
    );
    this.addSql(
      `create index "change_organization_index" on "change" ("organization_id", "transaction", "id")`,
    );

    this.addSql(`create table "webhook" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "url" text not null,
        "description" text not null,
        "events" text[] not null,
        "secret" text not null,
        "previous_secret" text null,
        "previous_secret_until" timestamptz null,
        "enabled" boolean not null,
        "busy_until" timestamptz null,
        "created_by" jsonb not null,
        "created_at" timestamptz not null,
        "updated_at" timestamptz not null,
        "version" int not null default 1,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "webhook" is 'Where an organization wants to be told of events.'`,
    );
    for (const [column, comment] of [
      ['secret', 'Signs what is sent; encrypted with the key of the instance.'],
      ['previous_secret', 'Signs too until its time is over; encrypted as the secret is.'],
      ['busy_until', 'A node is delivering to it; when the node dies, others go on at this time.'],
    ]) {
      this.addSql(`comment on column "webhook"."${column}" is '${comment}'`);
    }
    this.addSql(
      `alter table "webhook" add constraint "webhook_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );

    this.addSql(`create table "webhook_delivery" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "webhook_id" uuid not null,
        "number" bigserial not null,
        "change" bigint null,
        "event" text not null,
        "payload" text not null,
        "state" text not null,
        "attempts" int not null default 0,
        "due_at" timestamptz not null,
        "last_status" int null,
        "last_error" text null,
        "created_at" timestamptz not null,
        "finished_at" timestamptz null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(`comment on table "webhook_delivery" is 'An event on its way to one webhook.'`);
    for (const [column, comment] of [
      ['number', 'Order of delivery.'],
      ['change', 'Number of the change that it tells; null for a test.'],
      ['payload', 'JSON, byte for byte as it is sent and signed.'],
      ['due_at', 'Not before this time; moves on with each failed attempt.'],
      ['last_status', 'What the receiver answered last.'],
    ]) {
      this.addSql(`comment on column "webhook_delivery"."${column}" is '${comment}'`);
    }
    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_change_unique" unique ("organization_id", "webhook_id", "change")`,
    );
    this.addSql(
      `create index "webhook_delivery_order_index" on "webhook_delivery" ("organization_id", "webhook_id", "number")`,
    );
    this.addSql(
      `create index "webhook_delivery_queue_index" on "webhook_delivery" ("organization_id", "webhook_id", "number") where state = 'queued'`,
    );
    this.addSql(
      `create index "webhook_delivery_finished_index" on "webhook_delivery" ("finished_at")`,
    );
    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_organization_id_webhook_id_foreign" foreign key ("organization_id", "webhook_id") references "webhook" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "webhook_delivery" add constraint "webhook_delivery_state_check" check ("state" in ('queued', 'delivered', 'abandoned'))`,
    );

    this.addSql(`create table "feed_cursor" (
        "reader" text not null,
        "transaction" xid8 not null,
        "change" bigint not null,
        primary key ("reader")
      )`);
    this.addSql(
      `comment on table "feed_cursor" is 'How far a reader of the change feed has read that all nodes have in common.'`,
    );
    // Nobody has a webhook yet: what comes from here on is told.
    this.addSql(`insert into "feed_cursor" ("reader", "transaction", "change")
      select 'webhooks', (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8,
        9223372036854775807`);

    this.addSql(`update "role" set "version" = "version" + 1, "permissions" = "permissions" ||
      case "built_in" when 'administrator' then '{webhooks:read,webhooks:write}'::text[]
        else '{webhooks:read}'::text[] end
      where "built_in" in ('administrator', 'auditor')`);
  }
}
