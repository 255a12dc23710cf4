import { badRequest, shown } from '../error.ts';
import { tolerates } from '../profiles.ts';
import type { Attribute } from '../schemas/attribute.ts';
import { findAttribute } from '../schemas/find-attribute.ts';
import { dropUnknown, isObject, type Reading } from '../schemas/read-value.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import { type Complex, equalValues, type Value, valueAt } from '../schemas/value.ts';
import { findTarget, type Target } from './target.ts';

/** One attribute that a value without a path names, and what it gives for it. */
export interface Part {
  readonly target: Target;
  readonly value: unknown;
}

/**
 * Takes the value of an operation without a path apart (RFC 7644 section 3.5.2). Keys are names of
 * attributes, URNs of extensions and, where the profile allows, whole paths.
 *
 * Read-only attributes may be echoed unchanged, as Okta echoes `id`, and others than `id` changed where
 * the profile allows; `schemas` and `meta` say nothing.
 *
 * @throws ScimError 400, also when nothing in the value is known: it would be lost without a word.
 */
export function partsOf(
  type: ResourceType,
  value: unknown,
  current: Complex,
  reading: Reading,
): readonly Part[] {
  if (!isObject(value)) {
    throw badRequest('invalidValue', 'An operation without a path has an object for its value');
  }
  const names = Object.keys(value);
  if (names.length > reading.limits.objectKeys) {
    throw badRequest('invalidValue', 'The value of an operation has too many names');
  }
  let known = names.length === 0;
  const parts: Part[] = [];
  for (const name of names) {
    const target = targetOf(type, name, reading);
    if (target === undefined) continue;
    known = true;
    if (target.attribute.mutability === 'readOnly')
      checkEcho(target, value[name], current, reading);
    else parts.push({ target, value: value[name] });
  }
  if (!known) {
    throw badRequest(
      'invalidValue',
      `None of ${shown(names.join(', '))} is known for ${type.name}`,
    );
  }
  return parts;
}

/** The parts that the value of a whole extension names. */
export function partsOfExtension(
  extension: Attribute,
  parts: ReadonlyMap<Attribute, unknown>,
): readonly Part[] {
  return [...parts].map(([attribute, value]) => ({
    target: {
      path: `${extension.name}:${attribute.name}`,
      extension,
      attribute,
      filter: undefined,
      subAttribute: undefined,
    },
    value,
  }));
}

function targetOf(type: ResourceType, name: string, reading: Reading): Target | undefined {
  const found = findAttribute(type, name);
  const whole =
    found !== undefined && found.extension === undefined && found.subAttribute === undefined;
  if (whole && !/[:.]/.test(name)) return { ...found, filter: undefined };
  if (whole && type.extensions.has(name.toLowerCase())) return { ...found, filter: undefined };
  if (found?.unprefixed && found.subAttribute === undefined) {
    return findTarget(type, name, reading.leniency);
  }
  if (found === undefined && !name.includes('[')) {
    dropUnknown(name, reading.leniency);
    return undefined;
  }
  if (!tolerates(reading.leniency, 'pathlessKeys')) {
    throw badRequest('invalidPath', `${shown(name)} is a path: give it as the operation's path`);
  }
  return findTarget(type, name, reading.leniency);
}

function checkEcho(
  { attribute, path }: Target,
  value: unknown,
  current: Complex,
  { leniency }: Reading,
): void {
  if (attribute.name === 'schemas' || attribute.name === 'meta') return;
  const actual = valueAt(current, attribute.name);
  const nothing = value === null || (Array.isArray(value) && value.length === 0);
  if ((nothing && actual === undefined) || equalValues(actual, value as Value)) return;
  if (attribute.name === 'id' || !tolerates(leniency, 'readOnlyEcho')) {
    throw badRequest('mutability', `The attribute ${path} is read-only`);
  }
}
