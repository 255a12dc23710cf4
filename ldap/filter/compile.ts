import { decodeUtf8 } from '../ber/utf8.ts';
import type { EncodedEntry } from '../entry/encoded-entry.ts';
import type { MatchingRule, PiecePosition } from '../schema/matching-rule.ts';
import type { AttributeType, Schema } from '../schema/schema.ts';
import { AttributeSelector, selectAttribute } from './attribute-selector.ts';
import {
  type CompiledFilter,
  type FilterContext,
  type PreparedPieces,
  Truth,
} from './compiled-filter.ts';
import type { AssertionFilter, ExtensibleFilter, Filter, SubstringsFilter } from './filter.ts';

const undefinedItem = { op: 'constant', truth: Truth.undefined } as const;

/**
 * Resolves names and prepares values once. What RFC 4511 section 4.5.1.7 calls Undefined, an unknown
 * attribute or rule or a value that does not fit the syntax, becomes a constant.
 */
export function compileFilter<E extends EncodedEntry>(
  filter: Filter,
  context: FilterContext<E>,
): CompiledFilter<E> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return compileList(
        filter.kind,
        filter.filters.map((child) => compileFilter(child, context)),
      );
    case 'not': {
      const child = compileFilter(filter.filter, context);
      return child.op === 'constant'
        ? { op: 'constant', truth: (2 - child.truth) as Truth }
        : { op: 'not', child };
    }
    case 'present': {
      const selected = selectAttribute(filter.attribute, context.schema, context.virtuals);
      if (selected === undefined) return undefinedItem;
      // Every entry has a class: `(objectClass=*)` is what clients send for "all".
      return selected.type.key === 'objectclass' && context.visibility.attribute === undefined
        ? { op: 'constant', truth: Truth.true }
        : { op: 'present', selector: selected.selector };
    }
    case 'substrings':
      return compileSubstrings(filter, context);
    case 'extensible':
      return compileExtensible(filter, context);
    default:
      return compileAssertion(filter, context);
  }
}

/** Folds constants: an `and` with False is False, an `or` with True is True, neutral ones vanish. */
function compileList<E extends EncodedEntry>(
  op: 'and' | 'or',
  children: readonly CompiledFilter<E>[],
): CompiledFilter<E> {
  const neutral = op === 'and' ? Truth.true : Truth.false;
  const decisive = op === 'and' ? Truth.false : Truth.true;
  const kept: CompiledFilter<E>[] = [];
  for (const child of children) {
    if (child.op === 'constant' && child.truth === decisive) return child;
    if (child.op !== 'constant' || child.truth !== neutral) kept.push(child);
  }
  if (kept.length === 0) return { op: 'constant', truth: neutral };
  return kept.length === 1 && kept[0] !== undefined ? kept[0] : { op, children: kept };
}

function compileAssertion<E extends EncodedEntry>(
  { kind, attribute, value }: AssertionFilter,
  context: FilterContext<E>,
): CompiledFilter<E> {
  const selected = selectAttribute(attribute, context.schema, context.virtuals);
  if (selected === undefined) return undefinedItem;
  const { selector, type } = selected;
  const ordered = kind === 'greaterOrEqual' || kind === 'lessOrEqual';
  const rule = ordered ? type.ordering : type.equality;
  const key = rule && assertionKey(rule, value, context.schema);
  if (rule === undefined || key === undefined) return undefinedItem;
  if (!ordered) return equalityItem(selector, rule, key);
  const { compare } = rule;
  return compare === undefined ? undefinedItem : { op: kind, selector, rule, key, compare };
}

function equalityItem<E extends EncodedEntry>(
  selector: AttributeSelector<E>,
  rule: MatchingRule,
  key: string,
): CompiledFilter<E> {
  const virtualTests = selector.virtuals.map((virtual) => virtual.equality?.(key));
  return { op: 'equality', selector, rule, key, virtualTests };
}

function compileSubstrings<E extends EncodedEntry>(
  filter: SubstringsFilter,
  context: FilterContext<E>,
): CompiledFilter<E> {
  const selected = selectAttribute(filter.attribute, context.schema, context.virtuals);
  const rule = selected?.type.substrings;
  const pieces = rule && preparePieces(rule, filter);
  if (selected === undefined || rule === undefined || pieces === undefined) return undefinedItem;
  return { op: 'substrings', selector: selected.selector, rule, pieces };
}

function preparePieces(
  rule: MatchingRule,
  { initial, any, final }: Pick<SubstringsFilter, 'initial' | 'any' | 'final'>,
): PreparedPieces | undefined {
  const prepare = (piece: Uint8Array, position: PiecePosition) => {
    const text = textOf(piece, rule.octets);
    return text === undefined ? undefined : rule.piece?.(text, position);
  };
  const preparedInitial = initial === undefined ? '' : prepare(initial, 'initial');
  const preparedAny = any.map((piece) => prepare(piece, 'any'));
  const preparedFinal = final === undefined ? '' : prepare(final, 'final');
  if (preparedInitial === undefined || preparedFinal === undefined) return undefined;
  const known = preparedAny.filter((piece) => piece !== undefined);
  if (known.length < preparedAny.length) return undefined;
  return { initial: preparedInitial, any: known, final: preparedFinal };
}

function compileExtensible<E extends EncodedEntry>(
  filter: ExtensibleFilter,
  context: FilterContext<E>,
): CompiledFilter<E> {
  const { schema, virtuals } = context;
  const described = filter.attribute === undefined ? undefined : schema.describe(filter.attribute);
  if (filter.attribute !== undefined && described === undefined) return undefinedItem;
  const rule =
    filter.rule === undefined ? described?.type.equality : schema.matchingRule(filter.rule);
  if (rule === undefined) return undefinedItem;
  const applies = (type: AttributeType) => rule.appliesTo.has(type.syntax.oid);
  if (described !== undefined && !applies(described.type)) return undefinedItem;
  const types =
    described === undefined
      ? schema.attributeTypes.filter(applies)
      : schema.subtypesOf(described.type);
  const selector = new AttributeSelector(types, described?.options ?? [], virtuals);
  const item = extensibleItem(filter, rule, selector, schema);
  if (!filter.dnAttributes || item.op !== 'equality') return item;
  const named = described && new Set(types.map(({ key }) => key));
  return { op: 'or', children: [item, { op: 'dn', types: named, rule, key: item.key }] };
}

function extensibleItem<E extends EncodedEntry>(
  { value }: ExtensibleFilter,
  rule: MatchingRule,
  selector: AttributeSelector<E>,
  schema: Schema,
): CompiledFilter<E> {
  if (rule.kind === 'substrings') {
    const pieces = substringAssertion(value);
    const prepared = pieces && preparePieces(rule, pieces);
    return prepared === undefined
      ? undefinedItem
      : { op: 'substrings', selector, rule, pieces: prepared };
  }
  const key = assertionKey(rule, value, schema);
  if (key === undefined) return undefinedItem;
  const { compare, bits } = rule;
  if (compare !== undefined) {
    // RFC 4517 section 4.2: an ordering rule alone is True where the value stands before.
    const below = (left: string, right: string) => (compare(left, right) < 0 ? -1 : 1);
    return { op: 'lessOrEqual', selector, rule, key, compare: below };
  }
  if (bits !== undefined) {
    return { op: 'bits', selector, rule, test: (candidate) => bits(candidate, key) };
  }
  if (rule.kind !== 'chain') return equalityItem(selector, rule, key);
  const tests = selector.virtuals.flatMap((virtual) => virtual.chain?.(key) ?? []);
  return { op: 'chain', selector, key, tests };
}

/** The pieces of a Substring Assertion in text (RFC 4517 section 3.3.30). */
function substringAssertion(
  value: Uint8Array,
): Pick<SubstringsFilter, 'initial' | 'any' | 'final'> | undefined {
  const text = textOf(value, false);
  if (text === undefined) return undefined;
  const pieces = text
    .split('*')
    .map((piece) => Buffer.from(piece.replace(/\\2a/gi, '*').replace(/\\5c/gi, '\\')));
  const any = pieces.slice(1, -1);
  const [first] = pieces;
  const last = pieces.at(-1);
  if (pieces.length < 2 || pieces.length > 16) return undefined;
  return {
    initial: first?.length ? first : undefined,
    any: any.filter(({ length }) => length > 0),
    final: last?.length ? last : undefined,
  };
}

function textOf(value: Uint8Array, octets: boolean): string | undefined {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  return octets ? bytes.toString('latin1') : decodeUtf8(bytes, 0, bytes.length);
}

/** The key that a rule gives an assertion value, or undefined where it does not fit. */
export function assertionKey(
  rule: MatchingRule,
  value: Uint8Array,
  schema: Schema,
): string | undefined {
  const text = textOf(value, rule.octets);
  if (text === undefined) return undefined;
  return (rule.assertionKey ?? rule.key)(text, schema);
}
