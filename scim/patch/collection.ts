import { badRequest } from '../error.ts';
import type { ResolvedFilter } from '../filter/resolved-filter.ts';
import { tolerates } from '../profiles.ts';
import type { Attribute } from '../schemas/attribute.ts';
import { complexParts, isObject, type Reading, readMany, wrong } from '../schemas/read-value.ts';
import { isComplex } from '../schemas/value.ts';
import type { CollectionChange } from '../storage.ts';
import type { PatchOperation } from './operations.ts';
import type { Target } from './target.ts';

/**
 * What an operation does to a collection, without looking at it. Only a removal that names the
 * collection and nothing more empties it; what could be misread as that is refused.
 *
 * @returns undefined when it does nothing.
 * @throws ScimError 400
 */
export function changeCollection(
  { op, value }: Pick<PatchOperation, 'op' | 'value'>,
  { attribute, path, filter, subAttribute }: Target,
  reading: Reading,
): CollectionChange | undefined {
  const collection = attribute.name;
  if (subAttribute !== undefined) {
    throw badRequest('mutability', `${path}: values of ${collection} are added and removed whole`);
  }
  if (filter !== undefined) {
    if (op !== 'remove') {
      throw badRequest('invalidPath', `${path}: name ${collection} alone to ${op} values of it`);
    }
    const values = listedValues(filter);
    return values === undefined
      ? { kind: 'removeWhere', collection, filter }
      : { kind: 'remove', collection, values };
  }
  if (op === 'remove') return remove(value, attribute, path, reading);
  if (value === null) throw wrong(path, 'must be an array of values');
  const values = readMany(attribute, value, path, reading).filter(isComplex);
  return op === 'add' && values.length === 0 ? undefined : { kind: op, collection, values };
}

function remove(
  value: unknown,
  attribute: Attribute,
  path: string,
  reading: Reading,
): CollectionChange | undefined {
  if (value === undefined) {
    if (attribute.required) throw badRequest('mutability', `${path} is required`);
    return { kind: 'clear', collection: attribute.name };
  }
  if (!tolerates(reading.leniency, 'removeWithValue')) {
    throw badRequest(
      'invalidSyntax',
      `A removal of ${path} has no value: use ${path}[value eq "…"]`,
    );
  }
  const items = isObject(value) || typeof value === 'string' ? [value] : value;
  if (!Array.isArray(items)) throw wrong(path, 'must be an array of the values to remove');
  if (items.length > reading.limits.valuesPerAttribute) throw wrong(path, 'has too many values');
  const values = items.map((item, index) =>
    identifier(attribute, item, `${path}[${index}]`, reading),
  );
  return values.length === 0
    ? undefined
    : { kind: 'remove', collection: attribute.name, values: [...new Set(values)] };
}

function identifier(attribute: Attribute, item: unknown, place: string, reading: Reading): string {
  const parts = complexParts(attribute, item, place, reading);
  const value = attribute.subAttributes.get('value');
  const id = value && parts?.get(value);
  if (typeof id !== 'string' || id === '') throw wrong(`${place}.value`, 'must be a string');
  return id;
}

/** The identifiers in `value eq "a" or value eq "b"`; undefined for any other filter. */
function listedValues(filter: ResolvedFilter): readonly string[] | undefined {
  if (filter.op === 'compare') {
    const named = filter.attribute.path === 'value' && filter.comparison === 'eq';
    return named && typeof filter.value === 'string' ? [filter.value] : undefined;
  }
  if (filter.op !== 'or') return undefined;
  const parts = filter.of.map(listedValues);
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}
