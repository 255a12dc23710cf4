import type { SqlEntityManager } from '@mikro-orm/sql';
import { type RawBuilder, sql } from 'kysely';

/** The tables that carry `organization_id`, as the catalogue knows them. */
export async function tenantTables(em: SqlEntityManager): Promise<string[]> {
  const { rows } = await sql<{ table_name: string }>`
    select c.table_name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'organization_id'
      and t.table_type = 'BASE TABLE'
    order by c.table_name
  `.execute(em.getKysely());
  return rows.map((row) => row.table_name);
}

// When somebody was seen last is told by the asking itself.
const seen = ['last_used_at', 'last_seen_at', 'last_login_at'];

/** Every row that belongs to an organization: by table, in a fixed order. */
export async function rowsOf(
  em: SqlEntityManager,
  organizationId: string,
): Promise<Record<string, Record<string, unknown>[]>> {
  const conditions: [string, RawBuilder<unknown>][] = [
    ['organization', sql`t.id = ${organizationId}`],
    ['account', sql`t.managing_organization_id = ${organizationId}`],
    ...(await tenantTables(em)).map((table): [string, RawBuilder<unknown>] => [
      table,
      sql`t.organization_id = ${organizationId}`,
    ]),
  ];
  const parts = conditions.map(
    ([table, condition]) =>
      sql`select ${sql.lit(table)} as name, to_jsonb(t) - ${sql.lit(`{${seen.join()}}`)}::text[] as "row"
        from ${sql.table(table)} t where ${condition}`,
  );
  const { rows } = await sql<{ name: string; row: Record<string, unknown> }>`
    select * from (${sql.join(parts, sql` union all `)}) every order by name, "row"::text
  `.execute(em.getKysely());
  const byTable = Map.groupBy(rows, ({ name }) => name);
  return Object.fromEntries(
    conditions.map(([table]) => [table, (byTable.get(table) ?? []).map(({ row }) => row)]),
  );
}
