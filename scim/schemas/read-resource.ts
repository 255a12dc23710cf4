import { badRequest, shown } from '../error.ts';
import { tolerates } from '../profiles.ts';
import type { Attribute } from './attribute.ts';
import { findAttribute } from './find-attribute.ts';
import {
  checkHeld,
  dropUnknown,
  isObject,
  type Reading,
  readAttribute,
  requireSubAttributes,
  wrong,
} from './read-value.ts';
import { commonAttributeNames, type ResourceType } from './resource-type.ts';
import { type Complex, isComplex, type Value, valueAt, valuesAt } from './value.ts';

/** The writable part of a body, with its collections apart. */
export interface ReadResource {
  readonly attributes: Complex;
  /** The collections that the body names, also those that it names empty. */
  readonly collections: ReadonlyMap<string, readonly Complex[]>;
}

/**
 * Reads the body of a POST or PUT against its resource type (RFC 7644 sections 3.3 and 3.5.1).
 * Read-only attributes are passed over; null and `[]` are no value.
 *
 * @throws ScimError 400 `invalidSyntax` or `invalidValue`, naming the attribute.
 */
export function readResource(type: ResourceType, body: unknown, reading: Reading): ReadResource {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body must be a JSON object');
  const names = Object.keys(body);
  if (names.length > reading.limits.objectKeys) {
    throw badRequest('invalidSyntax', 'The body has too many names');
  }
  const given = new Map<Attribute, Given>();
  for (const name of names) {
    const found = topLevel(type, name, reading);
    if (found === undefined) continue;
    const { attribute, extension } = found;
    if (given.has(attribute)) throw wrong(attribute.name, 'is given twice');
    given.set(attribute, { extension, json: body[name] });
  }
  const schemas = type.attributes.get('schemas');
  checkSchemas(type, schemas && given.get(schemas)?.json, reading);
  const read = readGiven(type, given, reading);
  requireAttributes(type, read);
  return read;
}

interface Given {
  /** Where an extension's attribute stands among the core ones: the extension it belongs to. */
  readonly extension: string | undefined;
  readonly json: unknown;
}

function topLevel(
  type: ResourceType,
  name: string,
  reading: Reading,
): { attribute: Attribute; extension: string | undefined } | undefined {
  const lower = name.toLowerCase();
  const attribute = type.attributes.get(lower) ?? type.extensions.get(lower)?.attribute;
  if (attribute !== undefined) return { attribute, extension: undefined };
  const found = lower.startsWith('urn:') ? undefined : findAttribute(type, name);
  if (found?.unprefixed && found.subAttribute === undefined) {
    if (tolerates(reading.leniency, 'unprefixedExtension')) {
      return { attribute: found.attribute, extension: found.extension?.name };
    }
  }
  dropUnknown(name, reading.leniency);
  return undefined;
}

function readGiven(
  type: ResourceType,
  given: ReadonlyMap<Attribute, Given>,
  reading: Reading,
): ReadResource {
  const attributes: Record<string, Value> = {};
  const collections = new Map<string, readonly Complex[]>();
  const misplaced: { extension: string; name: string; value: Value }[] = [];
  for (const [attribute, { extension, json }] of given) {
    const { name } = attribute;
    if (attribute.mutability === 'readOnly') continue;
    const value = readAttribute(attribute, json, name, reading);
    if (extension === undefined && type.collections.has(name)) {
      collections.set(
        name,
        value === undefined ? [] : valuesAt({ value }, 'value').filter(isComplex),
      );
    } else if (value !== undefined) {
      if (attribute.multiValued) checkHeld(valuesAt({ value }, 'value'), name, reading.limits);
      if (extension === undefined) attributes[name] = value;
      else misplaced.push({ extension, name, value });
    }
  }
  for (const { extension, name, value } of misplaced) {
    const held = valueAt(attributes, extension);
    attributes[extension] = { [name]: value, ...(isComplex(held) ? held : {}) };
  }
  return { attributes, collections };
}

function checkSchemas(type: ResourceType, json: unknown, reading: Reading): void {
  const known = new Set([type.schema.id.toLowerCase(), ...type.extensions.keys()]);
  if (json !== undefined && json !== null && !Array.isArray(json)) {
    throw wrong('schemas', 'must be an array of URNs');
  }
  const urns: readonly unknown[] = json ?? [];
  if (urns.length > reading.limits.objectKeys) throw wrong('schemas', 'has too many values');
  for (const urn of urns) {
    if (typeof urn !== 'string') throw wrong('schemas', 'must be an array of URNs');
    if (!known.has(urn.toLowerCase()) && !tolerates(reading.leniency, 'unknownAttributes')) {
      throw badRequest('invalidValue', `${type.name} has no schema ${shown(urn)}`);
    }
  }
  const core = type.schema.id.toLowerCase();
  const named = urns.some((urn) => typeof urn === 'string' && urn.toLowerCase() === core);
  if (!named && !tolerates(reading.leniency, 'missingSchemas')) {
    throw badRequest('invalidSyntax', `The attribute schemas must hold ${type.schema.id}`);
  }
}

function requireAttributes(type: ResourceType, { attributes, collections }: ReadResource): void {
  for (const attribute of type.attributes.values()) {
    if (!attribute.required || attribute.mutability === 'readOnly') continue;
    if (commonAttributeNames.has(attribute.name)) continue;
    const present =
      Object.hasOwn(attributes, attribute.name) || collections.get(attribute.name)?.length;
    if (!present) throw wrong(attribute.name, 'is required');
  }
  for (const { urn, required, attribute } of type.extensions.values()) {
    const extension = attributes[urn];
    if (isComplex(extension)) requireSubAttributes(attribute, extension, urn);
    else if (required) throw wrong(urn, 'is required');
  }
}
