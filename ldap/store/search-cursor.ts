import type { CompiledFilter, FilterContext } from '../filter/compiled-filter.ts';
import { Truth } from '../filter/compiled-filter.ts';
import { evaluate } from '../filter/evaluate.ts';
import type { Scope } from '../message/requests.ts';
import type { IdSource } from './id-source.ts';
import type { StoredEntry } from './stored-entry.ts';

/** Candidates between two looks at the clock. */
const candidatesPerLook = 32;

export interface CursorOptions {
  readonly filter: CompiledFilter<StoredEntry>;
  readonly context: FilterContext<StoredEntry>;
  readonly source: IdSource;
  /** Every id of the source matches the filter. */
  readonly exact: boolean;
  readonly base: StoredEntry;
  readonly scope: Scope;
  readonly isWholeTree: boolean;
  /** Only ids above this one. */
  readonly after: number;
  entryById(id: number): StoredEntry | undefined;
}

/**
 * Walks the matches of a search in ascending id, and may rest anywhere: what is added meanwhile may
 * or may not be seen, what stays is seen once.
 */
export class SearchCursor {
  readonly #options: CursorOptions;
  #verify: boolean;
  /** Id of the last candidate looked at. */
  lastId: number;

  constructor(options: CursorOptions) {
    this.#options = options;
    this.#verify = !options.exact;
    this.lastId = options.after;
  }

  /** The next match; null when there is none; undefined when `deadline` (performance.now) has passed. */
  next(deadline: number): StoredEntry | null | undefined {
    const { source, filter, context, entryById } = this.#options;
    const sees = context.visibility.entry;
    for (let looked = 1; ; looked += 1) {
      const id = source.after(this.lastId);
      if (id === -1) return null;
      this.lastId = id;
      const entry = entryById(id);
      if (
        entry !== undefined &&
        this.#inScope(entry) &&
        (!this.#verify || evaluate(filter, entry, context) === Truth.true) &&
        (sees === undefined || sees(entry))
      ) {
        return entry;
      }
      if (looked % candidatesPerLook === 0 && performance.now() > deadline) {
        this.rested();
        return undefined;
      }
    }
  }

  /** The store may have changed: an index answer is from now on only a candidate. */
  rested(): void {
    this.#verify = true;
  }

  #inScope(entry: StoredEntry): boolean {
    const { base, scope, isWholeTree } = this.#options;
    switch (scope) {
      case 'base':
        return entry === base;
      case 'one':
        return entry.parent === base;
      case 'subtree':
        return isWholeTree || entry.isWithin(base);
      case 'subordinates':
        return entry !== base && entry.isWithin(base);
    }
  }
}
