import type { Visibility } from '../entry/visibility.ts';
import { type CompiledFilter, type CompiledItem, Truth } from '../filter/compiled-filter.ts';
import type { AttributeType } from '../schema/schema.ts';
import { type IdSource, intersectionOf, noIds, postings, unionOf } from './id-source.ts';
import type { IndexSet } from './index-set.ts';
import type { OrderingIndex } from './ordering-index.ts';
import type { StoredEntry } from './stored-entry.ts';
import type { StoreVirtual } from './virtual-attributes.ts';

export interface PlannerIndexes {
  readonly attributes: IndexSet;
  readonly virtuals: ReadonlyMap<AttributeType, StoreVirtual>;
  readonly times: ReadonlyMap<AttributeType, OrderingIndex>;
}

/** Ids among which all that match are. */
export interface Plan {
  readonly source: IdSource;
  /** Every id matches: the filter need not be evaluated. */
  readonly exact: boolean;
}

/** Below this many candidates, looking at each is cheaper than a second index. */
const fewCandidates = 64;

/** The cheapest way to a filter's matches, or undefined where no index helps and all must be walked. */
export function planFilter(
  filter: CompiledFilter<StoredEntry>,
  indexes: PlannerIndexes,
  visibility: Visibility<StoredEntry>,
): Plan | undefined {
  switch (filter.op) {
    case 'constant':
      return filter.truth === Truth.true ? undefined : { source: noIds, exact: true };
    case 'not':
      return undefined;
    case 'and': {
      const plans = filter.children.flatMap(
        (child) => planFilter(child, indexes, visibility) ?? [],
      );
      plans.sort((left, right) => left.source.estimate - right.source.estimate);
      const [cheapest] = plans;
      if (cheapest === undefined) return undefined;
      if (cheapest.source.estimate <= fewCandidates || plans.length === 1) {
        return { source: cheapest.source, exact: false };
      }
      return { source: intersectionOf(plans.map(({ source }) => source)), exact: false };
    }
    case 'or': {
      const plans: Plan[] = [];
      for (const child of filter.children) {
        const plan = planFilter(child, indexes, visibility);
        if (plan === undefined) return undefined;
        plans.push(plan);
      }
      return {
        source: unionOf(plans.map(({ source }) => source)),
        exact: plans.every(({ exact }) => exact),
      };
    }
    default:
      return planItem(filter, indexes, visibility);
  }
}

function planItem(
  item: CompiledItem<StoredEntry>,
  indexes: PlannerIndexes,
  visibility: Visibility<StoredEntry>,
): Plan | undefined {
  if (item.op === 'dn' || item.op === 'bits') return undefined;
  const { selector } = item;
  const sources: IdSource[] = [];
  for (const type of selector.types) {
    const source = sourceOf(type, item, indexes, visibility);
    if (source === undefined) return undefined;
    sources.push(source);
  }
  const exact =
    (item.op === 'equality' || item.op === 'present') &&
    selector.options.length === 0 &&
    selector.virtuals.length === 0 &&
    visibility.attribute === undefined;
  return { source: unionOf(sources), exact };
}

function sourceOf(
  type: AttributeType,
  item: Exclude<CompiledItem<StoredEntry>, { op: 'dn' | 'bits' }>,
  { attributes, virtuals, times }: PlannerIndexes,
  visibility: Visibility<StoredEntry>,
): IdSource | undefined {
  const virtual = virtuals.get(type);
  switch (item.op) {
    case 'equality': {
      if (virtual !== undefined) return virtual.find?.(item.key);
      // An index holds keys of its type's own equality rule; another rule cannot use it.
      return item.rule === type.equality ? attributes.equality(type)?.find(item.key) : undefined;
    }
    case 'chain':
      return virtual?.findChain?.(item.key, visibility);
    case 'present': {
      const list = attributes.presence(type);
      return list && postings(list);
    }
    case 'substrings':
      return item.rule === type.substrings
        ? attributes.substrings(type)?.find(item.pieces)
        : undefined;
    case 'greaterOrEqual':
    case 'lessOrEqual':
      return times.get(type)?.find(item.op, Date.parse(item.key));
  }
}
