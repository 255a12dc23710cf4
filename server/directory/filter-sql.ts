import { type RawBuilder, sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import type { Comparison, Filter } from './filter.ts';
import { identifierKey } from './identifier-key.ts';

export type Sql = RawBuilder<unknown>;

/** How an attribute is read in SQL, and by what rule its values compare. */
export type AttributeSql =
  /** Text compared exactly. */
  | { readonly type: 'exact'; readonly column: Sql }
  /** Text compared without case; `key` is the stored column in the form of `identifierKey`. */
  | { readonly type: 'folded'; readonly column: Sql; readonly key?: Sql }
  | { readonly type: 'uuid'; readonly column: Sql }
  | { readonly type: 'boolean'; readonly column: Sql }
  | { readonly type: 'number'; readonly column: Sql }
  | { readonly type: 'time'; readonly column: Sql }
  /**
   * Many values: `values` is what stands after `from` (with its own where-less condition in `on`), and
   * `of` are the attributes of one value.
   */
  | { readonly type: 'many'; readonly from: Sql; readonly on: Sql; readonly of: AttributeTable };

export type AttributeTable = Readonly<Record<string, AttributeSql>>;

/**
 * Compiles a filter to a condition with parameters only. Absent values make a comparison null, which
 * `not` turns into true, as three-valued logic demands of an attribute that has no value.
 */
export function compileFilter(filter: Filter, table: AttributeTable): Sql {
  switch (filter.op) {
    case 'all':
      return sql`true`;
    case 'none':
      return sql`false`;
    case 'and':
      return sql`(${sql.join(
        filter.of.map((part) => compileFilter(part, table)),
        sql` and `,
      )})`;
    case 'or':
      return sql`(${sql.join(
        filter.of.map((part) => compileFilter(part, table)),
        sql` or `,
      )})`;
    case 'not':
      return sql`((${compileFilter(filter.of, table)}) is not true)`;
    case 'present':
      return present(attributeOf(table, filter.attribute));
    case 'compare':
      return compare(attributeOf(table, filter.attribute), filter.comparison, filter.value);
    case 'some': {
      const attribute = attributeOf(table, filter.attribute);
      if (attribute.type !== 'many') return compileFilter(filter.of, table);
      return sql`exists (select 1 from ${attribute.from} where ${attribute.on} and ${compileFilter(filter.of, attribute.of)})`;
    }
  }
}

function attributeOf(table: AttributeTable, name: string): AttributeSql {
  if (!Object.hasOwn(table, name)) {
    throw new DirectoryError('invalid-value', `There is no attribute ${name} to filter by.`, {
      field: name,
    });
  }
  return table[name] as AttributeSql;
}

function present(attribute: AttributeSql): Sql {
  switch (attribute.type) {
    case 'exact':
      return sql`(${attribute.column} <> '')`;
    // No text has an empty key but the empty one, and the key has an index.
    case 'folded':
      return sql`(${attribute.key ?? attribute.column} <> '')`;
    case 'many':
      return sql`exists (select 1 from ${attribute.from} where ${attribute.on})`;
    default:
      return sql`(${attribute.column} is not null)`;
  }
}

function compare(
  attribute: AttributeSql,
  comparison: Comparison,
  value: string | number | boolean,
): Sql {
  switch (attribute.type) {
    case 'exact':
      return compareText(attribute.column, comparison, String(value));
    case 'folded':
      return attribute.key === undefined
        ? compareText(sql`lower(${attribute.column})`, comparison, String(value).toLowerCase())
        : compareText(attribute.key, comparison, identifierKey(String(value)));
    case 'uuid':
      return compareUuid(attribute.column, comparison, String(value));
    case 'boolean':
      return compareOrdered(attribute.column, comparison, sql`${value === true}`);
    case 'number':
      return Number.isFinite(Number(value))
        ? compareOrdered(attribute.column, comparison, sql`${Number(value)}`)
        : sql`false`;
    case 'time': {
      const given = Date.parse(String(value));
      if (Number.isNaN(given)) return sql`false`;
      // Nothing here is older than the first year or younger than the last one that both sides write alike.
      const time = new Date(Math.min(Math.max(given, firstMoment), lastMoment));
      // Times are shown in milliseconds but stored in microseconds.
      return compareOrdered(
        sql`date_trunc('milliseconds', ${attribute.column})`,
        comparison,
        sql`${time}::timestamptz`,
      );
    }
    case 'many':
      return sql`exists (select 1 from ${attribute.from} where ${attribute.on} and ${compare(
        attributeOf(attribute.of, 'value'),
        comparison,
        value,
      )})`;
  }
}

const firstMoment = Date.parse('0001-01-01T00:00:00Z');
const lastMoment = Date.parse('9999-12-31T23:59:59Z');

const orderings = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=` } as const;

function compareText(column: Sql, comparison: Comparison, value: string): Sql {
  switch (comparison) {
    case 'eq':
      return sql`(${column} = ${value})`;
    case 'ne':
      return sql`(${column} <> ${value})`;
    case 'co':
      return sql`(${column} like ${`%${escapeLike(value)}%`})`;
    case 'sw':
      return sql`(${column} like ${`${escapeLike(value)}%`})`;
    case 'ew':
      return sql`(${column} like ${`%${escapeLike(value)}`})`;
    default:
      return sql`(${column} collate "C" ${orderings[comparison]} ${value})`;
  }
}

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** True when the text can be the id of something. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

function compareUuid(column: Sql, comparison: Comparison, value: string): Sql {
  // An id is exact text (RFC 7643 section 3.1); only its own form can be equal.
  if (comparison === 'eq' && isUuid(value) && value === value.toLowerCase()) {
    return sql`(${column} = ${value}::uuid)`;
  }
  return compareText(sql`${column}::text`, comparison, value);
}

function compareOrdered(column: Sql, comparison: Comparison, value: Sql): Sql {
  switch (comparison) {
    case 'eq':
      return sql`(${column} = ${value})`;
    case 'ne':
      return sql`(${column} <> ${value})`;
    case 'co':
    case 'sw':
    case 'ew':
      return sql`false`;
    default:
      return sql`(${column} ${orderings[comparison]} ${value})`;
  }
}

/** Makes a text match itself in `like`. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
