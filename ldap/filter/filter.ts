/**
 * A search filter (RFC 4511 section 4.5.1.7) as plain data. Attribute descriptions and rules are as
 * the client wrote them; assertion values are the octets between the escapes.
 */
export type Filter =
  | { readonly kind: 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | AssertionFilter
  | { readonly kind: 'present'; readonly attribute: string }
  | SubstringsFilter
  | ExtensibleFilter;

export interface AssertionFilter {
  readonly kind: 'equality' | 'greaterOrEqual' | 'lessOrEqual' | 'approx';
  readonly attribute: string;
  readonly value: Uint8Array;
}

export interface SubstringsFilter {
  readonly kind: 'substrings';
  readonly attribute: string;
  readonly initial: Uint8Array | undefined;
  readonly any: readonly Uint8Array[];
  readonly final: Uint8Array | undefined;
}

/** At least one of `rule` and `attribute` is there. */
export interface ExtensibleFilter {
  readonly kind: 'extensible';
  readonly rule: string | undefined;
  readonly attribute: string | undefined;
  readonly value: Uint8Array;
  /** The `:dn` flag: attributes of the entry's DN count too. */
  readonly dnAttributes: boolean;
}

export interface FilterBounds {
  /** Levels of and, or, not. */
  readonly depth: number;
  /** Filters in all, composite ones included. */
  readonly clauses: number;
  /** Substring filters in all. */
  readonly substringClauses: number;
  /** Pieces of one substring filter. */
  readonly substringParts: number;
}

export const defaultFilterBounds: FilterBounds = {
  depth: 32,
  clauses: 1024,
  substringClauses: 16,
  substringParts: 8,
};

/** A filter that is well formed but larger than its bounds allow. */
export class FilterLimitError extends Error {
  override name = 'FilterLimitError';
}

/** Counts what a parser has taken of its bounds. */
export class FilterBudget {
  readonly #bounds: FilterBounds;
  #clauses = 0;
  #substringClauses = 0;

  constructor(bounds: FilterBounds) {
    this.#bounds = bounds;
  }

  clause(depth: number): void {
    this.#clauses += 1;
    if (depth > this.#bounds.depth) throw new FilterLimitError('the filter is nested too deeply');
    if (this.#clauses > this.#bounds.clauses) throw new FilterLimitError('the filter is too large');
  }

  substrings(parts: number): void {
    this.#substringClauses += 1;
    if (this.#substringClauses > this.#bounds.substringClauses) {
      throw new FilterLimitError('too many substring filters');
    }
    if (parts > this.#bounds.substringParts) {
      throw new FilterLimitError('too many pieces in a substring filter');
    }
  }
}
