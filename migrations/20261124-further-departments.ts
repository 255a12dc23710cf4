import { Migration } from '@mikro-orm/migrations';

/** Finds the members of several departments without a look at those of one. */
export class FurtherDepartments extends Migration {
  override up(): void {
    this.addSql(
      `create index "member_department_further_index" on "member_department" ("organization_id", "member_id") where not "primary"`,
    );
  }
}
