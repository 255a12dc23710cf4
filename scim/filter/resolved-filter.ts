import type { AttributePath } from '../schemas/find-attribute.ts';
import type { Scalar } from '../schemas/value.ts';
import type { Comparison } from './filter.ts';

/**
 * A filter whose names are attributes of one resource type and whose values have their types: what
 * storage translates.
 *
 * A comparison on a multi-valued attribute is true when any value satisfies it, so `ne` is true when
 * any differs; no value satisfies nothing, so `ne` is false and `not (… eq …)` true where there is
 * none. Text without `caseExact` compares by `foldCase`, dates as moments.
 */
export type ResolvedFilter =
  | { readonly op: 'all' }
  | { readonly op: 'none' }
  | { readonly op: 'and' | 'or'; readonly of: readonly ResolvedFilter[] }
  | { readonly op: 'not'; readonly of: ResolvedFilter }
  /** Has a value that is neither empty text nor an empty complex value. */
  | { readonly op: 'present'; readonly attribute: AttributePath }
  | {
      readonly op: 'compare';
      readonly attribute: AttributePath;
      readonly comparison: Comparison;
      readonly value: Scalar;
    }
  /**
   * One and the same value of the multi-valued attribute satisfies `of`, whose paths begin at that
   * value: their `path` is the name of the sub-attribute alone.
   */
  | { readonly op: 'some'; readonly attribute: AttributePath; readonly of: ResolvedFilter };

export const all: ResolvedFilter = { op: 'all' };
export const none: ResolvedFilter = { op: 'none' };

/** Joins filters, folding `all` and `none` so that they stand only alone. */
export function join(op: 'and' | 'or', of: readonly ResolvedFilter[]): ResolvedFilter {
  const [neutral, decisive] = op === 'and' ? ([all, none] as const) : ([none, all] as const);
  if (of.some((part) => part.op === decisive.op)) return decisive;
  const rest = of.filter((part) => part.op !== neutral.op);
  const [first, second] = rest;
  if (first === undefined) return neutral;
  return second === undefined ? first : { op, of: rest };
}

export function negate(filter: ResolvedFilter): ResolvedFilter {
  if (filter.op === 'all') return none;
  if (filter.op === 'none') return all;
  return filter.op === 'not' ? filter.of : { op: 'not', of: filter };
}

/** How many tests a filter makes of one resource or value, at the most. */
export function testsIn(filter: ResolvedFilter): number {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.of.reduce((sum, part) => sum + testsIn(part), 0);
    case 'not':
    case 'some':
      return testsIn(filter.of);
    default:
      return 1;
  }
}
