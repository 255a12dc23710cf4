import type { EncodedEntry } from '../entry/encoded-entry.ts';
import type { VirtualAttribute, Visibility } from '../entry/visibility.ts';
import type { MatchingRule } from '../schema/matching-rule.ts';
import type { AttributeType, Schema } from '../schema/schema.ts';
import type { AttributeSelector } from './attribute-selector.ts';

/**
 * The three truth values of RFC 4511 section 4.5.1.7, so ordered that `and` is the least, `or` the
 * greatest and `not` the mirror.
 */
export const Truth = { false: 0, undefined: 1, true: 2 } as const;
export type Truth = (typeof Truth)[keyof typeof Truth];

/** What a filter is compiled against. */
export interface FilterContext<E extends EncodedEntry> {
  readonly schema: Schema;
  readonly virtuals: ReadonlyMap<AttributeType, VirtualAttribute<E>>;
  readonly visibility: Visibility<E>;
  dnOf(entry: E): string;
}

/** A filter with its names resolved and its values prepared, ready for many entries. */
export type CompiledFilter<E extends EncodedEntry> =
  | { readonly op: 'constant'; readonly truth: Truth }
  | { readonly op: 'and' | 'or'; readonly children: readonly CompiledFilter<E>[] }
  | { readonly op: 'not'; readonly child: CompiledFilter<E> }
  | CompiledItem<E>;

/** A filter item that looks at attributes. */
export type CompiledItem<E extends EncodedEntry> =
  | { readonly op: 'present'; readonly selector: AttributeSelector<E> }
  | EqualityItem<E>
  | OrderingItem<E>
  | SubstringsItem<E>
  | {
      readonly op: 'bits';
      readonly selector: AttributeSelector<E>;
      readonly rule: MatchingRule;
      readonly test: (key: string) => boolean;
    }
  | {
      readonly op: 'chain';
      readonly selector: AttributeSelector<E>;
      readonly key: string;
      readonly tests: readonly LinkTest<E>[];
    }
  | {
      readonly op: 'dn';
      readonly types: ReadonlySet<string> | undefined;
      readonly rule: MatchingRule;
      readonly key: string;
    };

export type LinkTest<E> = (entry: E, visibility: Visibility<E>) => boolean;

export interface EqualityItem<E extends EncodedEntry> {
  readonly op: 'equality';
  readonly selector: AttributeSelector<E>;
  readonly rule: MatchingRule;
  readonly key: string;
  /** Tests of the virtual attributes among those selected, in their order; some have none. */
  readonly virtualTests: readonly (LinkTest<E> | undefined)[];
}

export interface OrderingItem<E extends EncodedEntry> {
  readonly op: 'greaterOrEqual' | 'lessOrEqual';
  readonly selector: AttributeSelector<E>;
  readonly rule: MatchingRule;
  readonly key: string;
  readonly compare: (left: string, right: string) => number;
}

export interface SubstringsItem<E extends EncodedEntry> {
  readonly op: 'substrings';
  readonly selector: AttributeSelector<E>;
  readonly rule: MatchingRule;
  readonly pieces: PreparedPieces;
}

export interface PreparedPieces {
  readonly initial: string;
  readonly any: readonly string[];
  readonly final: string;
}
