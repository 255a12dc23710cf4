import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';

export interface Upkeep {
  close(): Promise<void>;
}

/** What is run on a table, once so many rows were written since: a part of those that it holds, and a few. */
const works = {
  // Autovacuum comes by once a minute. Until it does, a directory that is just being filled is read by
  // plans that were made for empty tables.
  postgresql: { statement: sql`analyze (skip_locked)`, part: 1 },
  // Nobody else does it here.
  embedded: { statement: sql`vacuum (analyze)`, part: 0.2 },
} as const;

const few = 50;

/** Keeps the planner's statistics true of tables that grow fast. A failure is left to the next time. */
export function keepUp(
  kind: 'embedded' | 'postgresql',
  entityManager: () => SqlEntityManager,
  { everyMs = 1000 } = {},
): Upkeep {
  let running: Promise<void> | undefined;
  const { statement, part } = works[kind];
  const look = async () => {
    const db = entityManager().getKysely();
    // What this connection wrote is counted only then.
    await sql`select pg_stat_force_next_flush()`.execute(db);
    const { rows } = await sql<{ name: string }>`
      select s.relname as name
      from pg_stat_user_tables s join pg_class c on c.oid = s.relid
      where s.schemaname = current_schema()
        and s.n_mod_since_analyze > ${few}::float + ${part}::float * greatest(c.reltuples, 0)
    `.execute(db);
    for (const { name } of rows) await sql`${statement} ${sql.table(name)}`.execute(db);
  };
  const timer = setInterval(() => {
    running ??= look()
      .catch(() => {})
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
