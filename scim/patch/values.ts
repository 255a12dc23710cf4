import { evaluateOn } from '../filter/evaluate.ts';
import type { ResolvedFilter } from '../filter/resolved-filter.ts';
import type { Attribute } from '../schemas/attribute.ts';
import { identityOf } from '../schemas/identity.ts';
import { isPrimary } from '../schemas/read-value.ts';
import { type Complex, isComplex, type Scalar, type Value, valueAt } from '../schemas/value.ts';

type Item = Scalar | Complex;

/**
 * Adds values to those that are there: one that is there already takes over what the new one says
 * besides, and is not kept twice (RFC 7643 section 2.4).
 */
export function mergeValues(
  attribute: Attribute,
  before: readonly Item[],
  added: readonly Item[],
): readonly Item[] {
  const items = new Map(before.map((item) => [identityOf(attribute, item), item]));
  let primary: string | undefined;
  for (const item of added) {
    const identity = identityOf(attribute, item);
    const known = items.get(identity);
    // Text that differs in case only stays as it was first given.
    items.set(
      identity,
      isComplex(known) && isComplex(item) ? mergeItem(known, item) : (known ?? item),
    );
    if (isPrimary(item)) primary = identity;
  }
  return [...items].map(([identity, item]) =>
    primary === undefined || identity === primary ? item : unsetPrimary(item),
  );
}

function mergeItem(known: Complex, item: Complex): Complex {
  const { value, type, ...rest } = item;
  return {
    ...known,
    ...rest,
    ...(value !== undefined && valueAt(known, 'value') === undefined ? { value } : {}),
    ...(type !== undefined && valueAt(known, 'type') === undefined ? { type } : {}),
  };
}

/**
 * Puts changed values in their places and keeps each once, and one primary at most: the one that was
 * changed (RFC 7644 section 3.5.2).
 */
export function settleValues(
  attribute: Attribute,
  items: readonly Item[],
  changed: ReadonlySet<number>,
): readonly Item[] {
  const madePrimary = items.findLastIndex((item, index) => changed.has(index) && isPrimary(item));
  const single =
    madePrimary === -1
      ? items
      : items.map((item, index) => (index === madePrimary ? item : unsetPrimary(item)));
  const kept = new Map<string, Item>();
  for (const item of single) {
    const identity = identityOf(attribute, item);
    const known = kept.get(identity);
    kept.set(identity, known !== undefined && isPrimary(known) ? known : item);
  }
  return [...kept.values()];
}

function unsetPrimary(item: Item): Item {
  return isPrimary(item) && isComplex(item) ? { ...item, primary: false } : item;
}

/** The positions of the values that satisfy the filter; of all of them without one. */
export function matching(items: readonly Item[], filter: ResolvedFilter | undefined): Set<number> {
  const positions = [...items.keys()];
  return new Set(
    positions.filter((position) => {
      const item = items[position];
      return item !== undefined && (filter === undefined || evaluateOn(filter, item));
    }),
  );
}

/**
 * The value that a filter describes: `type eq "work" and primary eq true` makes both. Undefined when
 * the filter leaves a choice.
 */
export function describedValue(filter: ResolvedFilter): Complex | undefined {
  if (filter.op === 'compare') {
    return filter.comparison === 'eq' ? { [filter.attribute.path]: filter.value } : undefined;
  }
  if (filter.op !== 'and') return undefined;
  const parts = filter.of.map(describedValue);
  if (!parts.every((part) => part !== undefined)) return undefined;
  const described: Record<string, Value> = {};
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (Object.hasOwn(described, name) && described[name] !== value) return undefined;
    described[name] = value;
  }
  return described;
}
