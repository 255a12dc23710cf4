import { badRequest, shown } from '../error.ts';
import { type Leniency, tolerates } from '../profiles.ts';
import { isObject } from './read-value.ts';

/**
 * The members of a message of the protocol by their names in lower case: names of attributes mean the
 * same in any case (RFC 7643 section 2.1).
 *
 * @throws ScimError 400 `invalidSyntax`.
 */
export function membersOf(json: unknown, place: string): ReadonlyMap<string, unknown> {
  if (!isObject(json)) throw badRequest('invalidSyntax', `${place} must be a JSON object`);
  const members = new Map<string, unknown>();
  for (const [name, value] of Object.entries(json)) {
    const key = name.toLowerCase();
    if (members.has(key)) throw badRequest('invalidSyntax', `${place} gives ${shown(name)} twice`);
    members.set(key, value);
  }
  return members;
}

/** @throws ScimError 400 `invalidSyntax` when a message does not say what it is, by the profile. */
export function checkMessage(
  members: ReadonlyMap<string, unknown>,
  urn: string,
  leniency: Leniency,
): void {
  const schemas = members.get('schemas');
  const named =
    Array.isArray(schemas) &&
    schemas.some((schema) => typeof schema === 'string' && sameUrn(schema, urn));
  if (!named && !tolerates(leniency, 'missingSchemas')) {
    throw badRequest('invalidSyntax', `The attribute schemas must hold ${urn}`);
  }
}

function sameUrn(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
