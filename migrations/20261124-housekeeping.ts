import { Migration } from '@mikro-orm/migrations';

/** Finds links that are long over, and lets an invitation outlive the secret of its link. */
export class Housekeeping extends Migration {
  override up(): void {
    this.addSql(`create index "password_reset_expiry_index" on "password_reset" ("expires_at")`);
    this.addSql(`alter table "invitation" alter column "token_hash" drop not null`);
    this.addSql(
      `comment on column "invitation"."token_hash" is 'SHA-256 of the token; null when it is long over.'`,
    );
    this.addSql(
      `create index "invitation_link_expiry_index" on "invitation" ("expires_at") where token_hash is not null`,
    );
  }
}
