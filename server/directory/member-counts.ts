import { sql } from 'kysely';
import type { Sql } from './filter-sql.ts';

/** A query for how many members of an organization there are, by status, as the database keeps them. */
export function keptCounts(organization: string): Sql {
  return sql`select coalesce(sum(pending), 0)::int as pending,
      coalesce(sum(enabled), 0)::int as enabled, coalesce(sum(disabled), 0)::int as disabled
    from member_count where organization_id = ${organization}`;
}
