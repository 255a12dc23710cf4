/** The comparisons of RFC 7644 section 3.4.2.2; `pr` is a node of its own. */
export const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;

export type Comparison = (typeof comparisons)[number];
export type Literal = string | number | boolean | null;

/** A filter as it was written, before a schema gives its names a meaning. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: 'present'; readonly path: string }
  | {
      readonly op: 'compare';
      readonly path: string;
      readonly comparison: Comparison;
      readonly value: Literal;
    }
  /** `path[of]`: one and the same value satisfies the inner filter. */
  | { readonly op: 'some'; readonly path: string; readonly of: Filter };

/** Prints a filter so that it parses to the same tree. */
export function formatFilter(filter: Filter): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.of.map((part) => formatPart(part, filter.op)).join(` ${filter.op} `);
    case 'not':
      return `not (${formatFilter(filter.of)})`;
    case 'present':
      return `${filter.path} pr`;
    case 'compare':
      return `${filter.path} ${filter.comparison} ${JSON.stringify(filter.value)}`;
    case 'some':
      return `${filter.path}[${formatFilter(filter.of)}]`;
  }
}

/** `and` binds tighter than `or`; a group of the same kind was written in parentheses. */
function formatPart(part: Filter, within: 'and' | 'or'): string {
  const grouped = part.op === within || (part.op === 'or' && within === 'and');
  return grouped ? `(${formatFilter(part)})` : formatFilter(part);
}
