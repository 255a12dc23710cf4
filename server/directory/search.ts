import { sql } from 'kysely';
import { escapeLike, type Sql } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import type { DirectorySession } from './session.ts';
import { acceptName } from './text.ts';

const maximumWords = 8;
const initial = /^[\p{Script=Latin}\p{M}\p{Nd}]{1,2}$/u;
// A shorter word is like too many others; an address, a number or another script stands as it is.
const forgiving = /^[\p{Script=Latin}\p{M}]{4,}$/u;
// Low enough for a word of seven letters with two of them swapped.
const wordSimilarity = 0.4;

/**
 * What a search matches: members whose name, username or e-mail address holds every word of it, or one
 * much like it. Case and accents do not count. One or two letters are the start of a word: within words
 * they are almost everywhere.
 *
 * @param search words; undefined or blank matches everybody: then there is no condition
 * @throws DirectoryError `invalid-value` for the field `search`
 */
export function searchCondition(search: string | undefined): Sql | undefined {
  if (isBlank(search)) return undefined;
  const words = identifierKey(acceptName(search, 'search')).split(/\s+/).slice(0, maximumWords);
  return sql.join(words.map(wordCondition), sql` and `);
}

/** Runs queries with `searchCondition` in them, which have a threshold of their own. */
export async function searching<T>(
  session: DirectorySession,
  search: string | undefined,
  work: (session: DirectorySession) => Promise<T>,
): Promise<T> {
  if (isBlank(search)) return work(session);
  return session.em.fork({ keepTransactionContext: true }).transactional(async (em) => {
    await sql`
      select set_config('pg_trgm.word_similarity_threshold', ${String(wordSimilarity)}, true)
    `.execute(em.getKysely());
    return work({ ...session, em });
  });
}

function isBlank(search: string | undefined): search is undefined {
  return search === undefined || search.trim() === '';
}

function wordCondition(word: string): Sql {
  const text = sql`search_text(${escapeLike(word)})`;
  if (initial.test(word)) {
    return sql`(m.search_text like ${text} || '%' or m.search_text like '% ' || ${text} || '%'
      or m.search_text like '%-' || ${text} || '%')`;
  }
  const part = sql`m.search_text like '%' || ${text} || '%'`;
  // Written as the index has it (not with the word first), so that no row is compared twice.
  return forgiving.test(word) ? sql`(${part} or m.search_text %> search_text(${word}))` : part;
}
