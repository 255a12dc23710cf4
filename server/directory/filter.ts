/**
 * The one filter tree of the directory. SCIM and the admin API translate into it; SQL is made from it
 * in one place. Attributes are the directory's own, by their names in an attribute table.
 */
export type Filter =
  | { readonly op: 'all' }
  | { readonly op: 'none' }
  | { readonly op: 'and'; readonly of: readonly Filter[] }
  | { readonly op: 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: 'present'; readonly attribute: string }
  | {
      readonly op: 'compare';
      readonly attribute: string;
      readonly comparison: Comparison;
      readonly value: string | number | boolean;
    }
  /** One and the same value of a multi-valued attribute satisfies the inner filter. */
  | { readonly op: 'some'; readonly attribute: string; readonly of: Filter };

/** Equal, not equal, contains, starts with, ends with, and the orderings (RFC 7644 section 3.4.2.2). */
export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

const all: Filter = { op: 'all' };
const none: Filter = { op: 'none' };

/** Folds `all` and `none`, so that a filter that cannot match never reaches the database. */
export function and(...of: Filter[]): Filter {
  if (of.some((filter) => filter.op === 'none')) return none;
  const rest = of.filter((filter) => filter.op !== 'all');
  return rest.length === 0 ? all : rest.length === 1 ? (rest[0] ?? all) : { op: 'and', of: rest };
}

export function or(...of: Filter[]): Filter {
  if (of.some((filter) => filter.op === 'all')) return all;
  const rest = of.filter((filter) => filter.op !== 'none');
  return rest.length === 0 ? none : rest.length === 1 ? (rest[0] ?? none) : { op: 'or', of: rest };
}

export function not(of: Filter): Filter {
  if (of.op === 'all') return none;
  if (of.op === 'none') return all;
  return of.op === 'not' ? of.of : { op: 'not', of };
}
