import { badRequest } from '../error.ts';
import { tolerates } from '../profiles.ts';
import type { CollectionChange, Modification } from '../storage.ts';
import type { Attribute } from './attribute.ts';
import type { ReadResource } from './read-resource.ts';
import type { Reading } from './read-value.ts';
import type { ResourceType } from './resource-type.ts';
import { type Complex, equalValues, isComplex, isList, type Value, valueAt } from './value.ts';
import { writablePart } from './writable-part.ts';

/**
 * What PUT makes of a resource (RFC 7644 section 3.5.1): the body replaces what the client may write.
 * Immutable attributes that it leaves out stay, and those that are kept when omitted.
 *
 * @throws ScimError 400 `mutability` when it gives an immutable attribute another value.
 */
export function replaceResource(
  type: ResourceType,
  current: Complex,
  read: ReadResource,
  reading: Reading,
): Modification {
  const before = writablePart(type, current);
  let attributes = keepImmutable(type.attributes.values(), before, read.attributes, '');
  for (const { urn, attribute } of type.extensions.values()) {
    const [held, given] = [valueAt(before, urn), valueAt(attributes, urn)];
    if (!isComplexValue(held)) continue;
    const after = isComplexValue(given) ? given : {};
    const kept = keepImmutable(attribute.subAttributes.values(), held, after, `${urn}:`);
    if (Object.keys(kept).length > 0) attributes = { ...attributes, [urn]: kept };
  }
  return {
    attributes: equalValues(before, attributes) ? undefined : attributes,
    collections: replaceCollections(type, read, reading),
  };
}

function keepImmutable(
  declared: Iterable<Attribute>,
  before: Complex,
  given: Complex,
  prefix: string,
): Complex {
  const kept: Record<string, Value> = { ...given };
  for (const attribute of declared) {
    const held = valueAt(before, attribute.name);
    const value = valueAt(given, attribute.name);
    if (held === undefined) continue;
    if (attribute.mutability === 'immutable') {
      if (value !== undefined && !equalValues(held, value)) {
        throw badRequest(
          'mutability',
          `The attribute ${prefix}${attribute.name} cannot be changed once it has a value`,
        );
      }
      kept[attribute.name] = held;
    } else if (attribute.keptWhenOmitted && value === undefined) {
      kept[attribute.name] = held;
    } else if (!attribute.multiValued && isComplexValue(held) && isComplexValue(value)) {
      const subs = attribute.subAttributes.values();
      kept[attribute.name] = keepImmutable(subs, held, value, `${prefix}${attribute.name}.`);
    }
  }
  return kept;
}

function isComplexValue(value: Value | undefined): value is Complex {
  return value !== undefined && isComplex(value) && !isList(value);
}

function replaceCollections(
  type: ResourceType,
  { collections }: ReadResource,
  { leniency }: Reading,
): readonly CollectionChange[] {
  return [...type.collections].flatMap((collection): CollectionChange[] => {
    const values = collections.get(collection);
    if (values !== undefined) return [{ kind: 'replace', collection, values }];
    return tolerates(leniency, 'omittedCollection') ? [] : [{ kind: 'clear', collection }];
  });
}
