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
  expect(above.toSorted()).toEqual(['account', 'organization', 'schema_migration']);
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
  // The audit and the feed tell of things that are gone.
  expect(unwatched.toSorted()).toEqual([
    ...['audit_event.actor_id', 'audit_event.subject_id'],
    ...['change.heir_id', 'change.subject_id'],
  ]);
});

test('PostgreSQL itself refuses every reference across organizations', async () => {
  const em = world.database.entityManager();
  const owned = await tenantTables(em);
  const between = (await foreignKeys(em)).filter(({ target }) => owned.includes(target));
  const [ours, theirs] = [
    await rowsOf(em, acme.organization.id),
    await rowsOf(em, bolt.organization.id),
  ];
  let tried = 0;
  for (const key of between) {
    const [row, foreign] = [ours[key.table]?.[0], theirs[key.target]?.[0]];
    expect(row, `a row of ${key.table}`).toBeDefined();
    expect(foreign, `a row of ${key.target}`).toBeDefined();
    const column = sql.ref(key.columns[1] ?? '');
    const value = foreign?.[key.target_columns[1] ?? ''];
    const update = sql`update ${sql.table(key.table)} t set ${column} = ${value}
      where to_jsonb(t) @> ${JSON.stringify(row)}::jsonb`;
    const copy = {
      ...(row !== undefined && 'id' in row ? { id: crypto.randomUUID() } : {}),
      [key.columns[1] ?? '']: value,
    };
    const columns = sql.join((await settableColumns(em, key.table)).map((name) => sql.ref(name)));
    const insert = sql`insert into ${sql.table(key.table)} (${columns})
      select ${columns} from jsonb_populate_record(null::${sql.table(key.table)},
        (select to_jsonb(t) from ${sql.table(key.table)} t where to_jsonb(t) @> ${JSON.stringify(row)}::jsonb)
          || ${JSON.stringify(copy)}::jsonb)`;
    for (const statement of [update, insert]) {
      const refusal = await em
        .fork()
        .transactional(async (tx) => {
          await dropUniqueness(tx, key.table);
          await statement.execute(tx.getKysely());
        })
        .catch((error: unknown) => error);
      expect(refusal, key.name).toMatchObject({ code: '23503', constraint: key.name });
      tried++;
    }
  }
  expect(await rowsOf(em, acme.organization.id)).toEqual(ours);
  expect(await rowsOf(em, bolt.organization.id)).toEqual(theirs);
  expect(tried).toBe(2 * between.length);
});

async function settableColumns(em: SqlEntityManager, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'
  `.execute(em.getKysely());
  return rows.map(({ name }) => name);
}

// So that a copy of a row clashes with nothing but the foreign key.
async function dropUniqueness(tx: SqlEntityManager, table: string): Promise<void> {
  const { rows } = await sql<{ statement: string }>`
    select case when c.conname is null then format('drop index %I', i.indexrelid::regclass::text)
      else format('alter table %I drop constraint %I', ${table}::text, c.conname) end as statement
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'u'
    where i.indrelid = ${table}::regclass and i.indisunique and not i.indisprimary
  `.execute(tx.getKysely());
  for (const { statement } of rows) await sql.raw(statement).execute(tx.getKysely());
}
