import { decodeUtf8 } from '../ber/utf8.ts';
import { type EncodedEntry, ValueCursor } from '../entry/encoded-entry.ts';
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

interface IndexKeys {
  readonly equality: ReadonlySet<string>;
  readonly substrings: ReadonlySet<string>;
}

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
  update(id: number, before: EncodedEntry | undefined, after: EncodedEntry | undefined): void {
    for (const type of this.#types) {
      const old = before && this.#keysOf(before, type);
      const fresh = after && this.#keysOf(after, type);
      if (old !== undefined || fresh !== undefined) this.#change(id, type, old, fresh);
    }
  }

  #change(
    id: number,
    type: AttributeType,
    before: IndexKeys | undefined,
    after: IndexKeys | undefined,
  ): void {
    const equality = this.#equality.get(type);
    const substrings = this.#substrings.get(type);
    for (const key of before?.equality ?? []) {
      if (!after?.equality.has(key)) equality?.delete(key, id);
    }
    for (const key of after?.equality ?? []) {
      if (!before?.equality.has(key)) equality?.add(key, id);
    }
    if (!sameKeys(before?.substrings, after?.substrings)) {
      // Two values may share grams: take all out, then put all in.
      for (const key of before?.substrings ?? []) substrings?.delete(key, id);
      for (const key of after?.substrings ?? []) substrings?.add(key, id);
    }
    if (after === undefined) this.#presence.get(type)?.delete(id);
    else this.#presence.get(type)?.add(id);
  }

  #keysOf(entry: EncodedEntry, type: AttributeType): IndexKeys | undefined {
    const { descriptions } = entry.shape;
    let found: { equality: Set<string>; substrings: Set<string> } | undefined;
    const equality = this.#equality.has(type) ? type.equality : undefined;
    const substrings = this.#substrings.has(type) ? type.substrings : undefined;
    for (let position = 0; position < descriptions.length; position += 1) {
      if (descriptions[position]?.type !== type) continue;
      found ??= { equality: new Set(), substrings: new Set() };
      const cursor = new ValueCursor().open(entry, position);
      while (cursor.next()) {
        const { bytes, start, end } = cursor;
        const text = type.syntax.octets
          ? bytes.toString('latin1', start, end)
          : decodeUtf8(bytes, start, end);
        if (text === undefined) continue;
        const equalityKey = equality?.key(text, this.#schema);
        const substringKey = substrings?.key(text, this.#schema);
        if (equalityKey !== undefined) found.equality.add(equalityKey);
        if (substringKey !== undefined) found.substrings.add(substringKey);
      }
    }
    return found;
  }
}

function sameKeys(
  before: ReadonlySet<string> | undefined,
  after: ReadonlySet<string> | undefined,
): boolean {
  if (before?.size !== after?.size) return false;
  return before === undefined || [...before].every((key) => after?.has(key));
}
