import { badRequest } from '../error.ts';
import { compareScalars } from '../filter/compare.ts';
import { tolerates } from '../profiles.ts';
import type { Attribute } from '../schemas/attribute.ts';
import {
  complexParts,
  type Reading,
  readMany,
  requireSubAttributes,
  wrong,
} from '../schemas/read-value.ts';
import { type Complex, foldCase, isComplex, type Scalar, valueAt } from '../schemas/value.ts';
import { changeComplex, changeSubAttribute } from './complex.ts';
import type { PatchOperation } from './operations.ts';
import type { Target } from './target.ts';
import { describedValue, matching, mergeValues, settleValues } from './values.ts';

type Item = Scalar | Complex;
type Operation = Pick<PatchOperation, 'op' | 'value'>;

/**
 * Applies an operation to the values of a multi-valued attribute (RFC 7644 section 3.5.2).
 *
 * @throws ScimError 400, `noTarget` when a filter chooses nothing to add to or replace.
 */
export function changeValues(
  operation: Operation,
  target: Target,
  before: readonly Item[],
  reading: Reading,
): readonly Item[] {
  const { attribute, filter, subAttribute, path } = target;
  if (filter !== undefined || subAttribute !== undefined) {
    return changeChosen(operation, target, before, reading);
  }
  const { op, value } = operation;
  if (op === 'remove') return removeListed(value, attribute, before, path, reading);
  if (value === null) return op === 'add' ? before : [];
  const values = readMany(attribute, value, path, reading);
  return op === 'add' ? mergeValues(attribute, before, values) : values;
}

function changeChosen(
  { op, value }: Operation,
  target: Target,
  before: readonly Item[],
  reading: Reading,
): readonly Item[] {
  const { attribute, filter, subAttribute, path } = target;
  if (op !== 'remove' && subAttribute === undefined) {
    if (!tolerates(reading.leniency, 'valuePathWithoutSubAttribute')) {
      throw badRequest('invalidPath', `${path} names no sub-attribute`);
    }
  }
  const chosen = matching(before, filter);
  if (op === 'remove') {
    if (subAttribute === undefined) return before.filter((_, position) => !chosen.has(position));
    return before.flatMap((item, position) =>
      chosen.has(position)
        ? withoutSubAttribute(item, attribute, subAttribute, path, reading)
        : [item],
    );
  }
  if (chosen.size === 0) {
    const made = changeOne(describe(target, reading), 'add', value, target, reading);
    return settleValues(attribute, [...before, made], new Set([before.length]));
  }
  const after = before.map((item, position) => {
    if (!chosen.has(position)) return item;
    if (!isComplex(item))
      throw badRequest('invalidPath', `${path}: ${attribute.name} has no parts`);
    return changeOne(item, op, value, target, reading);
  });
  return settleValues(attribute, after, chosen);
}

/** What a new value begins with when the path chooses none of those that are there. */
function describe({ attribute, filter, path }: Target, reading: Reading): Complex {
  const described = filter === undefined ? {} : describedValue(filter);
  const possible = attribute.type === 'complex' && described !== undefined;
  if (!possible || !tolerates(reading.leniency, 'unmatchedValuePath')) {
    throw badRequest('noTarget', `The path ${path} matches no value`);
  }
  return described;
}

function changeOne(
  item: Complex,
  op: 'add' | 'replace',
  value: unknown,
  { attribute, subAttribute, path }: Target,
  reading: Reading,
): Complex {
  if (subAttribute === undefined) {
    const single = { ...attribute, multiValued: false };
    const changed = changeComplex(single, item, op, value, path, reading, 'valuePathReplace');
    if (changed === undefined) throw wrong(path, 'must not be empty: remove it instead');
    return changed;
  }
  const changed = changeSubAttribute(item, subAttribute, op, value, path, reading);
  requireSubAttributes(attribute, changed, attribute.name);
  return changed;
}

/** A value without its `value`, or without anything, says nothing and goes as a whole. */
function withoutSubAttribute(
  item: Item,
  attribute: Attribute,
  sub: Attribute,
  path: string,
  reading: Reading,
): readonly Item[] {
  if (!isComplex(item)) return [item];
  const rest = changeSubAttribute(item, sub, 'remove', undefined, path, reading);
  const empty = Object.keys(rest).every((name) => name === 'primary');
  const pointless = attribute.subAttributes.has('value') && sub.name === 'value';
  return empty || pointless ? [] : [rest];
}

/** `remove` takes all values, or those that its `value` lists where the profile allows one. */
function removeListed(
  value: unknown,
  attribute: Attribute,
  before: readonly Item[],
  path: string,
  reading: Reading,
): readonly Item[] {
  if (value === undefined || value === null) return [];
  if (!tolerates(reading.leniency, 'removeWithValue')) {
    throw badRequest('invalidSyntax', `A removal of ${path} has no value: choose with [ ]`);
  }
  const listed: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (listed.length > reading.limits.valuesPerAttribute) throw wrong(path, 'has too many values');
  const tests = listed.map((json, index) => sameAs(attribute, json, `${path}[${index}]`, reading));
  return before.filter((item) => !tests.some((same) => same(item)));
}

function sameAs(
  attribute: Attribute,
  json: unknown,
  place: string,
  reading: Reading,
): (item: Item) => boolean {
  if (attribute.type !== 'complex') {
    const [wanted] = readMany(attribute, [json], place, reading);
    if (wanted === undefined || isComplex(wanted)) throw wrong(place, 'must have a value');
    return (item) => !isComplex(item) && compareScalars(attribute, item, 'eq', wanted);
  }
  const parts = complexParts(attribute, json, place, reading) ?? new Map<Attribute, unknown>();
  const given = [...parts].filter(([, part]) => part !== null);
  const value = given.find(([sub]) => sub.name === 'value');
  const decisive =
    value === undefined ? given : [value, ...given.filter(([s]) => s.name === 'type')];
  if (decisive.length === 0) throw wrong(place, 'must say which value to remove');
  return (item) => isComplex(item) && decisive.every(([sub, part]) => equalPart(item, sub, part));
}

function equalPart(item: Complex, sub: Attribute, part: unknown): boolean {
  const actual = valueAt(item, sub.name);
  if (typeof actual === 'string' && typeof part === 'string' && !sub.caseExact) {
    return foldCase(actual) === foldCase(part);
  }
  return actual === part;
}
