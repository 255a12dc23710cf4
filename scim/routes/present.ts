import type { Attribute } from '../schemas/attribute.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import {
  type Complex,
  isComplex,
  isList,
  type Value,
  valueAt,
  valuesAt,
} from '../schemas/value.ts';
import type { StoredResource } from '../storage.ts';
import { entityTag } from './entity-tag.ts';
import type { Projection } from './projection.ts';
import type { Registry } from './registry.ts';
import type { Shown } from './streaming.ts';

export interface PresentContext {
  /** URL of the service without a slash at the end. */
  readonly base: string;
  readonly registry: Registry;
  readonly projection: Projection;
}

/**
 * The JSON of a resource (RFC 7643 section 3): `schemas`, `id` and `meta` beside its attributes, the
 * URI beside every reference, and of all that only what the projection shows.
 */
export function presentResource(
  type: ResourceType,
  stored: StoredResource,
  context: PresentContext,
): Shown {
  const { base, registry, projection } = context;
  const { id, attributes } = stored;
  const resource: Record<string, Value> = { id };
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'schemas' || name === 'id' || name === 'meta') continue;
    const lower = name.toLowerCase();
    const attribute = type.attributes.get(lower) ?? type.extensions.get(lower)?.attribute;
    resource[name] = attribute === undefined ? value : withUris(attribute, value, base, registry);
  }
  resource.meta = {
    resourceType: type.name,
    created: stored.created.toISOString(),
    lastModified: stored.lastModified.toISOString(),
    version: entityTag(stored.version),
    location: locationOf(type, id, base),
  };
  const shown = projection.apply(resource);
  return {
    resource: { schemas: schemasOf(type, shown), ...shown },
    streams: [...(stored.streams ?? [])].flatMap(([name, batches]) => {
      const attribute = type.attributes.get(name.toLowerCase());
      if (attribute === undefined || !projection.includes(name)) return [];
      return [{ name, batches: presentBatches(attribute, batches, context) }];
    }),
  };
}

async function* presentBatches(
  attribute: Attribute,
  batches: AsyncIterable<readonly Complex[]>,
  { base, registry, projection }: PresentContext,
): AsyncGenerator<readonly unknown[]> {
  for await (const batch of batches) {
    const values = withUris(attribute, batch, base, registry);
    yield valuesAt(projection.apply({ [attribute.name]: values }), attribute.name);
  }
}

export function locationOf(type: ResourceType, id: string, base: string): string {
  return `${base}${type.endpoint}/${encodeURIComponent(id)}`;
}

/** The core schema, and each extension of which something is shown (RFC 7643 section 3). */
function schemasOf(type: ResourceType, attributes: Complex): readonly string[] {
  const extensions = [...type.extensions.values()]
    .map(({ urn }) => urn)
    .filter((urn) => valueAt(attributes, urn) !== undefined);
  return [type.schema.id, ...extensions];
}

/** Gives references their `$ref`, which nobody stores: it follows from `value` and the type. */
function withUris(attribute: Attribute, value: Value, base: string, registry: Registry): Value {
  if (attribute.type !== 'complex' || typeof value !== 'object') return value;
  const one = (item: Complex): Complex => {
    const inner = attribute.name.startsWith('urn:')
      ? mapParts(attribute, item, base, registry)
      : item;
    const uri = uriOf(attribute, item, base, registry);
    return uri === undefined ? inner : { ...inner, $ref: uri };
  };
  if (isList(value)) return value.map((item) => (isComplex(item) ? one(item) : item));
  return one(value);
}

function mapParts(extension: Attribute, item: Complex, base: string, registry: Registry): Complex {
  const parts = Object.entries(item).map(([name, part]) => {
    const attribute = extension.subAttributes.get(name.toLowerCase());
    return [name, attribute === undefined ? part : withUris(attribute, part, base, registry)];
  });
  return Object.fromEntries(parts) as Complex;
}

function uriOf(
  attribute: Attribute,
  item: Complex,
  base: string,
  registry: Registry,
): string | undefined {
  const reference = attribute.subAttributes.get('$ref');
  const value = valueAt(item, 'value');
  if (reference === undefined || typeof value !== 'string') return undefined;
  const [only, ...others] = reference.referenceTypes;
  const named = valueAt(item, 'type');
  const type =
    (typeof named === 'string' && reference.referenceTypes.includes(named)
      ? registry.byName(named)
      : undefined) ??
    (only !== undefined && others.length === 0 ? registry.byName(only) : undefined);
  return type && locationOf(type, value, base);
}
