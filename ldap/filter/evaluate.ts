import { decodeUtf8 } from '../ber/utf8.ts';
import { parseDn } from '../dn/parse-dn.ts';
import { type EncodedEntry, ValueCursor } from '../entry/encoded-entry.ts';
import type { AttributeSelector } from './attribute-selector.ts';
import {
  type CompiledFilter,
  type CompiledItem,
  type FilterContext,
  type PreparedPieces,
  Truth,
} from './compiled-filter.ts';

/** Evaluates a filter on one entry (RFC 4511 section 4.5.1.7); only True selects it. */
export function evaluate<E extends EncodedEntry>(
  filter: CompiledFilter<E>,
  entry: E,
  context: FilterContext<E>,
): Truth {
  switch (filter.op) {
    case 'constant':
      return filter.truth;
    case 'and': {
      let least: Truth = Truth.true;
      for (const child of filter.children) {
        const truth = evaluate(child, entry, context);
        if (truth === Truth.false) return truth;
        if (truth < least) least = truth;
      }
      return least;
    }
    case 'or': {
      let greatest: Truth = Truth.false;
      for (const child of filter.children) {
        const truth = evaluate(child, entry, context);
        if (truth === Truth.true) return truth;
        if (truth > greatest) greatest = truth;
      }
      return greatest;
    }
    case 'not':
      return (2 - evaluate(filter.child, entry, context)) as Truth;
    default:
      return evaluateItem(filter, entry, context);
  }
}

function evaluateItem<E extends EncodedEntry>(
  item: CompiledItem<E>,
  entry: E,
  context: FilterContext<E>,
): Truth {
  if (item.op === 'dn') return matchesDn(item, entry, context) ? Truth.true : Truth.false;
  const { selector } = item;
  const sees = context.visibility.attribute;
  const hidden = sees !== undefined && selector.types.some((type) => !sees(entry, type));
  // An attribute that the reader may not see is Undefined whether it is there or not.
  const otherwise = hidden ? Truth.undefined : Truth.false;
  if (hidden && selector.types.length === 1) return otherwise;
  for (const position of selector.positions(entry.shape)) {
    const type = entry.shape.descriptions[position]?.type;
    if (hidden && type !== undefined && !sees(entry, type)) continue;
    if (item.op === 'present' || someValue(entry, position, item, context)) return Truth.true;
  }
  if (selector.virtuals.length > 0 && matchesVirtual(item, selector, entry, context)) {
    return Truth.true;
  }
  return otherwise;
}

const cursor = new ValueCursor();

function someValue<E extends EncodedEntry>(
  entry: E,
  position: number,
  item: Exclude<CompiledItem<E>, { op: 'present' | 'dn' }>,
  context: FilterContext<E>,
): boolean {
  // A link that is not kept as a relation leads nowhere further: its chain is the link itself.
  const rule =
    item.op === 'chain' ? context.schema.matchingRule('distinguishedNameMatch') : item.rule;
  if (rule === undefined) return false;
  cursor.open(entry, position);
  while (cursor.next()) {
    const { bytes, start, end } = cursor;
    const text = rule.octets ? bytes.toString('latin1', start, end) : decodeUtf8(bytes, start, end);
    if (text !== undefined && matches(item, rule.key(text, context.schema))) return true;
  }
  return false;
}

function matches<E extends EncodedEntry>(
  item: Exclude<CompiledItem<E>, { op: 'present' | 'dn' }>,
  key: string | undefined,
): boolean {
  if (key === undefined) return false;
  switch (item.op) {
    case 'equality':
    case 'chain':
      return key === item.key;
    case 'greaterOrEqual':
      return item.compare(key, item.key) >= 0;
    case 'lessOrEqual':
      return item.compare(key, item.key) <= 0;
    case 'bits':
      return item.test(key);
    case 'substrings':
      return matchesPieces(key, item.pieces);
  }
}

/** Initial, then each inner piece in order without overlap, then final (RFC 4511 section 4.5.1.7.2). */
export function matchesPieces(key: string, { initial, any, final }: PreparedPieces): boolean {
  if (!key.startsWith(initial)) return false;
  let at = initial.length;
  for (const piece of any) {
    const found = key.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return key.length - final.length >= at && key.endsWith(final);
}

function matchesVirtual<E extends EncodedEntry>(
  item: Exclude<CompiledItem<E>, { op: 'dn' }>,
  selector: AttributeSelector<E>,
  entry: E,
  context: FilterContext<E>,
): boolean {
  const { visibility, schema } = context;
  if (item.op === 'chain') return item.tests.some((test) => test(entry, visibility));
  return selector.virtuals.some((virtual, index) => {
    if (visibility.attribute !== undefined && !visibility.attribute(entry, virtual.type)) {
      return false;
    }
    if (item.op === 'present') return virtual.has(entry, visibility);
    const test = item.op === 'equality' ? item.virtualTests[index] : undefined;
    if (test !== undefined) return test(entry, visibility);
    for (const value of virtual.values(entry, visibility)) {
      if (matches(item, item.rule.key(value, schema))) return true;
    }
    return false;
  });
}

function matchesDn<E extends EncodedEntry>(
  { types, rule, key }: Extract<CompiledItem<E>, { op: 'dn' }>,
  entry: E,
  { schema, dnOf }: FilterContext<E>,
): boolean {
  const dn = parseDn(dnOf(entry)) ?? [];
  return dn.some((rdn) =>
    rdn.some(({ type, value }) => {
      const known = schema.attributeType(type);
      if (known === undefined || !rule.appliesTo.has(known.syntax.oid)) return false;
      return (types === undefined || types.has(known.key)) && rule.key(value, schema) === key;
    }),
  );
}
