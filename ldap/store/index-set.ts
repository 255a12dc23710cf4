import { decodeUtf8 } from '../ber/utf8.ts';
import {
  attributeStart,
  type EncodedAttributes,
  elementEnd,
  ValueCursor,
} from '../entry/encoded-entry.ts';
import { EntryError } from '../entry/entry-error.ts';
import type { AttributeType, Schema } from '../schema/schema.ts';
import { EqualityIndex, SubstringIndex } from './attribute-index.ts';
import { PostingList } from './posting-list.ts';

/** Attribute types, by name, to be found without a walk. */
export interface IndexOptions {
  readonly equality?: readonly string[];
  readonly presence?: readonly string[];
  readonly substrings?: readonly string[];
}

export const defaultIndexes: Required<IndexOptions> = {
  equality: [
    'objectClass',
    'uid',
    'mail',
    'cn',
    'sn',
    'givenName',
    'displayName',
    'ou',
    'employeeNumber',
    'telephoneNumber',
    'uidNumber',
    'gidNumber',
    'memberUid',
  ],
  presence: ['mail', 'uid', 'uidNumber', 'gidNumber', 'employeeNumber'],
  substrings: ['uid', 'mail', 'cn', 'sn', 'givenName', 'displayName'],
};

/** The indexes over the attributes of a store's entries. */
export class IndexSet {
  readonly #schema: Schema;
  readonly #equality = new Map<AttributeType, EqualityIndex>();
  readonly #substrings = new Map<AttributeType, SubstringIndex>();
  readonly #presence = new Map<AttributeType, PostingList>();
  readonly #types: ReadonlySet<AttributeType>;

  constructor(schema: Schema, options: IndexOptions = {}) {
    this.#schema = schema;
    const typesOf = (names: readonly string[]) =>
      names.map((name) => {
        const type = schema.attributeType(name);
        if (type === undefined) throw new EntryError('unknown-attribute', `no index on ${name}`);
        return type;
      });
    const { equality, substrings, presence } = { ...defaultIndexes, ...options };
    for (const type of typesOf(equality)) this.#equality.set(type, new EqualityIndex());
    for (const type of typesOf(substrings)) this.#substrings.set(type, new SubstringIndex());
    for (const type of typesOf(presence)) this.#presence.set(type, new PostingList());
    this.#types = new Set([
      ...this.#equality.keys(),
      ...this.#substrings.keys(),
      ...this.#presence.keys(),
    ]);
  }

  equality(type: AttributeType): EqualityIndex | undefined {
    return this.#equality.get(type);
  }

  substrings(type: AttributeType): SubstringIndex | undefined {
    return this.#substrings.get(type);
  }

  presence(type: AttributeType): PostingList | undefined {
    return this.#presence.get(type);
  }

  /** Makes the indexes say of `id` what `after` holds; `before` is what they say now. */
  update(
    id: number,
    before: EncodedAttributes | undefined,
    after: EncodedAttributes | undefined,
  ): void {
    for (const type of this.#types) {
      if (before !== undefined && after !== undefined && sameValues(before, after, type)) continue;
      const had = before !== undefined && this.#visit(id, before, type, 'delete');
      const has = after !== undefined && this.#visit(id, after, type, 'add');
      if (has) this.#presence.get(type)?.add(id);
      else if (had) this.#presence.get(type)?.delete(id);
    }
  }

  /** Adds or deletes all keys of one attribute; false if the entry does not have it. */
  #visit(
    id: number,
    entry: EncodedAttributes,
    type: AttributeType,
    change: 'add' | 'delete',
  ): boolean {
    const { descriptions } = entry.shape;
    let found = false;
    for (let position = 0; position < descriptions.length; position += 1) {
      if (descriptions[position]?.type !== type) continue;
      found = true;
      cursor.open(entry, position);
      while (cursor.next()) {
        const { bytes, start, end } = cursor;
        const text = type.syntax.octets
          ? bytes.toString('latin1', start, end)
          : decodeUtf8(bytes, start, end);
        if (text !== undefined) this.#changeKeys(id, type, text, change);
      }
    }
    return found;
  }

  #changeKeys(id: number, type: AttributeType, text: string, change: 'add' | 'delete'): void {
    const key = type.equality?.key(text, this.#schema);
    if (key !== undefined) this.#equality.get(type)?.[change](key, id);
    const substrings = this.#substrings.get(type);
    if (substrings === undefined) return;
    const substringKey = type.substrings?.key(text, this.#schema);
    if (substringKey !== undefined) substrings[change](substringKey, id);
  }
}

const cursor = new ValueCursor();

/** Whether both hold the same octets of one attribute, in one place at most. */
function sameValues(
  before: EncodedAttributes,
  after: EncodedAttributes,
  type: AttributeType,
): boolean {
  const here = positionsOf(before, type);
  const there = positionsOf(after, type);
  if (here.length !== there.length || here.length > 1) return false;
  const [from] = here;
  const [to] = there;
  if (from === undefined || to === undefined) return true;
  return attributeBytes(before, from).equals(attributeBytes(after, to));
}

function positionsOf({ shape }: EncodedAttributes, type: AttributeType): number[] {
  return shape.descriptions.flatMap((description, position) =>
    description.type === type ? [position] : [],
  );
}

function attributeBytes(entry: EncodedAttributes, position: number): Buffer {
  const start = attributeStart(entry, position);
  return entry.bytes.subarray(start, elementEnd(entry.bytes, start));
}
