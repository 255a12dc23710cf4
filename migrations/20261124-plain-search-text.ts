import { Migration } from '@mikro-orm/migrations';

/**
 * What is ASCII already is its own search text: the same text as before, without the work. As PL/pgSQL
 * its plan is kept by the connection, where an SQL function is planned anew by each statement.
 */
export class PlainSearchText extends Migration {
  override up(): void {
    this.addSql(`create or replace function search_text(given text) returns text
      language plpgsql immutable strict parallel safe
      as $$
        declare folded text;
        begin
          if octet_length(given) = length(given) then return given; end if;
          folded := translate(
            replace(replace(replace(
              regexp_replace(normalize(given, nfkd), '[\\u0300-\\u036F]', '', 'g'),
              'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
            'øđðłħŧı', 'oddlhti');
          if folded !~ '[^\\x01-\\x7F]' then return folded; end if;
          return (
            select string_agg(
              case when character ~ '[^\\x01-\\x7F]'
                then encode(convert_to(character, 'UTF8'), 'hex') else character end, '' order by place)
            from regexp_split_to_table(folded, '') with ordinality as split (character, place)
          );
        end $$`);
  }
}
