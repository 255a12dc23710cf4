import { badRequest } from '../../scim/error.ts';
import { comparable } from '../../scim/filter/compare.ts';
import type { Attribute } from '../../scim/schemas/attribute.ts';
import { commonAttributeNames, type ResourceType } from '../../scim/schemas/resource-type.ts';
import {
  type Complex,
  isComplex,
  isList,
  type Scalar,
  type Value,
  valuesAt,
} from '../../scim/schemas/value.ts';
import type { ResourceState, Shape, Shapes } from '../directory/index.ts';

/** What the documents of a resource type are made of: its attributes without the common ones, and its extensions. */
export function documentAttributes(type: ResourceType): readonly Attribute[] {
  return [
    ...[...type.attributes.values()].filter(({ name }) => !commonAttributeNames.has(name)),
    ...[...type.extensions.values()].map(({ attribute }) => attribute),
  ];
}

/** Nobody is shown it, by whatever way: it is kept as a password is. */
export function isSealed({ returned, mutability }: Attribute): boolean {
  return returned === 'never' || mutability === 'writeOnly';
}

/** The shapes of attributes in the form by which their values compare. */
export function shapesOf(attributes: Iterable<Attribute>): Shapes {
  const open = [...attributes].filter((attribute) => !isSealed(attribute));
  return Object.fromEntries(open.map((attribute) => [attribute.name, shapeOf(attribute)]));
}

function shapeOf(attribute: Attribute): Shape {
  const one =
    attribute.type === 'complex'
      ? ({ type: 'complex', of: shapesOf(attribute.subAttributes.values()) } as const)
      : ({ type: scalarShape(attribute) } as const);
  return attribute.multiValued ? { type: 'many', of: one } : one;
}

function scalarShape({ type }: Attribute): 'text' | 'number' | 'boolean' {
  if (type === 'boolean') return 'boolean';
  // A moment is kept as its milliseconds.
  return type === 'integer' || type === 'decimal' || type === 'dateTime' ? 'number' : 'text';
}

/** Values in the form by which they compare, without what nobody may filter by. */
export function keyOf(attributes: Iterable<Attribute>, document: Complex): Complex {
  const key: Record<string, Value> = {};
  for (const attribute of attributes) {
    const value = document[attribute.name];
    if (value === undefined || isSealed(attribute)) continue;
    const one = (item: Scalar | Complex) =>
      isComplex(item) ? keyOf(attribute.subAttributes.values(), item) : comparable(attribute, item);
    key[attribute.name] = isList(value) ? value.map(one) : one(value);
  }
  return key;
}

/** The values that no other resource may have, from a document in the form by which values compare. */
export function uniqueValuesOf(
  attributes: Iterable<Attribute>,
  key: Complex,
  prefix = '',
): ResourceState['uniqueValues'] {
  return [...attributes].flatMap((attribute) => {
    const path = `${prefix}${attribute.name}`;
    const separator = attribute.name.startsWith('urn:') ? ':' : '.';
    return valuesAt(key, attribute.name).flatMap((item) => {
      if (isComplex(item)) {
        return uniqueValuesOf(attribute.subAttributes.values(), item, `${path}${separator}`);
      }
      return attribute.uniqueness === 'none' ? [] : [{ attribute: path, value: item }];
    });
  });
}

/** Sealed values that one write may bring: each costs what a password costs. */
const mostSealed = 20;

/**
 * Puts in place of each value that nobody is shown what `seal` makes of it.
 *
 * @param held what stands there sealed already, and stays
 * @throws ScimError 400 `invalidValue` for more than 20 of them
 */
export function sealed(
  attributes: Iterable<Attribute>,
  document: Complex,
  held: ReadonlySet<Scalar>,
  seal: (secret: string) => string,
): Complex {
  const fresh = secretsIn(attributes, document).filter((value) => !held.has(value));
  if (fresh.length > mostSealed) {
    throw badRequest('invalidValue', `More than ${mostSealed} values that are never returned`);
  }
  const seals = new Map(fresh.map((secret) => [secret, seal(String(secret))]));
  return withSeals(attributes, document, seals);
}

function withSeals(
  attributes: Iterable<Attribute>,
  document: Complex,
  seals: ReadonlyMap<Scalar, Scalar>,
): Complex {
  const result: Record<string, Value> = { ...document };
  for (const attribute of attributes) {
    const value = document[attribute.name];
    if (value === undefined) continue;
    const one = (item: Scalar | Complex): Scalar | Complex => {
      if (isComplex(item)) return withSeals(partsOf(attribute), item, seals);
      return isSealed(attribute) ? (seals.get(item) ?? item) : item;
    };
    result[attribute.name] = isList(value) ? value.map(one) : one(value);
  }
  return result;
}

/** Every value in a document that nobody is shown, sealed or not. */
export function secretsIn(attributes: Iterable<Attribute>, document: Complex): Scalar[] {
  return [...attributes].flatMap((attribute) =>
    valuesAt(document, attribute.name).flatMap((item) => {
      if (isComplex(item)) return secretsIn(partsOf(attribute), item);
      return isSealed(attribute) ? [item] : [];
    }),
  );
}

/** The sub-attributes, sealed where the whole is. */
function partsOf(attribute: Attribute): Attribute[] {
  const parts = [...attribute.subAttributes.values()];
  return isSealed(attribute) ? parts.map((part) => ({ ...part, returned: 'never' })) : parts;
}
