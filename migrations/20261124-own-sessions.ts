import { Migration } from '@mikro-orm/migrations';

/** Where a session was opened; sessions and members by account. */
export class OwnSessions extends Migration {
  override up(): void {
    this.addSql(
      `alter table "sign_in_session" add "address" text null, add "user_agent" text null`,
    );
    this.addSql(
      `comment on column "sign_in_session"."address" is 'Where the person signed in from.'`,
    );
    this.addSql(`comment on column "sign_in_session"."created_at" is 'When the person signed in.'`);
    this.addSql(`create index "sign_in_session_account_index" on "sign_in_session" ("account_id")`);
    this.addSql(`create index "member_account_index" on "member" ("account_id")`);
  }
}
