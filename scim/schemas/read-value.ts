import { badRequest, type ScimError, shown } from '../error.ts';
import type { ScimLimits } from '../limits.ts';
import { type Leniency, tolerates } from '../profiles.ts';
import type { Attribute } from './attribute.ts';
import { identityOf } from './identity.ts';
import { readScalar, WrongValue } from './scalar.ts';
import { type Complex, isComplex, type Scalar, type Value } from './value.ts';

/** How foreign JSON is read: by which profile and within which bounds. */
export interface Reading {
  readonly leniency: Leniency;
  readonly limits: ScimLimits;
}

/**
 * Reads JSON as the value of an attribute: names in canonical spelling, read-only parts left out.
 *
 * @param place how the client named the attribute, for the detail of an error.
 * @returns undefined for null, an empty array and an empty object (RFC 7643 section 2.5).
 * @throws ScimError 400 `invalidValue`, naming the attribute and what was wrong with it.
 */
export function readAttribute(
  attribute: Attribute,
  json: unknown,
  place: string,
  reading: Reading,
): Value | undefined {
  if (json === null || json === undefined) return undefined;
  if (!attribute.multiValued) return readOne(attribute, json, place, reading);
  if (!Array.isArray(json) && !tolerates(reading.leniency, 'singleValueForMany')) {
    throw wrong(place, 'must be an array');
  }
  const values = readMany(attribute, json, place, reading);
  return values.length === 0 ? undefined : values;
}

/**
 * Reads one value or an array of them for a multi-valued attribute, each kept once.
 *
 * @throws ScimError 400 `invalidValue`, also when two of them are primary (RFC 7643 section 2.4).
 */
export function readMany(
  attribute: Attribute,
  json: unknown,
  place: string,
  reading: Reading,
): readonly (Scalar | Complex)[] {
  const items: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (items.length > reading.limits.valuesPerAttribute) {
    throw wrong(place, `has more than ${reading.limits.valuesPerAttribute} values`);
  }
  const values = new Map<string, Scalar | Complex>();
  items.forEach((item, index) => {
    if (item === null) return;
    const value = readOne(attribute, item, `${place}[${index}]`, reading);
    if (value !== undefined) values.set(identityOf(attribute, value), value);
  });
  const read = [...values.values()];
  if (read.filter(isPrimary).length > 1) throw wrong(place, 'has more than one primary value');
  return read;
}

/** @throws ScimError 400 `invalidValue` when an attribute would have more values than it may. */
export function checkHeld(values: readonly unknown[], place: string, limits: ScimLimits): void {
  if (values.length > limits.valuesHeld) {
    throw wrong(place, `has more than ${limits.valuesHeld} values`);
  }
}

export function isPrimary(value: Scalar | Complex): boolean {
  return isComplex(value) && Object.hasOwn(value, 'primary') && value.primary === true;
}

function readOne(
  attribute: Attribute,
  json: unknown,
  place: string,
  reading: Reading,
): Scalar | Complex | undefined {
  if (attribute.type !== 'complex') return scalarAt(attribute, json, place, reading);
  const parts = complexParts(attribute, json, place, reading);
  if (parts === undefined) return undefined;
  const complex: Record<string, Value> = {};
  for (const [sub, part] of parts) {
    const value = readAttribute(sub, part, `${place}.${sub.name}`, reading);
    if (value !== undefined) complex[sub.name] = value;
  }
  if (Object.keys(complex).length === 0 && !attribute.multiValued) return undefined;
  requireSubAttributes(attribute, complex, place);
  return saysNothing(attribute, complex) ? undefined : complex;
}

/** A value that is empty but for its label, as `{"type": "work", "value": null}`, is none. */
function saysNothing(attribute: Attribute, complex: Complex): boolean {
  const labelled = attribute.multiValued && attribute.subAttributes.has('value');
  return Object.keys(complex).every((name) => labelled && (name === 'type' || name === 'primary'));
}

function scalarAt(attribute: Attribute, json: unknown, place: string, reading: Reading): Scalar {
  let one = json;
  if (Array.isArray(json) && json.length === 1 && !attribute.multiValued) {
    if (tolerates(reading.leniency, 'arrayForSingleValue')) one = json[0];
  }
  try {
    return readScalar(attribute, one, reading.leniency);
  } catch (error) {
    if (error instanceof WrongValue) throw wrong(place, error.message);
    throw error;
  }
}

/**
 * The writable parts that JSON gives for a complex attribute, in any of the shapes that the profile
 * takes.
 *
 * @returns undefined when it unassigns the attribute.
 * @throws ScimError 400 on another shape, on unknown names where they are refused, and on a name that
 * is given twice in different case.
 */
export function complexParts(
  attribute: Attribute,
  json: unknown,
  place: string,
  reading: Reading,
): ReadonlyMap<Attribute, unknown> | undefined {
  const { leniency, limits } = reading;
  const value = attribute.subAttributes.get('value');
  if (json === null) return undefined;
  if (Array.isArray(json) && !attribute.multiValued && json.length <= 1) {
    if (tolerates(leniency, 'arrayForSingleValue')) {
      return json.length === 0 ? undefined : complexParts(attribute, json[0], place, reading);
    }
  }
  if (typeof json === 'string' && value !== undefined) {
    if (json === '' && tolerates(leniency, 'emptyStringUnassigns')) return undefined;
    if (tolerates(leniency, 'bareStringForComplex')) return new Map([[value, json]]);
  }
  if (!isObject(json)) throw wrong(place, `must be an object${describeSubAttributes(attribute)}`);
  const names = Object.keys(json);
  if (names.length > limits.objectKeys) throw wrong(place, 'has too many names');
  const parts = new Map<Attribute, unknown>();
  for (const name of names) {
    const sub = attribute.subAttributes.get(name.toLowerCase());
    if (sub === undefined) {
      dropUnknown(`${place}.${name}`, leniency);
      continue;
    }
    if (parts.has(sub)) throw wrong(place, `gives ${sub.name} twice`);
    if (sub.mutability !== 'readOnly') parts.set(sub, json[name]);
  }
  dropDerived(attribute, parts);
  const unassigns = !attribute.multiValued && value !== undefined && parts.get(value) === '';
  return unassigns && tolerates(leniency, 'emptyStringUnassigns') ? undefined : parts;
}

/** The URI of a resource follows from its id: an echo of it is no change. */
function dropDerived(attribute: Attribute, parts: Map<Attribute, unknown>): void {
  const value = attribute.subAttributes.get('value');
  const reference = attribute.subAttributes.get('$ref');
  if (value === undefined || reference === undefined) return;
  const derived = !reference.referenceTypes.some((type) => type === 'external' || type === 'uri');
  if (derived && typeof parts.get(value) === 'string') parts.delete(reference);
}

function describeSubAttributes(attribute: Attribute): string {
  const names = [...attribute.subAttributes.values()].map((sub) => sub.name);
  return names.length > 8 ? '' : ` of ${names.join(', ')}`;
}

/** Passes over a name that no schema knows, or refuses it, by the profile. */
export function dropUnknown(place: string, leniency: Leniency): void {
  if (!tolerates(leniency, 'unknownAttributes')) {
    throw badRequest('invalidSyntax', `There is no attribute ${shown(place)}`);
  }
}

/** @throws ScimError 400 `invalidValue` when a required sub-attribute has no value. */
export function requireSubAttributes(attribute: Attribute, complex: Complex, place: string): void {
  for (const sub of attribute.subAttributes.values()) {
    if (sub.required && sub.mutability !== 'readOnly' && !Object.hasOwn(complex, sub.name)) {
      const separator = attribute.name.startsWith('urn:') ? ':' : '.';
      throw badRequest('invalidValue', `The attribute ${place}${separator}${sub.name} is required`);
    }
  }
}

export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** A 400 `invalidValue` about an attribute: "The attribute x must be …". */
export function wrong(place: string, what: string): ScimError {
  return badRequest('invalidValue', `The attribute ${place} ${what}`);
}
