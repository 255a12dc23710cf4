import { Migration } from '@mikro-orm/migrations';

/**
 * The audit. Its rows are never changed, and are deleted in two cases only: with their organization (its
 * row is gone already when the cascade arrives here), and by `forget_audit_events`, which says so to the
 * trigger with a setting of its transaction. Even then nothing younger than 30 days goes.
 */
export class Audit extends Migration {
  override up(): void {
    this.addSql(`create table "audit_event" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "at" timestamptz not null,
        "action" text not null,
        "subject" text not null,
        "subject_id" uuid not null,
        "subject_name" text null,
        "subject_name_key" text null,
        "actor_kind" text not null,
        "actor_id" uuid null,
        "actor_name" text not null,
        "address" text null,
        "request_id" text null,
        "fields" jsonb not null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "audit_event" is 'Who did what to whom, from where, when; append-only.'`,
    );
    for (const [column, comment] of [
      ['action', 'Stable name of the deed.'],
      ['subject_name', 'What it was called then.'],
      ['actor_name', 'What the actor was called then.'],
      ['address', 'Remote address.'],
      ['fields', 'Before and after of what changed, without secrets.'],
    ]) {
      this.addSql(`comment on column "audit_event"."${column}" is '${comment}'`);
    }
    this.addSql(
      `create index "audit_event_subject_index" on "audit_event" ("organization_id", "subject_id", "id")`,
    );
    this.addSql(
      `create index "audit_event_actor_index" on "audit_event" ("organization_id", "actor_id", "id")`,
    );
    this.addSql(
      `alter table "audit_event" add constraint "audit_event_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    this.addSql(`create function refuse_audit_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' then
          if not exists (select from organization where id = old.organization_id)
            or (current_setting('roster.forgets_audit_events', true) = 'on'
              and old.at < now() - interval '30 days')
          then
            return old;
          end if;
        end if;
        raise exception 'audit events are append-only: % is refused', lower(tg_op)
          using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`create trigger audit_event_append_only before update or delete on audit_event
      for each row execute function refuse_audit_change()`);
    this.addSql(`create trigger audit_event_no_truncate before truncate on audit_event
      for each statement execute function refuse_audit_change()`);
    // The rows of an organization before an id, which is a time: the oldest first, a number of them.
    this.addSql(`create function forget_audit_events(organization uuid, before uuid, most int)
      returns int language plpgsql set roster.forgets_audit_events = 'on' as $$
      declare forgotten int;
      begin
        delete from audit_event e using (
          select id from audit_event
          where organization_id = organization and id < before
          order by id limit most for update skip locked
        ) old
        where e.organization_id = organization and e.id = old.id;
        get diagnostics forgotten = row_count;
        return forgotten;
      end $$`);
  }
}
