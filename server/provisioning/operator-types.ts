import { readFileSync } from 'node:fs';
import { settleRegistry } from '../../scim/routes/registry.ts';
import { type Attribute, settleAttributes } from '../../scim/schemas/attribute.ts';
import { readDeclarations } from '../../scim/schemas/read-declarations.ts';
import type { ResourceTypeDeclaration } from '../../scim/schemas/resource-type.ts';
import { isSealed } from './declared-document.ts';
import { resourceTypes } from './schemas.ts';

/** A file of resource types that cannot be used; the message says what is wrong and where, in one line. */
export class OperatorTypesError extends Error {}

/**
 * Reads the resource types that the operator declares, in the form of RFC 7643 sections 6 and 7.
 *
 * @throws OperatorTypesError
 */
export function readOperatorTypes(path: string): readonly ResourceTypeDeclaration[] {
  try {
    return acceptOperatorTypes(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new OperatorTypesError(`${path}: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`);
  }
}

/** @throws TypeError saying where the file is wrong */
export function acceptOperatorTypes(json: unknown): readonly ResourceTypeDeclaration[] {
  refuseExtensionsOfBuiltIn(json);
  const declared = readDeclarations(json);
  refuseTaken(json);
  for (const { name, endpoint, schema, extensions = [] } of declared) {
    // A slug is lower case: `/devices` could be an organization's.
    if (!/^\/[A-Z]/.test(endpoint)) {
      throw new TypeError(`${name}: the endpoint ${endpoint} must begin with a capital letter`);
    }
    for (const { id, attributes } of [schema, ...extensions.map((each) => each.schema)]) {
      refuseUnguardable(settleAttributes(attributes, id).values(), id);
    }
  }
  settleRegistry([...resourceTypes, ...declared]);
  return declared;
}

const builtInSchemas = new Set(
  resourceTypes.flatMap(({ schema, extensions = [] }) =>
    [schema, ...extensions.map((each) => each.schema)].map(({ id }) => id.toLowerCase()),
  ),
);

function refuseTaken(json: unknown): void {
  const seen = new Set<string>();
  itemsOf(json, 'schemas').forEach(({ id }, index) => {
    const key = String(id).toLowerCase();
    if (builtInSchemas.has(key) || key.startsWith('urn:ietf:params:scim:api:')) {
      throw new TypeError(`schemas[${index}].id: ${id} is built in`);
    }
    if (seen.has(key)) throw new TypeError(`schemas[${index}].id: ${id} is declared twice`);
    seen.add(key);
  });
}

function refuseExtensionsOfBuiltIn(json: unknown): void {
  const builtIn = new Set(resourceTypes.map(({ name }) => name.toLowerCase()));
  itemsOf(json, 'resourceTypes').forEach(({ name }, index) => {
    if (builtIn.has(String(name).toLowerCase())) {
      throw new TypeError(
        `resourceTypes[${index}].name: ${name} is built in; it can be neither replaced nor extended`,
      );
    }
  });
}

/** Whether a value is taken would tell what nobody is shown. */
function refuseUnguardable(attributes: Iterable<Attribute>, place: string, hidden = false): void {
  for (const attribute of attributes) {
    const never = hidden || isSealed(attribute);
    if (never && attribute.uniqueness !== 'none') {
      throw new TypeError(`${place}.${attribute.name}: what is never returned cannot be unique`);
    }
    refuseUnguardable(attribute.subAttributes.values(), `${place}.${attribute.name}`, never);
  }
}

function itemsOf(json: unknown, name: string): Record<string, unknown>[] {
  const list = (json as Record<string, unknown> | null)?.[name];
  return Array.isArray(list) ? list.map((item) => (item ?? {}) as Record<string, unknown>) : [];
}
