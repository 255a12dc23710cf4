import type { SqlEntityManager } from '@mikro-orm/sql';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type FurnishedOrganization,
  furnish,
  furniture,
} from '../support/furnished-organization.ts';
import { rowsOf, tenantTables } from '../support/organization-rows.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let acme: FurnishedOrganization;
let bolt: FurnishedOrganization;
beforeAll(async () => {
  world = await openWorld();
  const [ours, theirs] = fc.sample(furniture, { numRuns: 2, seed: 1 });
  if (ours === undefined || theirs === undefined) throw new Error('No furniture.');
  acme = await furnish(world.directory, ours);
  bolt = await furnish(world.directory, theirs);
}, 60_000);
afterAll(() => world.close());

interface ForeignKey {
  name: string;
  table: string;
  target: string;
  columns: string[];
  target_columns: string[];
}

async function foreignKeys(em: SqlEntityManager): Promise<ForeignKey[]> {
  const names = (table: string, numbers: string) => sql`(
    select array_agg(a.attname::text order by place)
    from unnest(${sql.ref(numbers)}) with ordinality as k (number, place)
    join pg_attribute a on a.attrelid = ${sql.ref(table)} and a.attnum = k.number)`;
  const { rows } = await sql<ForeignKey>`
    select c.conname as name, c.conrelid::regclass::text as "table",
      c.confrelid::regclass::text as target,
      to_jsonb(${names('c.conrelid', 'c.conkey')}) as columns,
      to_jsonb(${names('c.confrelid', 'c.confkey')}) as target_columns
    from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace
    order by c.conname
  `.execute(em.getKysely());
  return rows;
}

test('every table of the directory belongs to organizations, but for those that stand above them', async () => {
  const em = world.database.entityManager();
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'
  `.execute(em.getKysely());
  const owned = await tenantTables(em);
  const above = rows.map(({ name }) => name).filter((name) => !owned.includes(name));
  expect(above.toSorted()).toEqual([
    'account',
    'feed_cursor',
    'organization',
    'schema_migration',
    'signing_key',
  ]);
});

test('a reference between things of organizations carries the organization on both sides', async () => {
  const em = world.database.entityManager();
  const owned = await tenantTables(em);
  const keys = await foreignKeys(em);
  const between = keys.filter(({ target }) => owned.includes(target));
  expect(between.length).toBeGreaterThan(10);
  for (const { name, columns, target_columns } of between) {
    expect([columns[0], target_columns[0]], name).toEqual(['organization_id', 'organization_id']);
  }
  // And nothing names a thing by a column that no foreign key watches.
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and data_type = 'uuid' and column_name like '%\_id'
  `.execute(em.getKysely());
  const watched = keys.flatMap(({ table, columns }) =>
    columns.map((column) => `${table}.${column}`),
  );
  const unwatched = rows.map(({ name }) => name).filter((name) => !watched.includes(name));
  // The feed and the audit tell of things that are gone.
  expect(unwatched.toSorted()).toEqual([
    'audit_event.actor_id',
    'audit_event.subject_id',
    'change.heir_id',
    'change.subject_id',
  ]);
});

test('PostgreSQL itself refuses every reference across organizations', async () => {
  const em = world.database.entityManager();
  const owned = await tenantTables(em);
  const between = (await foreignKeys(em)).filter(({ target }) => owned.includes(target));
  const before = [await rowsOf(em, acme.organization.id), await rowsOf(em, bolt.organization.id)];
  for (const key of between) {
    for (const attempt of ['update', 'insert'] as const) {
      const refusal = await em
        .fork()
        .transactional((tx) => cross(tx, key, attempt))
        .catch((error: unknown) => error);
      const refused = { code: '23503', constraint: key.name };
      expect(refusal, `${attempt} ${key.name}`).toMatchObject(refused);
    }
  }
  const after = [await rowsOf(em, acme.organization.id), await rowsOf(em, bolt.organization.id)];
  expect(after).toEqual(before);
});

/** Lets a row of Acme name a thing of Bolt. */
async function cross(
  tx: SqlEntityManager,
  { table, columns, target, target_columns }: ForeignKey,
  attempt: 'insert' | 'update',
): Promise<void> {
  const [column = '', targetColumn = ''] = [columns[1], target_columns[1]];
  for (const name of new Set([table, target])) await dropOtherConstraints(tx, name);
  const row = await someRow(tx, table, acme.organization.id);
  const foreign = (await someRow(tx, target, bolt.organization.id))[targetColumn];
  const thisRow = sql`to_jsonb(t) = ${JSON.stringify(row)}::jsonb`;
  if (attempt === 'update') {
    await sql`update ${sql.table(table)} t set ${sql.ref(column)} = ${foreign} where ${thisRow}`.execute(
      tx.getKysely(),
    );
    return;
  }
  // A copy has another id; where rows have none, it takes the place of the first.
  if (!('id' in row)) {
    await sql`delete from ${sql.table(table)} t where ${thisRow}`.execute(tx.getKysely());
  }
  const id = 'id' in row ? { id: crypto.randomUUID() } : {};
  await insertRow(tx, table, { ...row, ...id, [column]: foreign });
}

/** A row of an organization's; where there is none yet, one that is made for it. */
async function someRow(
  tx: SqlEntityManager,
  table: string,
  organizationId: string,
): Promise<Record<string, unknown>> {
  const found = await sql<{ row: Record<string, unknown> }>`
    select to_jsonb(t) as row from ${sql.table(table)} t
    where organization_id = ${organizationId} limit 1
  `.execute(tx.getKysely());
  if (found.rows[0] !== undefined) return found.rows[0].row;
  const made: Record<string, unknown> = { organization_id: organizationId };
  for (const { name, type } of await columnsOf(tx, table)) made[name] ??= sample(type);
  for (const key of await foreignKeys(tx)) {
    const [column = '', targetColumn = ''] = [key.columns[1], key.target_columns[1]];
    if (key.table !== table || column === '' || !(column in made)) continue;
    made[column] = (await someRow(tx, key.target, organizationId))[targetColumn];
  }
  await insertRow(tx, table, made);
  return someRow(tx, table, organizationId);
}

function sample(type: string): unknown {
  if (type === 'uuid') return crypto.randomUUID();
  if (type.startsWith('timestamp') || type === 'date') return '2026-11-24T12:00:00Z';
  if (/int|numeric/.test(type)) return 1;
  if (type === 'boolean') return false;
  if (type === 'ARRAY') return [];
  return type === 'jsonb' ? {} : 'text';
}

async function insertRow(
  tx: SqlEntityManager,
  table: string,
  row: Record<string, unknown>,
): Promise<void> {
  const generated = (await columnsOf(tx, table, 'ALWAYS')).map(({ name }) => name);
  const columns = sql.join(
    Object.keys(row)
      .filter((name) => !generated.includes(name))
      .map((name) => sql.ref(name)),
  );
  await sql`insert into ${sql.table(table)} (${columns}) select ${columns}
    from jsonb_populate_record(null::${sql.table(table)}, ${JSON.stringify(row)}::jsonb)
  `.execute(tx.getKysely());
}

/** The columns that a row cannot do without; or those that PostgreSQL fills itself. */
async function columnsOf(
  tx: SqlEntityManager,
  table: string,
  generated: 'NEVER' | 'ALWAYS' = 'NEVER',
): Promise<{ name: string; type: string }[]> {
  const { rows } = await sql<{ name: string; type: string }>`
    select column_name as name, data_type as type from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = ${generated}
      and (${generated} = 'ALWAYS' or (is_nullable = 'NO' and column_default is null))
  `.execute(tx.getKysely());
  return rows;
}

// So that a row clashes with nothing but the foreign key.
async function dropOtherConstraints(tx: SqlEntityManager, table: string): Promise<void> {
  const { rows } = await sql<{ statement: string }>`
    select format('alter table %I drop constraint %I', ${table}::text, conname) as statement
    from pg_constraint where conrelid = ${table}::regclass and contype in ('u', 'c')
    union all
    select format('drop index %I', i.indexrelid::regclass::text) from pg_index i
    where i.indrelid = ${table}::regclass and i.indisunique and not i.indisprimary
      and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)
  `.execute(tx.getKysely());
  for (const { statement } of rows) await sql.raw(statement).execute(tx.getKysely());
}
