import { Migration } from '@mikro-orm/migrations';

/** Answers to requests that may be sent again. */
export class Idempotency extends Migration {
  override up(): void {
    this.addSql(`create table "idempotent_answer" (
        "organization_id" uuid not null,
        "id" uuid not null,
        "request_mac" text not null,
        "answer" text not null,
        "created_at" timestamptz not null,
        primary key ("organization_id", "id")
      )`);
    this.addSql(
      `comment on table "idempotent_answer" is 'The answer to a request that may be sent again.'`,
    );
    this.addSql(
      `comment on column "idempotent_answer"."request_mac" is 'Tells whether a request is the same one again.'`,
    );
    this.addSql(
      `comment on column "idempotent_answer"."answer" is 'Encrypted with what only the caller knows.'`,
    );
    this.addSql(
      `create index "idempotent_answer_created_index" on "idempotent_answer" ("organization_id", "created_at")`,
    );
    this.addSql(
      `alter table "idempotent_answer" add constraint "idempotent_answer_organization_id_foreign" foreign key ("organization_id") references "organization" ("id") on update restrict on delete cascade`,
    );
  }
}
