import type { AttributeDescription, ObjectClass, Schema } from '../schema/schema.ts';
import type { AttributeValues } from './encoded-entry.ts';
import { EntryError } from './entry-error.ts';

export type AttributeValue = string | Uint8Array;

/** Attribute name → its value or values; undefined and empty lists count as absent. */
export type AttributeInput = Readonly<
  Record<string, AttributeValue | readonly AttributeValue[] | undefined>
>;

export interface PreparedAttributes {
  readonly attributes: readonly AttributeValues[];
  readonly structuralClass: string;
  /** Attributes that had values which do not fit their syntax: those values were left out. */
  readonly rejected: readonly string[];
}

/**
 * Makes attributes what a directory may hold: known types, values that fit their syntax, a set under
 * the equality rule (RFC 4512 section 2.3), object classes with all superiors (section 2.4.1).
 * Throws EntryError for an unknown type or class.
 */
export function prepareAttributes(
  input: AttributeInput,
  rdn: readonly { readonly type: string; readonly value: string }[],
  schema: Schema,
): PreparedAttributes {
  const collected = new Map<string, { description: AttributeDescription; values: ValueSet }>();
  const rejected = new Set<string>();
  const add = (name: string, value: AttributeValue) => {
    const description = describe(schema, name);
    let found = collected.get(description.text);
    if (found === undefined) {
      found = { description, values: new ValueSet(description, schema) };
      collected.set(description.text, found);
    }
    if (!found.values.add(value)) rejected.add(description.text);
  };
  const classes = objectClassesOf(input, schema);
  for (const { name } of classes) add('objectClass', name);
  // The RDN's values are values of the entry (RFC 4512 section 2.3.1), before all others.
  for (const { type, value } of rdn) add(type, value);
  for (const [name, values] of Object.entries(input)) {
    if (schema.attributeKey(name) === 'objectclass' || values === undefined) continue;
    for (const value of typeof values === 'string' || values instanceof Uint8Array
      ? [values]
      : values) {
      add(name, value);
    }
  }
  const attributes = [...collected.values()]
    .map(({ description, values }) => ({ description, values: values.list }))
    .filter(({ values }) => values.length > 0);
  const structural = classes.find(({ kind }) => kind === 'structural') ?? classes[0];
  return {
    attributes,
    structuralClass: structural?.name ?? 'top',
    rejected: [...rejected],
  };
}

function describe(schema: Schema, name: string): AttributeDescription {
  const description = schema.describe(name);
  if (description === undefined) {
    throw new EntryError('unknown-attribute', `attribute type ${name} is not in the schema`);
  }
  return description;
}

/** Most derived first within each chain, so that the first structural one is the entry's own. */
function objectClassesOf(input: AttributeInput, schema: Schema): readonly ObjectClass[] {
  const given = Object.entries(input).find(([name]) => schema.attributeKey(name) === 'objectclass');
  const values = given?.[1] ?? [];
  const names = (
    typeof values === 'string' || values instanceof Uint8Array ? [values] : values
  ).map(String);
  const classes = names.map((name) => {
    const known = schema.objectClass(name);
    if (known === undefined) {
      throw new EntryError('unknown-class', `object class ${name} is not in the schema`);
    }
    return known;
  });
  const all = schema.withSuperiors(classes);
  if (all.length === 0) throw new EntryError('unknown-class', 'an entry needs an object class');
  const depth = (objectClass: ObjectClass): number =>
    1 + Math.max(0, ...objectClass.superiors.map(depth));
  return [...all].sort((left, right) => depth(right) - depth(left));
}

class ValueSet {
  readonly list: Buffer[] = [];
  readonly #keys = new Set<string>();
  readonly #description: AttributeDescription;
  readonly #schema: Schema;

  constructor(description: AttributeDescription, schema: Schema) {
    this.#description = description;
    this.#schema = schema;
  }

  /** False where the value does not fit; one that is there already is taken as said. */
  add(value: AttributeValue): boolean {
    const { syntax, equality, singleValue } = this.#description.type;
    const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
    const text = syntax.octets
      ? bytes.toString('latin1')
      : typeof value === 'string'
        ? value
        : bytes.toString('utf8');
    if (!syntax.accepts(text)) return false;
    const key = equality === undefined ? text : equality.key(text, this.#schema);
    if (key === undefined) return false;
    if (this.#keys.has(key)) return true;
    if (singleValue && this.list.length > 0) return false;
    this.#keys.add(key);
    this.list.push(bytes);
    return true;
  }
}
