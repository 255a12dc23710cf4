import { Migration } from '@mikro-orm/migrations';

/** Cursors are sealed with the key of the instance, as all that only this instance may read. */
export class OneSeal extends Migration {
  override up(): void {
    this.addSql(`alter table "organization" drop column "cursor_key"`);
  }
}
