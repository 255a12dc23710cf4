import type { Attribute } from '../schemas/attribute.ts';
import { findAttribute } from '../schemas/find-attribute.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import { type Complex, isComplex, isList, type Value } from '../schemas/value.ts';
import type { Wanted } from '../storage.ts';

/** What the client asked to see (RFC 7644 section 3.9); at most one of them is given. */
export interface Selection {
  readonly attributes: readonly string[] | undefined;
  readonly excludedAttributes: readonly string[] | undefined;
}

export const everything: Selection = { attributes: undefined, excludedAttributes: undefined };

/** Chosen attributes as a tree; a node without children was named itself. */
interface Choice {
  named: boolean;
  readonly children: Map<Attribute, Choice>;
}

/** Decides by the `returned` characteristic and the client's wish what is loaded and shown. */
export class Projection implements Wanted {
  readonly #type: ResourceType;
  readonly #selected: Choice | undefined;
  readonly #excluded: Choice | undefined;

  /** Names that no schema knows select nothing. */
  constructor(type: ResourceType, { attributes, excludedAttributes }: Selection) {
    this.#type = type;
    this.#selected = attributes && choose(type, attributes);
    this.#excluded = excludedAttributes && choose(type, excludedAttributes);
  }

  includes(name: string): boolean {
    const attribute = topLevel(this.#type, name);
    return attribute !== undefined && shows(attribute, this.#selected, this.#excluded);
  }

  /** @param resource in canonical names; what the schemas do not know is left out. */
  apply(resource: Complex): Complex {
    return project(resource, (name) => topLevel(this.#type, name), this.#selected, this.#excluded);
  }
}

/** Shows and loads nothing, for answers without a body. */
export const nothing: Wanted = { includes: () => false };

function topLevel(type: ResourceType, name: string): Attribute | undefined {
  const lower = name.toLowerCase();
  return type.attributes.get(lower) ?? type.extensions.get(lower)?.attribute;
}

function choose(type: ResourceType, names: readonly string[]): Choice {
  const root: Choice = { named: false, children: new Map() };
  for (const name of names) {
    let choice = root;
    for (const step of findAttribute(type, name)?.steps ?? []) {
      const child = choice.children.get(step) ?? { named: false, children: new Map() };
      choice.children.set(step, child);
      choice = child;
    }
    if (choice !== root) choice.named = true;
  }
  return root;
}

function shows(
  attribute: Attribute,
  selected: Choice | undefined,
  excluded: Choice | undefined,
): boolean {
  if (attribute.returned === 'never' || attribute.mutability === 'writeOnly') return false;
  if (attribute.returned === 'always' || holdsAlways(attribute)) return true;
  return wished(attribute, selected, excluded);
}

function wished(
  attribute: Attribute,
  selected: Choice | undefined,
  excluded: Choice | undefined,
): boolean {
  if (selected !== undefined) return selected.children.has(attribute);
  return attribute.returned === 'default' && !excluded?.children.get(attribute)?.named;
}

/** An extension shows at least those of its attributes that are always returned. */
function holdsAlways({ name, subAttributes }: Attribute): boolean {
  if (!name.startsWith('urn:')) return false;
  return [...subAttributes.values()].some(({ returned }) => returned === 'always');
}

function project(
  complex: Complex,
  find: (name: string) => Attribute | undefined,
  selected: Choice | undefined,
  excluded: Choice | undefined,
): Complex {
  const shown: Record<string, Value> = {};
  for (const [name, value] of Object.entries(complex)) {
    const attribute = find(name);
    if (attribute === undefined || !shows(attribute, selected, excluded)) continue;
    const below = wished(attribute, selected, excluded)
      ? selected?.children.get(attribute)
      : { named: attribute.returned === 'always', children: new Map() };
    const part = projectValue(
      attribute,
      value,
      below?.named ? undefined : below,
      excluded?.children.get(attribute),
    );
    if (part !== undefined) shown[name] = part;
  }
  return shown;
}

function projectValue(
  attribute: Attribute,
  value: Value,
  selected: Choice | undefined,
  excluded: Choice | undefined,
): Value | undefined {
  const one = (item: Complex) =>
    project(item, (name) => attribute.subAttributes.get(name.toLowerCase()), selected, excluded);
  if (isList(value)) {
    const items = value
      .map((item) => (isComplex(item) ? one(item) : item))
      .filter((item) => !isComplex(item) || Object.keys(item).length > 0);
    return items.length === 0 ? undefined : items;
  }
  if (!isComplex(value)) return value;
  const complex = one(value);
  return Object.keys(complex).length === 0 ? undefined : complex;
}
