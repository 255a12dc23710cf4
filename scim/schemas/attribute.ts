/** RFC 7643 section 2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex';

export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
export type Returned = 'always' | 'never' | 'default' | 'request';
export type Uniqueness = 'none' | 'server' | 'global';

/**
 * An attribute as an author writes it; what is left out has the default of RFC 7643 section 2.2.
 *
 * @example { name: 'badges', type: 'complex', multiValued: true, subAttributes: [{ name: 'value' }] }
 */
export interface AttributeDeclaration {
  readonly name: string;
  readonly type?: AttributeType;
  readonly multiValued?: boolean;
  readonly description?: string;
  readonly required?: boolean;
  readonly canonicalValues?: readonly string[];
  readonly caseExact?: boolean;
  readonly mutability?: Mutability;
  readonly returned?: Returned;
  readonly uniqueness?: Uniqueness;
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly AttributeDeclaration[];
  /** Longest text in characters; not part of the published schema. */
  readonly maxLength?: number;
  /** PUT that leaves it out keeps its value as the default (RFC 7644 section 3.5.1). */
  readonly keptWhenOmitted?: boolean;
}

/** RFC 7643 section 7. */
export interface SchemaDeclaration {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly attributes: readonly AttributeDeclaration[];
}

/** An attribute with every characteristic settled, found by its name in any case. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly canonicalValues: readonly string[];
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  readonly referenceTypes: readonly string[];
  readonly maxLength: number | undefined;
  readonly keptWhenOmitted: boolean;
  /** Keyed by the name in lower case; empty unless `type` is `complex`. */
  readonly subAttributes: ReadonlyMap<string, Attribute>;
}

/** RFC 7643 section 2.1, with the leading `$` of `$ref`. */
const attributeName = /^\$?[A-Za-z][A-Za-z0-9_$-]*$/;

/**
 * Settles the characteristics of declared attributes.
 *
 * @throws TypeError on names that are malformed, given twice, or are those of a JavaScript object's own
 * machinery, so that a schema's names are always safe as keys of plain objects.
 */
export function settleAttributes(
  declarations: readonly AttributeDeclaration[],
  place: string,
): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const declaration of declarations) {
    const { name } = declaration;
    if (!attributeName.test(name) || name in Object.prototype) {
      throw new TypeError(`${place}: ${JSON.stringify(name)} cannot be the name of an attribute`);
    }
    if (attributes.has(name.toLowerCase())) {
      throw new TypeError(`${place}: the attribute ${name} is declared twice`);
    }
    attributes.set(name.toLowerCase(), settle(declaration, `${place}.${name}`));
  }
  return attributes;
}

function settle(declaration: AttributeDeclaration, place: string): Attribute {
  const type = declaration.type ?? 'string';
  const subAttributes = declaration.subAttributes ?? [];
  if ((type === 'complex') !== subAttributes.length > 0) {
    throw new TypeError(`${place}: complex attributes, and only they, have sub-attributes`);
  }
  if (subAttributes.some((sub) => sub.type === 'complex')) {
    throw new TypeError(`${place}: a sub-attribute cannot be complex (RFC 7643 section 2.3.8)`);
  }
  const exactByNature = type === 'binary' || type === 'reference';
  return {
    name: declaration.name,
    type,
    multiValued: declaration.multiValued ?? false,
    description: declaration.description ?? '',
    required: declaration.required ?? false,
    canonicalValues: declaration.canonicalValues ?? [],
    caseExact: declaration.caseExact ?? exactByNature,
    mutability: declaration.mutability ?? 'readWrite',
    returned: declaration.returned ?? 'default',
    uniqueness: declaration.uniqueness ?? 'none',
    referenceTypes: declaration.referenceTypes ?? [],
    maxLength: declaration.maxLength,
    // A client cannot send back what it never gets.
    keptWhenOmitted: declaration.keptWhenOmitted ?? declaration.mutability === 'writeOnly',
    subAttributes: settleAttributes(subAttributes, place),
  };
}

/** The published form of an attribute (RFC 7643 section 7), with all of its characteristics. */
export function presentAttribute(attribute: Attribute): Readonly<Record<string, unknown>> {
  return {
    name: attribute.name,
    type: attribute.type,
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(attribute.canonicalValues.length > 0 ? { canonicalValues: attribute.canonicalValues } : {}),
    caseExact: attribute.caseExact,
    mutability: attribute.mutability,
    returned: attribute.returned,
    uniqueness: attribute.uniqueness,
    ...(attribute.referenceTypes.length > 0 ? { referenceTypes: attribute.referenceTypes } : {}),
    ...(attribute.subAttributes.size > 0
      ? { subAttributes: [...attribute.subAttributes.values()].map(presentAttribute) }
      : {}),
  };
}
