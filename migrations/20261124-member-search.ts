import { Migration } from '@mikro-orm/migrations';

/** What the member list is searched in, kept by the database, under a trigram index. */
export class MemberSearch extends Migration {
  override up(): void {
    this.addSql('create extension if not exists pg_trgm');
    // What is not ASCII after folding stands as the hexadecimal digits of its UTF-8 bytes: whether a
    // letter of another script makes trigrams depends on the locale of the database, digits always do.
    this.addSql(`create function search_text(given text) returns text
      language sql immutable strict parallel safe
      as $$
        select case when folded !~ '[^\\x01-\\x7F]' then folded else (
          select string_agg(
            case when character ~ '[^\\x01-\\x7F]'
              then encode(convert_to(character, 'UTF8'), 'hex') else character end, '' order by place)
          from regexp_split_to_table(folded, '') with ordinality as split (character, place)
        ) end
        from (select translate(
          replace(replace(replace(
            regexp_replace(normalize(given, nfkd), '[\\u0300-\\u036F]', '', 'g'),
            'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
          'øđðłħŧı', 'oddlhti') as folded) as text
      $$`);
    this.addSql(
      `alter table "member" add "search_text" text generated always as (search_text(display_name_key || ' ' || coalesce(username_key, '') || ' ' || coalesce(email_key, ''))) stored`,
    );
    this.addSql(
      `comment on column "member"."search_text" is 'Name, username and e-mail without case and accents.'`,
    );
    this.addSql(
      `create index "member_search_index" on "member" using gin ("search_text" gin_trgm_ops)`,
    );
  }
}
