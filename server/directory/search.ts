import { sql } from 'kysely';
import { escapeLike, type Sql } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import type { DirectorySession } from './session.ts';
import { acceptName } from './text.ts';

const maximumWords = 8;
const initial = /^[\p{Script=Latin}\p{M}\p{Nd}]{1,2}$/u;
// A shorter word is like too many others; an address, a number or another script stands as it is.
const forgivable = /^[\p{Script=Latin}\p{M}]{4,}$/u;
// How much a word must be like another, the next only where that finds nobody: there are many more, and
// each is compared. The last is low enough for a word of seven letters with two of them swapped.
const wordSimilarities = [0.6, 0.5, 0.4];

/** How a search compares its words. */
export interface Comparing {
  /** A word also matches one much like it. */
  forgiving: boolean;
}

/**
 * What a search matches: members whose name, username or e-mail address holds every word of it. Case and
 * accents do not count. One or two letters are the start of a word: within words they are almost
 * everywhere.
 *
 * @param search words; undefined or blank matches everybody: then there is no condition
 * @throws DirectoryError `invalid-value` for the field `search`
 */
export function searchCondition(
  search: string | undefined,
  { forgiving }: Comparing,
): Sql | undefined {
  if (isBlank(search)) return undefined;
  return sql.join(
    wordsOf(search).map((word) => wordCondition(word, { forgiving })),
    sql` and `,
  );
}

/**
 * Looks for the words as they are written and, where that finds nobody, for words much like them, the
 * most alike first: who spells a name right is not shown the many that resemble it.
 *
 * @param work looks, with the condition of the words in its query
 */
export async function searching<T>(
  session: DirectorySession,
  search: string | undefined,
  work: (session: DirectorySession, words: Sql | undefined) => Promise<T>,
  foundNobody: (found: T) => boolean,
): Promise<T> {
  const asWritten = await work(session, searchCondition(search, { forgiving: false }));
  if (isBlank(search) || !wordsOf(search).some((word) => forgivable.test(word))) return asWritten;
  if (!foundNobody(asWritten)) return asWritten;
  return session.em.fork({ keepTransactionContext: true }).transactional(async (em) => {
    const alike = searchCondition(search, { forgiving: true });
    let found = asWritten;
    for (const similarity of wordSimilarities) {
      await sql`
        select set_config('pg_trgm.word_similarity_threshold', ${String(similarity)}, true)
      `.execute(em.getKysely());
      found = await work({ ...session, em }, alike);
      if (!foundNobody(found)) break;
    }
    return found;
  });
}

function isBlank(search: string | undefined): search is undefined {
  return search === undefined || search.trim() === '';
}

function wordsOf(search: string): string[] {
  return identifierKey(acceptName(search, 'search')).split(/\s+/).slice(0, maximumWords);
}

function wordCondition(word: string, { forgiving }: Comparing): Sql {
  const text = sql`search_text(${escapeLike(word)})`;
  if (initial.test(word)) {
    return sql`(m.search_text like ${text} || '%' or m.search_text like '% ' || ${text} || '%'
      or m.search_text like '%-' || ${text} || '%')`;
  }
  const part = sql`m.search_text like '%' || ${text} || '%'`;
  // Written as the index has it (not with the word first), so that no row is compared twice.
  return forgiving && forgivable.test(word)
    ? sql`(${part} or m.search_text %> search_text(${word}))`
    : part;
}
