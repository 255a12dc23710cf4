import { Migration } from '@mikro-orm/migrations';

/** Streams of signed security events about changes, and what the change feed has to say for them. */
export class EventStreams extends Migration {
  override up(): void {
    this.addSql(`alter table "change"
        add column "fields" text[] null,
        add column "external_id" text null,
        add column "request_id" text null`);
    for (const [column, comment] of [
      ['fields', 'Names of what changed, as the audit has them.'],
      ['external_id', 'Of what is gone: what its identity provider called it.'],
      ['request_id', 'As the log and the audit name the request.'],
    ]) {
      this.addSql(`comment on column "change"."${column}" is '${comment}'`);
    }

    this.addSql(`create table "event_stream" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "method" text not null,
        "url" text null,
        "token" text null,
        "secret_hash" text null,
        "audience" text not null,
        "events" text[] not null,
        "description" text not null,
        "enabled" boolean not null,
        "busy_until" timestamptz null,
        "created_by" jsonb not null,
        "created_at" timestamptz not null,
        "updated_at" timestamptz not null,
        "version" int not null default 1,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "event_stream" is 'A receiver of signed security events (RFC 8935 where it is pushed to, RFC 8936 where it polls).'`,
    );
    for (const [column, comment] of [
      ['url', 'Where it is pushed to.'],
      ['token', 'What it is pushed to with; encrypted with the key of the instance.'],
      ['secret_hash', 'SHA-256 of what it polls with.'],
      ['busy_until', 'A node is pushing to it; when the node dies, others go on at this time.'],
    ]) {
      this.addSql(`comment on column "event_stream"."${column}" is '${comment}'`);
    }
    this.addSql(
      `alter table "event_stream" add constraint "event_stream_secret_unique" unique ("secret_hash")`,
    );
    this.addSql(
      `alter table "event_stream" add constraint "event_stream_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "event_stream" add constraint "event_stream_method_check" check ("method" in ('push', 'poll'))`,
    );

    this.addSql(`create table "security_event" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "stream_id" uuid not null,
        "number" bigserial not null,
        "change" bigint not null,
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
    this.addSql(
      `comment on table "security_event" is 'A security event on its way to one stream.'`,
    );
    for (const [column, comment] of [
      ['id', 'Its jti.'],
      ['number', 'Order of delivery.'],
      ['change', 'Number of the change that it tells.'],
      ['payload', 'Its claims (RFC 8417), which are signed when they are sent.'],
      ['due_at', 'Not pushed before this time; moves on with each failed attempt.'],
      ['last_status', 'What the receiver answered last.'],
    ]) {
      this.addSql(`comment on column "security_event"."${column}" is '${comment}'`);
    }
    this.addSql(
      `alter table "security_event" add constraint "security_event_change_unique" unique ("organization_id", "stream_id", "change")`,
    );
    this.addSql(
      `create index "security_event_order_index" on "security_event" ("organization_id", "stream_id", "number")`,
    );
    this.addSql(
      `create index "security_event_queue_index" on "security_event" ("organization_id", "stream_id", "number") where state = 'queued'`,
    );
    this.addSql(
      `create index "security_event_error_index" on "security_event" ("organization_id", "stream_id", "number") where last_error is not null`,
    );
    this.addSql(`create index "security_event_age_index" on "security_event" ("created_at")`);
    this.addSql(
      `alter table "security_event" add constraint "security_event_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "security_event" add constraint "security_event_organization_id_stream_id_foreign" foreign key ("organization_id", "stream_id") references "event_stream" ("organization_id", "id") on update restrict on delete cascade`,
    );
    this.addSql(
      `alter table "security_event" add constraint "security_event_state_check" check ("state" in ('queued', 'delivered', 'abandoned'))`,
    );

    this.addSql(`create table "signing_key" (
        "id" uuid not null,
        "public_key" jsonb not null,
        "private_key" text not null,
        "created_at" timestamptz not null,
        primary key ("id")
      )`);
    this.addSql(
      `comment on table "signing_key" is 'A key pair that the instance signs security events with.'`,
    );
    for (const [column, comment] of [
      ['public_key', 'JSON Web Key (RFC 7517), without its id.'],
      ['private_key', 'JSON Web Key; encrypted with the key of the instance.'],
    ]) {
      this.addSql(`comment on column "signing_key"."${column}" is '${comment}'`);
    }

    // Nobody has a stream yet: what comes from here on is told.
    this.addSql(`insert into "feed_cursor" ("reader", "transaction", "change")
      select 'security-events', (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8,
        9223372036854775807`);
  }
}
