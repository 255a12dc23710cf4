import { sql } from 'kysely';
import type { Filter } from './filter.ts';
import { type AttributeTable, compileFilter, type Sql } from './filter-sql.ts';
import { keptPlan } from './kept-plan.ts';
import type { DirectorySession } from './session.ts';
import { positionKey, type SortOrder, sortSql } from './sort-sql.ts';

/** How the rows of one kind are listed. Every kind has an `organization_id`, an `id` and a `created_at`. */
export interface Listing<T extends { id: string }> {
  /** What stands after `from`. */
  readonly table: Sql;
  /** By which `table` and `attributes` call the row. */
  readonly alias: string;
  readonly attributes: AttributeTable;
  /** Those whose values are of one row, or of few. */
  readonly identifiers?: readonly string[];
  /** What it can be sorted by, where that is more than `attributes`. */
  readonly sorts?: AttributeTable;
  /** Narrows the rows to the kind. */
  readonly scope?: Sql;
  load(session: DirectorySession, condition: Sql, rest: Sql): Promise<T[]>;
}

export interface ListQuery {
  filter: Filter;
  /** Without it, in the order of their making. */
  sort?: { attribute: string; order: SortOrder } | undefined;
  limit: number;
  /** How many to pass over; or, in a walk, where it stands. */
  offset: number | WalkPosition;
}

/** Stands exactly between two rows, whatever comes and goes meanwhile. */
export interface WalkPosition {
  direction: 'after' | 'before';
  /** Id of the row next to it; null before the first. */
  id: string | null;
  /** What that row is sorted by, as text. */
  key: string | null;
  /** How many matched when the walk began; counting them again for each page would make it quadratic. */
  total: number | null;
}

export const walkStart: WalkPosition = { direction: 'after', id: null, key: null, total: null };

export interface Listed<T> {
  total: number;
  rows: T[];
  /** Of a walk: undefined at its end and at its start. */
  next?: WalkPosition | undefined;
  previous?: WalkPosition | undefined;
}

/**
 * A page of the rows that a filter matches.
 *
 * @throws DirectoryError `invalid-value` for an attribute that is not known, or a position that cannot be
 */
export async function listRows<T extends { id: string }>(
  session: DirectorySession,
  listing: Listing<T>,
  query: ListQuery,
): Promise<Listed<T>> {
  if (query.filter.op === 'none') return { total: 0, rows: [] };
  const scope = listing.scope ?? sql`true`;
  const condition = sql`${scope} and ${compileFilter(query.filter, listing.attributes)}`;
  return typeof query.offset === 'number'
    ? page(session, listing, { ...query, offset: query.offset }, condition)
    : walk(session, listing, { ...query, offset: query.offset }, condition);
}

async function page<T extends { id: string }>(
  session: DirectorySession,
  listing: Listing<T>,
  { filter, sort, offset, limit }: ListQuery & { offset: number },
  condition: Sql,
): Promise<Listed<T>> {
  const { alias, attributes, identifiers = [], sorts = attributes } = listing;
  const order = sort === undefined ? sql`` : sql`${sortSql(sort, sorts)},`;
  const made = sql`${sql.ref(`${alias}.created_at`)}, ${sql.ref(`${alias}.id`)}`;
  // A plan that does not know the offset seems dear to PostgreSQL, which then would not keep it.
  const window =
    offset === 0 && isLookUp(filter, identifiers)
      ? sql`limit ${sql.lit(limit)} ${keptPlan}`
      : sql`limit ${limit} offset ${offset}`;
  const rows =
    limit === 0
      ? []
      : await listing.load(session, condition, sql`order by ${order} ${made} ${window}`);
  // A page that is not full tells the total by itself.
  const isLast = limit > 0 && rows.length < limit && (rows.length > 0 || offset === 0);
  const total = isLast ? offset + rows.length : await count(session, listing, condition);
  return { total, rows };
}

/** Whether a filter asks for who has an identifier: the same plan is right for each. */
function isLookUp(filter: Filter, identifiers: readonly string[]): boolean {
  if (filter.op === 'compare') {
    return filter.comparison === 'eq' && identifiers.includes(filter.attribute);
  }
  if (filter.op !== 'and' || filter.of.length > 2) return false;
  const isOne = (part: Filter) => isLookUp(part, identifiers);
  return filter.of.some(isOne) && filter.of.every((part) => part.op === 'present' || isOne(part));
}

/**
 * First the ids, by the keys of their order alone, then the rows: a row that changes in between is shown
 * as it is, and the walk goes on from where it was found.
 */
async function walk<T extends { id: string }>(
  session: DirectorySession,
  listing: Listing<T>,
  { sort, offset: from, limit }: ListQuery & { offset: WalkPosition },
  condition: Sql,
): Promise<Listed<T>> {
  const { table, alias, attributes, sorts = attributes } = listing;
  const total = from.total ?? (await count(session, listing, condition));
  if (limit === 0) return { total, rows: [] };
  const id = sql.ref(`${alias}.id`);
  const key =
    sort === undefined
      ? { column: sql.ref(`${alias}.created_at`), type: 'timestamptz' as const, always: true }
      : positionKey(sort.attribute, sorts);
  const backwards = from.direction === 'before';
  const descending = (sort?.order === 'descending') !== backwards;
  const direction = descending ? sql`desc nulls first` : sql`asc nulls last`;
  // One more than asked for tells whether there is a further page.
  const { rows: found } = await sql<{ id: string; key: string | null }>`
    select ${id} as id, (${key.column})::text as key from ${table}
    where ${sql.ref(`${alias}.organization_id`)} = ${session.organization.id} and ${condition}
      and ${beyond(key, id, from, descending)}
    order by ${key.column} ${key.always ? (descending ? sql`desc` : sql`asc`) : direction},
      ${id} ${descending ? sql`desc` : sql`asc`}
    limit ${limit + 1}
  `.execute(session.em.getKysely());
  const shown = found.slice(0, limit);
  if (backwards) shown.reverse();
  const more = found.length > limit;
  const position = (at: 'after' | 'before', row: { id: string; key: string | null } | undefined) =>
    row && { direction: at, id: row.id, key: row.key, total };
  const hasPrevious = backwards ? more : from.id !== null;
  return {
    total,
    rows: await loadInOrder(
      session,
      listing,
      shown.map((row) => row.id),
    ),
    next: backwards || more ? position('after', shown.at(-1)) : undefined,
    previous: hasPrevious ? position('before', shown[0]) : undefined,
  };
}

/** What lies beyond a position; rows without a key stand last ascending and first descending. */
function beyond(
  { column, type, always }: ReturnType<typeof positionKey>,
  id: Sql,
  { id: at, key }: WalkPosition,
  descending: boolean,
): Sql {
  if (at === null) return sql`true`;
  const than = descending ? sql`<` : sql`>`;
  if (key === null) {
    const same = sql`(${column} is null and ${id} ${than} ${at}::uuid)`;
    return descending ? sql`(${column} is not null or ${same})` : same;
  }
  const further = sql`(${column}, ${id}) ${than} (${sql`${key}::text`}::${sql.raw(type)}, ${at}::uuid)`;
  return descending || always ? further : sql`(${further} or ${column} is null)`;
}

async function loadInOrder<T extends { id: string }>(
  session: DirectorySession,
  listing: Listing<T>,
  ids: readonly string[],
): Promise<T[]> {
  if (ids.length === 0) return [];
  const rows = await listing.load(
    session,
    sql`${sql.ref(`${listing.alias}.id`)} = any(${ids}::uuid[])`,
    sql``,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function count<T extends { id: string }>(
  session: DirectorySession,
  { table, alias }: Listing<T>,
  condition: Sql,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${table}
    where ${sql.ref(`${alias}.organization_id`)} = ${session.organization.id} and ${condition}
  `.execute(session.em.getKysely());
  return rows[0]?.count ?? 0;
}
