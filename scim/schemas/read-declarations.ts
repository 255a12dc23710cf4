import type {
  AttributeDeclaration,
  AttributeType,
  Mutability,
  Returned,
  SchemaDeclaration,
  Uniqueness,
} from './attribute.ts';
import { type ResourceTypeDeclaration, settleResourceType } from './resource-type.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads resource types that an operator declares in a file: `{"schemas": […], "resourceTypes": […]}`
 * in the form of RFC 7643 sections 7 and 6. Members that the form does not have are passed over.
 *
 * @param known schemas that the file may refer to without declaring them.
 * @throws TypeError saying where the file is wrong.
 */
export function readDeclarations(
  json: unknown,
  known: readonly SchemaDeclaration[] = [],
): readonly ResourceTypeDeclaration[] {
  const file = objectAt(json, 'the file');
  const declared = listAt(file.schemas, 'schemas').map((schema, index) =>
    readSchema(schema, `schemas[${index}]`),
  );
  const schemas = new Map(
    [...known, ...declared].map((schema) => [schema.id.toLowerCase(), schema]),
  );
  const schemaAt = (urn: unknown, place: string): SchemaDeclaration => {
    const schema = schemas.get(textAt(urn, place).toLowerCase());
    if (schema === undefined) throw new TypeError(`${place}: the schema ${urn} is not declared`);
    return schema;
  };
  return listAt(file.resourceTypes, 'resourceTypes').map((item, index) => {
    const place = `resourceTypes[${index}]`;
    const type = objectAt(item, place);
    const extensions = listAt(type.schemaExtensions, `${place}.schemaExtensions`);
    const declaration = {
      name: textAt(type.name, `${place}.name`),
      endpoint: textAt(type.endpoint, `${place}.endpoint`),
      description: optionalText(type.description, `${place}.description`),
      schema: schemaAt(type.schema, `${place}.schema`),
      extensions: extensions.map((extension, at) => {
        const here = `${place}.schemaExtensions[${at}]`;
        const { schema, required } = objectAt(extension, here);
        return {
          schema: schemaAt(schema, `${here}.schema`),
          required: flagAt(required, `${here}.required`),
        };
      }),
    };
    settleResourceType(declaration);
    return declaration;
  });
}

function readSchema(json: unknown, place: string): SchemaDeclaration {
  const schema = objectAt(json, place);
  return {
    id: textAt(schema.id, `${place}.id`),
    name: textAt(schema.name, `${place}.name`),
    description: optionalText(schema.description, `${place}.description`),
    attributes: listAt(schema.attributes, `${place}.attributes`).map((attribute, index) =>
      readAttributeDeclaration(attribute, `${place}.attributes[${index}]`),
    ),
  };
}

const types: readonly AttributeType[] = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'binary',
  'reference',
  'complex',
];
const mutabilities: readonly Mutability[] = ['readOnly', 'readWrite', 'immutable', 'writeOnly'];
const returns: readonly Returned[] = ['always', 'never', 'default', 'request'];
const uniquenesses: readonly Uniqueness[] = ['none', 'server', 'global'];

function readAttributeDeclaration(json: unknown, place: string): AttributeDeclaration {
  const attribute = objectAt(json, place);
  const { caseExact } = attribute;
  return {
    name: textAt(attribute.name, `${place}.name`),
    type: oneOf(attribute.type, types, 'string', `${place}.type`),
    multiValued: flagAt(attribute.multiValued, `${place}.multiValued`),
    description: optionalText(attribute.description, `${place}.description`),
    required: flagAt(attribute.required, `${place}.required`),
    canonicalValues: textsAt(attribute.canonicalValues, `${place}.canonicalValues`),
    ...(caseExact === undefined ? {} : { caseExact: flagAt(caseExact, `${place}.caseExact`) }),
    mutability: oneOf(attribute.mutability, mutabilities, 'readWrite', `${place}.mutability`),
    returned: oneOf(attribute.returned, returns, 'default', `${place}.returned`),
    uniqueness: oneOf(attribute.uniqueness, uniquenesses, 'none', `${place}.uniqueness`),
    referenceTypes: textsAt(attribute.referenceTypes, `${place}.referenceTypes`),
    subAttributes: listAt(attribute.subAttributes, `${place}.subAttributes`).map((sub, index) =>
      readAttributeDeclaration(sub, `${place}.subAttributes[${index}]`),
    ),
  };
}

function objectAt(json: unknown, place: string): JsonObject {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as JsonObject;
  throw new TypeError(`${place} must be an object`);
}

function listAt(json: unknown, place: string): readonly unknown[] {
  if (json === undefined) return [];
  if (Array.isArray(json)) return json;
  throw new TypeError(`${place} must be an array`);
}

function textAt(json: unknown, place: string): string {
  if (typeof json === 'string' && json !== '') return json;
  throw new TypeError(`${place} must be a string that is not empty`);
}

function optionalText(json: unknown, place: string): string {
  return json === undefined || json === '' ? '' : textAt(json, place);
}

function textsAt(json: unknown, place: string): readonly string[] {
  return listAt(json, place).map((item, index) => textAt(item, `${place}[${index}]`));
}

function flagAt(json: unknown, place: string): boolean {
  if (json === undefined) return false;
  if (typeof json === 'boolean') return json;
  throw new TypeError(`${place} must be true or false`);
}

function oneOf<T extends string>(
  json: unknown,
  allowed: readonly T[],
  fallback: T,
  place: string,
): T {
  if (json === undefined) return fallback;
  const found = allowed.find((value) => value === json);
  if (found === undefined) throw new TypeError(`${place} must be one of ${allowed.join(', ')}`);
  return found;
}
