import {
  type Attribute,
  type AttributeDeclaration,
  type SchemaDeclaration,
  settleAttributes,
} from './attribute.ts';

/** A resource type as an author writes it (RFC 7643 section 6). */
export interface ResourceTypeDeclaration {
  readonly name: string;
  /** Relative to the base, as `/Users`. */
  readonly endpoint: string;
  readonly description?: string;
  readonly schema: SchemaDeclaration;
  readonly extensions?: readonly {
    readonly schema: SchemaDeclaration;
    readonly required: boolean;
  }[];
  /**
   * Multi-valued complex attributes with a sub-attribute `value` that are too large to load for a
   * change: PATCH yields changes to them in place of their new values.
   */
  readonly collections?: readonly string[];
  /** False when the type is managed elsewhere and SCIM only reads it. */
  readonly writable?: boolean;
}

export interface Extension {
  readonly urn: string;
  readonly required: boolean;
  /** The extension seen as one complex attribute named by its URN. */
  readonly attribute: Attribute;
}

export interface ResourceType {
  readonly name: string;
  readonly endpoint: string;
  readonly description: string;
  readonly schema: SchemaDeclaration;
  readonly schemas: readonly SchemaDeclaration[];
  readonly writable: boolean;
  /** Core attributes and the common ones (RFC 7643 section 3.1), keyed in lower case. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Keyed by the URN in lower case. */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** Canonical names of the collections. */
  readonly collections: ReadonlySet<string>;
}

const commonDeclarations: readonly AttributeDeclaration[] = [
  {
    name: 'schemas',
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    caseExact: false,
    mutability: 'readOnly',
    returned: 'always',
  },
  { name: 'id', caseExact: true, mutability: 'readOnly', returned: 'always', uniqueness: 'server' },
  { name: 'externalId', caseExact: true },
  {
    name: 'meta',
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      { name: 'resourceType', caseExact: true, mutability: 'readOnly' },
      { name: 'created', type: 'dateTime', mutability: 'readOnly' },
      { name: 'lastModified', type: 'dateTime', mutability: 'readOnly' },
      { name: 'location', type: 'reference', referenceTypes: ['uri'], mutability: 'readOnly' },
      { name: 'version', caseExact: true, mutability: 'readOnly' },
    ],
  },
];

/** Names of the attributes that every resource has whatever its schema (RFC 7643 section 3.1). */
export const commonAttributeNames: ReadonlySet<string> = new Set(
  commonDeclarations.map((declaration) => declaration.name),
);

/**
 * Settles a declared resource type.
 *
 * @throws TypeError when the declaration contradicts itself: this is the host's mistake, at start.
 */
export function settleResourceType(declaration: ResourceTypeDeclaration): ResourceType {
  const { name, schema, extensions = [], collections = [] } = declaration;
  if (!/^\/[A-Za-z][A-Za-z0-9_-]*$/.test(declaration.endpoint)) {
    throw new TypeError(`${name}: the endpoint ${declaration.endpoint} is not of the form /Names`);
  }
  const own = schema.attributes.filter((attribute) => !commonAttributeNames.has(attribute.name));
  const attributes = settleAttributes([...commonDeclarations, ...own], name);
  for (const collection of collections) {
    const attribute = attributes.get(collection.toLowerCase());
    if (!attribute?.multiValued || !attribute.subAttributes.has('value')) {
      throw new TypeError(
        `${name}: a collection is multi-valued with "value": ${collection} is not`,
      );
    }
  }
  return {
    name,
    endpoint: declaration.endpoint,
    description: declaration.description ?? '',
    schema,
    schemas: [schema, ...extensions.map((extension) => extension.schema)],
    writable: declaration.writable ?? true,
    attributes,
    extensions: new Map(
      extensions.map((extension) => [
        extension.schema.id.toLowerCase(),
        settleExtension(extension),
      ]),
    ),
    collections: new Set(collections.map((c) => attributes.get(c.toLowerCase())?.name ?? c)),
  };
}

function settleExtension(extension: {
  readonly schema: SchemaDeclaration;
  readonly required: boolean;
}): Extension {
  const { id, attributes, description = '' } = extension.schema;
  if (!/^urn:[a-z0-9][a-z0-9-]*:\S+$/i.test(id)) {
    throw new TypeError(`${id}: the id of an extension is a URN`);
  }
  return {
    urn: id,
    required: extension.required,
    attribute: {
      name: id,
      type: 'complex',
      multiValued: false,
      description,
      required: extension.required,
      canonicalValues: [],
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
      referenceTypes: [],
      maxLength: undefined,
      keptWhenOmitted: false,
      subAttributes: settleAttributes(attributes, id),
    },
  };
}
