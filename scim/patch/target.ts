import { badRequest, shown } from '../error.ts';
import { parsePath } from '../filter/parser.ts';
import { resolveValueFilter } from '../filter/resolve.ts';
import type { ResolvedFilter } from '../filter/resolved-filter.ts';
import { type Leniency, tolerates } from '../profiles.ts';
import type { Attribute } from '../schemas/attribute.ts';
import { findAttribute } from '../schemas/find-attribute.ts';
import type { ResourceType } from '../schemas/resource-type.ts';

/** What the path of a PATCH operation points at (RFC 7644 section 3.5.2). */
export interface Target {
  /** As shown in errors. */
  readonly path: string;
  readonly extension: Attribute | undefined;
  /** The attribute, or a whole extension. */
  readonly attribute: Attribute;
  readonly filter: ResolvedFilter | undefined;
  readonly subAttribute: Attribute | undefined;
}

/**
 * Finds the target of a path. Unknown names are refused in every profile: an operation is never half
 * understood.
 *
 * @throws ScimError 400 `invalidPath` or `invalidFilter`.
 */
export function findTarget(type: ResourceType, text: string, leniency: Leniency): Target {
  const { path, filter, sub } = parsePath(text, leniency);
  const found = findAttribute(type, path);
  const refused = found?.unprefixed && !tolerates(leniency, 'unprefixedExtension');
  if (found === undefined || refused) {
    throw badRequest('invalidPath', `The path ${shown(text)} names no attribute of ${type.name}`);
  }
  const { attribute, extension } = found;
  if (filter === undefined) {
    return { path: found.path, extension, attribute, filter, subAttribute: found.subAttribute };
  }
  if (found.subAttribute !== undefined || !attribute.multiValued) {
    throw badRequest('invalidPath', `${found.path} has no values to choose from with [ ]`);
  }
  const subAttribute =
    sub === undefined ? undefined : attribute.subAttributes.get(sub.toLowerCase());
  if (sub !== undefined && subAttribute === undefined) {
    throw badRequest('invalidPath', `${attribute.name} has no sub-attribute ${shown(sub)}`);
  }
  return {
    path: text,
    extension,
    attribute,
    filter: resolveValueFilter(filter, attribute, strictNames(leniency)),
    subAttribute,
  };
}

function strictNames(leniency: Leniency): Leniency {
  return { ...leniency, profile: { ...leniency.profile, unknownFilterAttribute: 'refuse' } };
}
