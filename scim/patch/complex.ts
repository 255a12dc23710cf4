import { badRequest } from '../error.ts';
import { tolerates } from '../profiles.ts';
import type { Attribute } from '../schemas/attribute.ts';
import {
  checkHeld,
  complexParts,
  type Reading,
  readAttribute,
  readMany,
  requireSubAttributes,
} from '../schemas/read-value.ts';
import {
  type Complex,
  equalValues,
  isList,
  type Value,
  valueAt,
  valuesAt,
} from '../schemas/value.ts';
import type { PatchOperation } from './operations.ts';
import { mergeValues } from './values.ts';

type Op = PatchOperation['op'];

/** `replace` of a complex attribute, or of a value that a filter chooses. */
export type ReplaceTolerance = 'complexReplace' | 'valuePathReplace';

/** A copy with one name set, or taken away by undefined. */
export function withValue(complex: Complex, name: string, value: Value | undefined): Complex {
  const { [name]: _, ...rest } = complex;
  return value === undefined ? rest : { ...rest, [name]: value };
}

/**
 * Applies an operation to one sub-attribute of a complex value.
 *
 * @throws ScimError 400 `mutability` or `invalidValue`.
 */
export function changeSubAttribute(
  complex: Complex,
  sub: Attribute,
  op: Op,
  json: unknown,
  place: string,
  reading: Reading,
): Complex {
  const before = valueAt(complex, sub.name);
  let after: Value | undefined;
  if (op === 'add' && json === null) after = before;
  else if (op === 'add' && sub.multiValued) {
    after = mergeValues(sub, valuesAt(complex, sub.name), readMany(sub, json, place, reading));
    checkHeld(after, place, reading.limits);
  } else if (op !== 'remove') after = readAttribute(sub, json, place, reading);
  checkChange(sub, op, before, after, place);
  return withValue(complex, sub.name, after);
}

/**
 * Adds to or replaces a complex value. Sub-attributes that are left out stay (RFC 7644 section
 * 3.5.2.3), or go by the profile's setting of `tolerance`.
 *
 * @returns undefined when the value unassigns it.
 */
export function changeComplex(
  attribute: Attribute,
  before: Complex | undefined,
  op: Exclude<Op, 'remove'>,
  json: unknown,
  place: string,
  reading: Reading,
  tolerance: ReplaceTolerance,
): Complex | undefined {
  const parts = complexParts(attribute, json, place, reading);
  if (parts === undefined) return op === 'add' ? before : undefined;
  const whole = dropsLeftOut(op, before, parts, tolerance, reading);
  let after: Complex = {};
  if (before !== undefined && !whole) after = before;
  for (const [sub, part] of parts) {
    after = changeSubAttribute(after, sub, op, part, `${place}.${sub.name}`, reading);
  }
  if (whole && before !== undefined) {
    for (const sub of attribute.subAttributes.values()) {
      const old = valueAt(before, sub.name);
      if (old !== undefined)
        checkChange(sub, op, old, valueAt(after, sub.name), `${place}.${sub.name}`);
    }
  }
  if (Object.keys(after).length === 0) return undefined;
  requireSubAttributes(attribute, after, place);
  return after;
}

/**
 * Holds a change against what the schema allows (RFC 7644 section 3.5.2).
 *
 * @throws ScimError 400 `mutability` for read-only and immutable attributes and the removal of a
 * required one, `invalidValue` for a required one set to nothing.
 */
export function checkChange(
  attribute: Attribute,
  op: Op,
  before: Value | undefined,
  after: Value | undefined,
  place: string,
): void {
  checkWritable(attribute, place);
  if (attribute.mutability === 'immutable' && before !== undefined && !equalValues(before, after)) {
    throw badRequest('mutability', `The attribute ${place} cannot be changed once it has a value`);
  }
  if (attribute.mutability === 'writeOnly' && after === undefined) {
    throw badRequest('mutability', `The attribute ${place} can be set, but not removed`);
  }
  if (attribute.required && after === undefined && (before !== undefined || op !== 'add')) {
    throw badRequest(
      op === 'remove' ? 'mutability' : 'invalidValue',
      `The attribute ${place} is required`,
    );
  }
}

/** @throws ScimError 400 `mutability` when the attribute is read-only. */
export function checkWritable(attribute: Attribute, place: string): void {
  if (attribute.mutability === 'readOnly') {
    throw badRequest('mutability', `The attribute ${place} is read-only`);
  }
}

/**
 * Whether `replace` of a complex value takes away what the new value leaves out, by the profile. Where
 * it leaves nothing out both are the same.
 */
export function dropsLeftOut(
  op: Op,
  before: Complex | undefined,
  parts: ReadonlyMap<Attribute, unknown>,
  tolerance: ReplaceTolerance,
  { leniency }: Reading,
): boolean {
  if (op !== 'replace' || before === undefined) return false;
  const given = new Set([...parts.keys()].map(({ name }) => name));
  const leavesOut = Object.keys(before).some((name) => !given.has(name));
  return leavesOut && !tolerates(leniency, tolerance);
}

export function asComplex(value: Value | undefined): Complex | undefined {
  return typeof value === 'object' && !isList(value) ? value : undefined;
}
