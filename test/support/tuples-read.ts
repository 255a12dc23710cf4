import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';

/** How many rows of a table the transaction has read so far, by index and in sequence. */
export async function tuplesRead(em: SqlEntityManager, table: string): Promise<number> {
  const { rows } = await sql<{ tuples: string }>`
    select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as tuples
    from pg_stat_xact_user_tables where relname = ${table}
  `.execute(em.getKysely());
  return Number(rows[0]?.tuples ?? 0);
}
