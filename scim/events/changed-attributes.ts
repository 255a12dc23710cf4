import {
  type Complex,
  equalValues,
  isComplex,
  isList,
  type Value,
  valueAt,
} from '../schemas/value.ts';

/**
 * The paths of what differs between two states of a resource, in the form of PATCH (RFC 7644 section
 * 3.5.2): a part of a complex value or an extension by itself, a multi-valued attribute as a whole.
 *
 * @param before without anything for a resource that is new.
 */
export function changedAttributes(before: Complex, after: Complex): readonly string[] {
  return changed(before, after, (name) => name);
}

function changed(
  before: Complex,
  after: Complex,
  path: (name: string) => string,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [held, given] = [valueAt(before, name), valueAt(after, name)];
    if (equalValues(held, given)) return [];
    // What came or went whole is named whole.
    if (!isOne(held) || !isOne(given)) return [path(name)];
    const separator = name.startsWith('urn:') ? ':' : '.';
    return changed(held, given, (sub) => `${path(name)}${separator}${sub}`);
  });
}

function isOne(value: Value | undefined): value is Complex {
  return value !== undefined && !isList(value) && isComplex(value);
}
