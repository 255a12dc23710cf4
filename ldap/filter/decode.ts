import { BerError, type BerReader, BerTag } from '../ber/ber-reader.ts';
import {
  defaultFilterBounds,
  type ExtensibleFilter,
  type Filter,
  type FilterBounds,
  FilterBudget,
  type SubstringsFilter,
} from './filter.ts';

/** Context tags of the Filter CHOICE (RFC 4511 section 4.5.1). */
export const FilterTag = {
  and: 0xa0,
  or: 0xa1,
  not: 0xa2,
  equality: 0xa3,
  substrings: 0xa4,
  greaterOrEqual: 0xa5,
  lessOrEqual: 0xa6,
  present: 0x87,
  approx: 0xa8,
  extensible: 0xa9,
} as const;

const assertionKinds = {
  [FilterTag.equality]: 'equality',
  [FilterTag.greaterOrEqual]: 'greaterOrEqual',
  [FilterTag.lessOrEqual]: 'lessOrEqual',
  [FilterTag.approx]: 'approx',
} as const;

/**
 * Reads one filter. Throws FilterLimitError over the bounds and BerError where the bytes are no
 * filter. Values are views of the message.
 */
export function decodeFilter(
  reader: BerReader,
  bounds: FilterBounds = defaultFilterBounds,
): Filter {
  return decodeAtDepth(reader, new FilterBudget(bounds), 1);
}

function decodeAtDepth(reader: BerReader, budget: FilterBudget, depth: number): Filter {
  budget.clause(depth);
  const tag = reader.peekTag();
  switch (tag) {
    case FilterTag.equality:
    case FilterTag.greaterOrEqual:
    case FilterTag.lessOrEqual:
    case FilterTag.approx: {
      const outer = reader.enter(tag);
      const attribute = reader.readText();
      const value = reader.readOctets();
      reader.leave(outer);
      return { kind: assertionKinds[tag], attribute, value };
    }
    case FilterTag.present:
      return { kind: 'present', attribute: reader.readText(tag) };
    case FilterTag.and:
    case FilterTag.or: {
      const outer = reader.enter(tag);
      const filters: Filter[] = [];
      while (!reader.atEnd) filters.push(decodeAtDepth(reader, budget, depth + 1));
      reader.leave(outer);
      return { kind: tag === FilterTag.and ? 'and' : 'or', filters };
    }
    case FilterTag.not: {
      const outer = reader.enter(tag);
      const filter = decodeAtDepth(reader, budget, depth + 1);
      reader.leave(outer);
      return { kind: 'not', filter };
    }
    case FilterTag.substrings:
      return decodeSubstrings(reader, budget);
    case FilterTag.extensible:
      return decodeExtensible(reader);
    default:
      throw new BerError('unknown kind of filter');
  }
}

function decodeSubstrings(reader: BerReader, budget: FilterBudget): SubstringsFilter {
  const outer = reader.enter(FilterTag.substrings);
  const attribute = reader.readText();
  const outerPieces = reader.enter(BerTag.sequence);
  let initial: Buffer | undefined;
  let final: Buffer | undefined;
  const any: Buffer[] = [];
  let parts = 0;
  while (!reader.atEnd) {
    parts += 1;
    const tag = reader.peekTag();
    // RFC 4511 section 4.5.1.7.2: initial only first, final only last.
    if (final !== undefined) throw new BerError('a piece behind the final one');
    if (tag === 0x80 && parts === 1) initial = reader.readOctets(tag);
    else if (tag === 0x81) any.push(reader.readOctets(tag));
    else if (tag === 0x82) final = reader.readOctets(tag);
    else throw new BerError('unknown kind of substring');
  }
  if (parts === 0) throw new BerError('a substring filter without pieces');
  budget.substrings(parts);
  reader.leave(outerPieces);
  reader.leave(outer);
  return { kind: 'substrings', attribute, initial, any, final };
}

function decodeExtensible(reader: BerReader): ExtensibleFilter {
  const outer = reader.enter(FilterTag.extensible);
  const rule = reader.peekTag() === 0x81 ? reader.readText(0x81) : undefined;
  const attribute = reader.peekTag() === 0x82 ? reader.readText(0x82) : undefined;
  const value = reader.readOctets(0x83);
  const dnAttributes = reader.peekTag() === 0x84 ? reader.readBoolean(0x84) : false;
  reader.leave(outer);
  if (rule === undefined && attribute === undefined) {
    throw new BerError('an extensible match without rule and attribute');
  }
  return { kind: 'extensible', rule, attribute, value, dnAttributes };
}
