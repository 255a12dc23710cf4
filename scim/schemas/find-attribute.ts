import type { Attribute } from './attribute.ts';
import type { ResourceType } from './resource-type.ts';

/**
 * An attribute and the way to it from the resource: an extension first where it belongs to one, the
 * complex attribute before its sub-attribute.
 */
export interface AttributePath {
  /** The canonical spelling: `name.givenName`, `urn:…:2.0:User:manager.value`. */
  readonly path: string;
  readonly steps: readonly [Attribute, ...Attribute[]];
  readonly extension: Attribute | undefined;
  /** The attribute itself, without its sub-attribute. */
  readonly attribute: Attribute;
  readonly subAttribute: Attribute | undefined;
  /** The extension's URN was left out although the attribute is an extension's. */
  readonly unprefixed: boolean;
}

/**
 * Finds what a path names, in any case. The URN is split from the name by the type's own schemas, for a
 * URN holds dots, digits and colons itself (RFC 7644 section 3.10).
 */
export function findAttribute(type: ResourceType, text: string): AttributePath | undefined {
  const lower = text.toLowerCase();
  if (!lower.startsWith('urn:')) {
    return within(type.attributes, undefined, text) ?? findUnprefixed(type, text);
  }
  for (const [urn, { attribute }] of type.extensions) {
    if (lower === urn) return pathOf(undefined, attribute, undefined);
    if (lower.startsWith(`${urn}:`)) {
      return within(attribute.subAttributes, attribute, text.slice(urn.length + 1));
    }
  }
  const core = type.schema.id.toLowerCase();
  return lower.startsWith(`${core}:`)
    ? within(type.attributes, undefined, text.slice(core.length + 1))
    : undefined;
}

function findUnprefixed(type: ResourceType, text: string): AttributePath | undefined {
  const found = [...type.extensions.values()]
    .map(({ attribute }) => within(attribute.subAttributes, attribute, text))
    .filter((path) => path !== undefined);
  const [only] = found;
  return only !== undefined && found.length === 1 ? { ...only, unprefixed: true } : undefined;
}

function within(
  attributes: ReadonlyMap<string, Attribute>,
  extension: Attribute | undefined,
  text: string,
): AttributePath | undefined {
  const [name = '', sub, ...rest] = text.toLowerCase().split('.');
  const attribute = attributes.get(name);
  if (attribute === undefined || rest.length > 0) return undefined;
  if (sub === undefined) return pathOf(extension, attribute, undefined);
  const subAttribute = attribute.subAttributes.get(sub);
  return subAttribute && pathOf(extension, attribute, subAttribute);
}

/** The path of an attribute that is at hand already. */
export function pathOf(
  extension: Attribute | undefined,
  attribute: Attribute,
  subAttribute: Attribute | undefined,
): AttributePath {
  const prefix = extension === undefined ? '' : `${extension.name}:`;
  const suffix = subAttribute === undefined ? '' : `.${subAttribute.name}`;
  const [first, ...rest] = [extension, attribute, subAttribute].filter(
    (step) => step !== undefined,
  );
  return {
    path: `${prefix}${attribute.name}${suffix}`,
    steps: [first ?? attribute, ...rest],
    extension,
    attribute,
    subAttribute,
    unprefixed: false,
  };
}
