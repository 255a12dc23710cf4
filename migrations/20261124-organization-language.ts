import { Migration } from '@mikro-orm/migrations';

/** What an organization's mails are written in. */
export class OrganizationLanguage extends Migration {
  override up(): void {
    this.addSql(`alter table "organization" add column "language" text not null default 'en'`);
    this.addSql(`comment on column "organization"."language" is 'Of the mails to its people.'`);
    this.addSql(
      `alter table "organization" add constraint "organization_language_check" check ("language" in ('en', 'zh-CN'))`,
    );
  }
}
