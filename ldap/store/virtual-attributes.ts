import type { VirtualAttribute, Visibility } from '../entry/visibility.ts';
import { formatGeneralizedTime } from '../schema/generalized-time.ts';
import type { AttributeType, Schema } from '../schema/schema.ts';
import { subschemaDn } from '../schema/subschema-entry.ts';
import { type IdSource, noIds, oneId } from './id-source.ts';
import { chainSource, chainTo, type LinkEnd, linked, linkedTo } from './links.ts';
import type { StoredEntry } from './stored-entry.ts';

/** What virtual attributes ask of the store. */
export interface EntryTree {
  dnOf(entry: StoredEntry): string;
  entryById(id: number): StoredEntry | undefined;
  entryByUuid(uuid: string): StoredEntry | undefined;
  /** By normal form of the DN. */
  entryByDnKey(key: string): StoredEntry | undefined;
}

/** A virtual attribute whose values lead to entries without a walk. */
export interface StoreVirtual extends VirtualAttribute<StoredEntry> {
  find?(key: string): IdSource;
  findChain?(key: string, visibility: Visibility<StoredEntry>): IdSource;
}

/** Operational attributes (RFC 4512 section 3.4, 4530, 5020), and `member` with its mirror. */
export function storeVirtuals(
  schema: Schema,
  tree: EntryTree,
): ReadonlyMap<AttributeType, StoreVirtual> {
  const virtuals: StoreVirtual[] = [
    linkAttribute(typeOf(schema, 'member'), 'members', tree),
    linkAttribute(typeOf(schema, 'memberOf'), 'groups', tree),
    {
      ...single(typeOf(schema, 'entryUUID'), ({ uuid }) => uuid),
      find: (key) => idOf(tree.entryByUuid(key)),
    },
    {
      ...single(typeOf(schema, 'entryDN'), (entry) => tree.dnOf(entry)),
      find: (key) => idOf(tree.entryByDnKey(key)),
    },
    single(typeOf(schema, 'structuralObjectClass'), (entry) => entry.structuralClass),
    single(typeOf(schema, 'createTimestamp'), (entry) =>
      formatGeneralizedTime(entry.createTimestamp),
    ),
    single(typeOf(schema, 'modifyTimestamp'), (entry) =>
      formatGeneralizedTime(entry.modifyTimestamp),
    ),
    single(typeOf(schema, 'subschemaSubentry'), () => subschemaDn),
    single(typeOf(schema, 'hasSubordinates'), (entry, visibility) =>
      visibleChildren(entry, visibility, 1) > 0 ? 'TRUE' : 'FALSE',
    ),
    single(typeOf(schema, 'numSubordinates'), (entry, visibility) =>
      String(visibleChildren(entry, visibility, Number.POSITIVE_INFINITY)),
    ),
  ];
  return new Map(virtuals.map((virtual) => [virtual.type, virtual]));
}

function typeOf(schema: Schema, name: string): AttributeType {
  const type = schema.attributeType(name);
  if (type === undefined) throw new Error(`the schema has no ${name}`);
  return type;
}

function idOf(entry: StoredEntry | undefined): IdSource {
  return entry === undefined ? noIds : oneId(entry.id);
}

function single(
  type: AttributeType,
  make: (entry: StoredEntry, visibility: Visibility<StoredEntry>) => string,
): StoreVirtual {
  return {
    type,
    has: () => true,
    values: (entry, visibility) => [make(entry, visibility)],
  };
}

function visibleChildren(
  { children }: StoredEntry,
  visibility: Visibility<StoredEntry>,
  enough: number,
): number {
  if (children === undefined) return 0;
  if (visibility.entry === undefined) return children.size;
  let count = 0;
  for (const child of children.values()) {
    if (visibility.entry(child)) count += 1;
    if (count >= enough) break;
  }
  return count;
}

function linkAttribute(type: AttributeType, end: LinkEnd, tree: EntryTree): StoreVirtual {
  const entryById = (id: number) => tree.entryById(id);
  const isVisible = (entry: StoredEntry, visibility: Visibility<StoredEntry>) =>
    visibility.entry === undefined || visibility.entry(entry);
  return {
    type,
    has(entry, visibility) {
      if (entry[end] === undefined) return false;
      if (visibility.entry === undefined) return true;
      return linked(entry, end, visibility, entryById).next().done !== true;
    },
    *values(entry, visibility) {
      for (const other of linked(entry, end, visibility, entryById)) yield tree.dnOf(other);
    },
    equality(key) {
      const target = tree.entryByDnKey(key);
      if (target === undefined) return () => false;
      return (entry, visibility) =>
        entry[end]?.has(target.id) === true && isVisible(target, visibility);
    },
    chain(key) {
      const target = tree.entryByDnKey(key);
      let ids: ReadonlySet<number> | undefined;
      return (entry, visibility) => {
        if (target === undefined || !isVisible(target, visibility)) return false;
        ids ??= chainTo(target, end, visibility, entryById);
        return ids.has(entry.id);
      };
    },
    find(key) {
      const target = tree.entryByDnKey(key);
      return target === undefined ? noIds : linkedTo(target, end);
    },
    findChain(key, visibility) {
      const target = tree.entryByDnKey(key);
      if (target === undefined || !isVisible(target, visibility)) return noIds;
      return chainSource(chainTo(target, end, visibility, entryById));
    },
  };
}
