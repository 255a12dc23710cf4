import { sql } from 'kysely';
import type { AttributeSql, AttributeTable, Sql } from './filter-sql.ts';

/** What an attribute of a JSON document is made of, so that SQL can be made of it. */
export type Shape = SingleShape | { readonly type: 'many'; readonly of: SingleShape };

type SingleShape =
  | { readonly type: 'text' | 'number' | 'boolean' }
  | { readonly type: 'complex'; readonly of: Shapes };

/** By the names that stand in the document. */
export type Shapes = Readonly<Record<string, Shape>>;

/** The name of an attribute within others, in the tables that are made of shapes. */
export function shapePath(...names: string[]): string {
  return names.join('.');
}

/**
 * What a document can be filtered by: every attribute by its path; within a multi-valued one, the
 * attributes of a value, or `value` where it is none. A document of another shape has no such value.
 *
 * @param document is of the type jsonb, its texts in the form by which they compare
 */
export function filterTable(shapes: Shapes, document: Sql, depth = 0): AttributeTable {
  const table: Record<string, AttributeSql> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const json = sql`(${document} -> ${sql.lit(name)})`;
    if (shape.type === 'many') {
      table[name] = many(shape.of, json, depth);
    } else if (shape.type === 'complex') {
      table[name] = {
        type: 'boolean',
        column: sql`nullif(coalesce(jsonb_typeof(${json}) = 'object', false), false)`,
      };
      for (const [inner, attribute] of Object.entries(filterTable(shape.of, json, depth))) {
        table[shapePath(name, inner)] = attribute;
      }
    } else table[name] = scalar(shape.type, json);
  }
  return table;
}

function many(of: SingleShape, json: Sql, depth: number): AttributeSql {
  const value = sql.ref(`v${depth}.value`);
  return {
    type: 'many',
    from: elements(json, depth),
    on: sql`true`,
    of:
      of.type === 'complex'
        ? filterTable(of.of, value, depth + 1)
        : { value: scalar(of.type, value) },
  };
}

/** The values of an array, or the one that stands in place of it, with their places. */
function elements(json: Sql, depth: number): Sql {
  const alias = sql.raw(`v${depth}`);
  return sql`jsonb_path_query(${json}, '$[*]') with ordinality as ${alias} (value, place)`;
}

/**
 * What a document can be sorted by: every attribute that is not complex, by its path; of many values the
 * primary one counts, else the first (RFC 7644 section 3.4.2.3).
 */
export function sortTable(shapes: Shapes, document: Sql): AttributeTable {
  const table: Record<string, AttributeSql> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const json = sql`(${document} -> ${sql.lit(name)})`;
    const one = shape.type === 'many' ? shape.of : shape;
    const value = shape.type === 'many' ? mainValue(json) : json;
    if (one.type === 'complex') {
      for (const [inner, attribute] of Object.entries(sortTable(one.of, value))) {
        table[shapePath(name, inner)] = attribute;
      }
    } else table[name] = scalar(one.type, value);
  }
  return table;
}

function mainValue(json: Sql): Sql {
  return sql`(select v0.value from ${elements(json, 0)}
    order by (v0.value -> 'primary') is not distinct from 'true'::jsonb desc, v0.place limit 1)`;
}

function scalar(type: 'text' | 'number' | 'boolean', json: Sql): AttributeSql {
  if (type === 'text') return { type: 'exact', column: sql`(${json} #>> '{}')` };
  const cast = type === 'number' ? sql`numeric` : sql`boolean`;
  const column = sql`(case jsonb_typeof(${json}) when ${sql.lit(type)}
    then (${json} #>> '{}')::${cast} end)`;
  return { type, column };
}
