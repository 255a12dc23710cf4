import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import type { AttributeSql, AttributeTable, Sql } from './filter-sql.ts';

export type SortOrder = 'ascending' | 'descending';

/**
 * An `order by` item for one attribute. Members without a value come last ascending and first
 * descending; of many values the primary one counts, else the first (RFC 7644 section 3.4.2.3).
 */
export function sortSql(
  { attribute, order }: { attribute: string; order: SortOrder },
  table: AttributeTable,
): Sql {
  const key = sortKey(attributeOf(attribute, table));
  return order === 'ascending' ? sql`${key} asc nulls last` : sql`${key} desc nulls first`;
}

/** The key of one attribute's order, with the type that its text is cast to. */
export function positionKey(
  attribute: string,
  table: AttributeTable,
): { column: Sql; type: 'text' | 'uuid' | 'boolean' | 'numeric' | 'timestamptz'; always: boolean } {
  const found = attributeOf(attribute, table);
  return { column: sortKey(found), type: keyType(found), always: false };
}

function attributeOf(attribute: string, table: AttributeTable): AttributeSql {
  if (!Object.hasOwn(table, attribute)) {
    throw new DirectoryError('invalid-value', `There is no attribute ${attribute} to sort by.`, {
      field: attribute,
    });
  }
  return table[attribute] as AttributeSql;
}

const keyTypes = {
  exact: 'text',
  folded: 'text',
  uuid: 'uuid',
  boolean: 'boolean',
  number: 'numeric',
  time: 'timestamptz',
} as const;

function keyType(attribute: AttributeSql): (typeof keyTypes)[keyof typeof keyTypes] {
  if (attribute.type !== 'many') return keyTypes[attribute.type];
  return attribute.of.value === undefined ? 'text' : keyType(attribute.of.value);
}

function sortKey(attribute: AttributeSql): Sql {
  switch (attribute.type) {
    case 'exact':
      return sql`${attribute.column} collate "C"`;
    case 'folded':
      return sql`${attribute.key ?? sql`lower(${attribute.column})`} collate "C"`;
    case 'many': {
      const value = attribute.of.value;
      if (value === undefined) return sql`null`;
      const primary = attribute.of.primary;
      const first = primary === undefined || primary.type === 'many' ? sql`1` : primary.column;
      return sql`(select ${sortKey(value)} from ${attribute.from} where ${attribute.on}
        order by ${first} desc limit 1)`;
    }
    default:
      return attribute.column;
  }
}
