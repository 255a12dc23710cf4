import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import { currentPosition, readChanges } from './change-feed.ts';
import type { FeedChange } from './changes.ts';

/**
 * Hands the next changes of the feed to a reader, each change once over all nodes: how far they are is a
 * row that one node holds at a time, and it moves on in the transaction that the changes are handled in.
 *
 * @param reader names the row
 * @returns whether there can be more at once
 */
export async function readOnce(
  em: SqlEntityManager,
  reader: string,
  limit: number,
  handle: (tx: SqlEntityManager, changes: readonly FeedChange[]) => Promise<void>,
): Promise<boolean> {
  if (!(await hasNews(em, reader))) return false;
  return em.transactional(async (tx) => {
    const db = tx.getKysely();
    const { rows } = await sql<{ transaction: string; id: string; ahead: boolean }>`
      select transaction::text, change::text as id,
        transaction >= pg_snapshot_xmax(pg_current_snapshot()) as ahead
      from feed_cursor where reader = ${reader}
      for update skip locked
    `.execute(db);
    const [cursor] = rows;
    if (cursor === undefined) return false;
    // A copy of the database that was restored into another counts its transactions anew.
    const after = cursor.ahead ? await currentPosition(tx) : cursor;
    const { changes, position } = await readChanges(tx, after, limit);
    await handle(tx, changes);
    await sql`
      update feed_cursor set transaction = ${position.transaction}::xid8, change = ${position.id}
      where reader = ${reader}
    `.execute(db);
    return changes.length === limit;
  });
}

// Asked without a lock, which would be a write each time.
async function hasNews(em: SqlEntityManager, reader: string): Promise<boolean> {
  const { rows } = await sql<{ news: boolean }>`
    select f.transaction >= pg_snapshot_xmax(pg_current_snapshot()) or exists (
      select 1 from change c where (c.transaction, c.id) > (f.transaction, f.change)
        and c.transaction < pg_snapshot_xmin(pg_current_snapshot())
    ) as news
    from feed_cursor f where f.reader = ${reader}
  `.execute(em.getKysely());
  return rows[0]?.news ?? false;
}
