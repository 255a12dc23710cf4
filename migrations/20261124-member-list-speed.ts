import { Migration } from '@mikro-orm/migrations';

/** What a list and a tree of very many members need: an index in each order, and counts that are kept. */
export class MemberListSpeed extends Migration {
  override up(): void {
    this.addSql(`create table "member_count" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "pending" int not null,
        "enabled" int not null,
        "disabled" int not null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "member_count" is 'Members by status, kept by triggers of member; only the sum of the rows counts.'`,
    );
    this.addSql(
      `alter table "member_count" add constraint "member_count_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
    // A row that no other transaction holds is changed, or a new one made: nobody waits, and there are
    // never more rows than there were writers at once.
    this.addSql(`create function add_to_member_count(
        organization uuid, more_pending bigint, more_enabled bigint, more_disabled bigint) returns void
      language plpgsql
      as $$
        begin
          update member_count c
          set pending = c.pending + more_pending, enabled = c.enabled + more_enabled,
            disabled = c.disabled + more_disabled
          where c.organization_id = organization and c.id = (
            select free.id from member_count free where free.organization_id = organization
            limit 1 for no key update skip locked);
          if not found then
            insert into member_count (organization_id, id, pending, enabled, disabled)
            values (organization, gen_random_uuid(), more_pending, more_enabled, more_disabled);
          end if;
        end
      $$`);
    this.addSql(`create function count_new_members() returns trigger
      language plpgsql
      as $$
        begin
          perform add_to_member_count(organization_id, count(*) filter (where status = 'pending'),
            count(*) filter (where status = 'enabled'), count(*) filter (where status = 'disabled'))
          from new_members group by organization_id;
          return null;
        end
      $$`);
    // Where the organization itself was deleted, there is nothing to count any more.
    this.addSql(`create function count_gone_members() returns trigger
      language plpgsql
      as $$
        begin
          perform add_to_member_count(organization_id, -count(*) filter (where status = 'pending'),
            -count(*) filter (where status = 'enabled'), -count(*) filter (where status = 'disabled'))
          from gone_members where organization_id in (select id from organization)
          group by organization_id;
          return null;
        end
      $$`);
    this.addSql(`create function count_changed_member() returns trigger
      language plpgsql
      as $$
        begin
          perform add_to_member_count(new.organization_id,
            (new.status = 'pending')::int - (old.status = 'pending')::int,
            (new.status = 'enabled')::int - (old.status = 'enabled')::int,
            (new.status = 'disabled')::int - (old.status = 'disabled')::int);
          return null;
        end
      $$`);
    this.addSql(`create trigger "member_count_new" after insert on "member"
      referencing new table as new_members for each statement execute function count_new_members()`);
    this.addSql(`create trigger "member_count_gone" after delete on "member"
      referencing old table as gone_members for each statement execute function count_gone_members()`);
    this.addSql(`create trigger "member_count_changed" after update of "status" on "member"
      for each row when (old.status is distinct from new.status)
      execute function count_changed_member()`);
    // The triggers keep other writers out until the end of this transaction.
    this.addSql(`insert into "member_count" ("organization_id", "id", "pending", "enabled", "disabled")
      select organization_id, gen_random_uuid(), count(*) filter (where status = 'pending'),
        count(*) filter (where status = 'enabled'), count(*) filter (where status = 'disabled')
      from member group by organization_id`);
    // Texts are in the order of their code points, whatever the locale of the database.
    this.addSql('drop index "member_display_name_index"');
    this.addSql(
      `create index "member_display_name_index" on "member" ("organization_id", "display_name_key" collate "C", "id") include ("status")`,
    );
    this.addSql(
      `create index "member_username_order_index" on "member" ("organization_id", (coalesce("username_key", '')) collate "C", "id")`,
    );
    this.addSql(
      `create index "member_not_enabled_index" on "member" ("organization_id", "status", "display_name_key" collate "C", "id") where "status" <> 'enabled'`,
    );
    this.addSql(
      `create index "invitation_open_index" on "invitation" ("organization_id", "state") where state <> 'accepted'`,
    );
    this.addSql('drop index "member_department_one_primary"');
    this.addSql(
      `create unique index "member_department_one_primary" on "member_department" ("organization_id", "member_id") include ("department_id") where "primary"`,
    );
    this.addSql('drop index "member_department_further_index"');
    this.addSql(
      `create index "member_department_further_index" on "member_department" ("organization_id", "member_id", "department_id") where not "primary"`,
    );
  }
}
