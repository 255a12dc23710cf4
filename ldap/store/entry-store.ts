import { type Ava, formatRdn, type Rdn } from '../dn/dn.ts';
import { normalizeRdn } from '../dn/normalize-dn.ts';
import { type AttributeInput, prepareAttributes } from '../entry/attribute-input.ts';
import { encodeAttributes, ShapeRegistry } from '../entry/encoded-entry.ts';
import { EntryError } from '../entry/entry-error.ts';
import type { VirtualAttribute, Visibility } from '../entry/visibility.ts';
import { compileFilter } from '../filter/compile.ts';
import type { FilterContext } from '../filter/compiled-filter.ts';
import type { Filter } from '../filter/filter.ts';
import type { Scope } from '../message/requests.ts';
import type { AttributeType, Schema } from '../schema/schema.ts';
import { gatheredIds, type IdSource, noIds, oneId } from './id-source.ts';
import { type IndexOptions, IndexSet } from './index-set.ts';
import { addLink, removeLink } from './links.ts';
import { type Lookup, NameTree } from './name-tree.ts';
import { OrderingIndex } from './ordering-index.ts';
import { type Plan, planFilter } from './planner.ts';
import { SearchCursor } from './search-cursor.ts';
import { Slab } from './slab.ts';
import { StoredEntry } from './stored-entry.ts';
import { type StoreVirtual, storeVirtuals } from './virtual-attributes.ts';

export interface EntryStoreOptions {
  readonly schema: Schema;
  /** DN of the topmost entry: the naming context, such as `o=acme,dc=directory,dc=local`. */
  readonly suffix: string;
  /** The topmost entry itself. */
  readonly root: Omit<EntryInput, 'parent' | 'rdn'>;
  readonly indexes?: IndexOptions;
}

export interface EntryInput {
  /** entryUUID: what an entry is known by through renames and moves. */
  readonly uuid: string;
  /** entryUUID of the entry above; the topmost entry when absent. */
  readonly parent?: string;
  /** Unescaped type and value, or several for a multi-valued RDN. */
  readonly rdn: Ava | Rdn;
  readonly attributes: AttributeInput;
  readonly createTimestamp: Date;
  readonly modifyTimestamp: Date;
  /** A mark for the directory's own visibility rules; never shown. */
  readonly tag?: string;
}

export interface PutReport {
  /** Attributes of which values were left out because they do not fit their syntax. */
  readonly rejected: readonly string[];
}

export interface LinkReport {
  /** Links that changed. */
  readonly changed: number;
  /** entryUUIDs that are not in the store; they are passed over. */
  readonly unknown: readonly string[];
}

export interface StoreSearch {
  readonly base: StoredEntry;
  readonly scope: Scope;
  readonly filter: Filter;
  readonly visibility?: Visibility<StoredEntry>;
  /** Go on behind this id, as a cursor's `lastId` said. */
  readonly after?: number;
}

/**
 * The entries of one organization, in memory: a tree by DN, attributes held encoded, indexes, and
 * `member`/`memberOf` as one relation, so that a membership costs the same in a group of any size and
 * both ends always agree. A group without members is an entry without the attribute.
 */
export class EntryStore {
  readonly schema: Schema;
  /** The naming context as it is written in answers. */
  readonly suffix: string;
  readonly root: StoredEntry;
  readonly virtuals: ReadonlyMap<AttributeType, VirtualAttribute<StoredEntry>>;
  readonly #virtuals: ReadonlyMap<AttributeType, StoreVirtual>;
  readonly #names: NameTree;
  readonly #shapes = new ShapeRegistry();
  readonly #slab = new Slab();
  readonly #entries: (StoredEntry | undefined)[] = [];
  readonly #byUuid = new Map<string, StoredEntry>();
  readonly #indexes: IndexSet;
  readonly #times: ReadonlyMap<AttributeType, OrderingIndex>;
  readonly #created = new OrderingIndex((id) => shownTime(this.#entries[id]?.createTimestamp));
  readonly #modified = new OrderingIndex((id) => shownTime(this.#entries[id]?.modifyTimestamp));

  constructor({ schema, suffix, root, indexes = {} }: EntryStoreOptions) {
    this.schema = schema;
    this.#names = new NameTree(suffix, schema);
    this.suffix = this.#names.suffix;
    this.#indexes = new IndexSet(schema, indexes);
    this.#virtuals = storeVirtuals(schema, this);
    this.virtuals = this.#virtuals;
    const times = [
      ['createTimestamp', this.#created],
      ['modifyTimestamp', this.#modified],
    ] as const;
    this.#times = new Map(
      times.flatMap(([name, index]) => {
        const type = schema.attributeType(name);
        return type === undefined ? [] : [[type, index] as const];
      }),
    );
    const rdn = this.#names.suffixRdn;
    this.root = this.#insert({ ...root, rdn }, undefined, rdn).entry;
  }

  get size(): number {
    return this.#byUuid.size;
  }

  /**
   * Adds an entry, or makes the one with this entryUUID what is said, renaming and moving it with all
   * below it where parent or RDN differ. Throws EntryError for what cannot be: an unknown parent,
   * a name taken by another entry, a move below itself, an attribute or class that the schema lacks.
   */
  put(input: EntryInput): PutReport {
    const rdn = Array.isArray(input.rdn) ? (input.rdn as Rdn) : [input.rdn as Ava];
    const known = this.#byUuid.get(input.uuid.toLowerCase());
    if (known === this.root) return this.#replace(known, input, undefined, this.#names.suffixRdn);
    const parent = input.parent === undefined ? this.root : this.#require(input.parent);
    return known === undefined
      ? this.#insert(input, parent, rdn).report
      : this.#replace(known, input, parent, rdn);
  }

  #require(uuid: string): StoredEntry {
    const entry = this.#byUuid.get(uuid.toLowerCase());
    if (entry === undefined) throw new EntryError('unknown-entry', `no entry ${uuid}`);
    return entry;
  }

  #prepare(input: Pick<EntryInput, 'attributes'>, rdn: Rdn) {
    const prepared = prepareAttributes(input.attributes, rdn, this.schema);
    const kept = prepared.attributes.find(({ description }) => this.virtuals.has(description.type));
    if (kept !== undefined) {
      throw new EntryError('kept-by-the-store', `${kept.description.text} is kept by the store`);
    }
    const encoded = encodeAttributes(prepared.attributes, this.#shapes, (bytes) =>
      this.#slab.allocate(bytes),
    );
    return { encoded, ...prepared };
  }

  #insert(
    input: EntryInput,
    parent: StoredEntry | undefined,
    rdn: Rdn,
  ): { entry: StoredEntry; report: PutReport } {
    const rdnKey = normalizeRdn(rdn, this.schema);
    this.#names.assertFree(parent, rdnKey, undefined);
    const { encoded, structuralClass, rejected } = this.#prepare(input, rdn);
    const entry = new StoredEntry(
      {
        id: this.#entries.length,
        uuid: input.uuid.toLowerCase(),
        parent,
        rdn: parent === undefined ? this.suffix : formatRdn(rdn),
        rdnKey,
        structuralClass,
        createTimestamp: input.createTimestamp.getTime(),
        modifyTimestamp: input.modifyTimestamp.getTime(),
        tag: input.tag,
      },
      encoded,
    );
    this.#entries.push(entry);
    this.#byUuid.set(entry.uuid, entry);
    this.#names.attach(entry);
    this.#indexes.update(entry.id, undefined, entry);
    this.#indexTimes(entry);
    return { entry, report: { rejected } };
  }

  #replace(
    entry: StoredEntry,
    input: EntryInput,
    parent: StoredEntry | undefined,
    rdn: Rdn,
  ): PutReport {
    const rdnKey = normalizeRdn(rdn, this.schema);
    this.#names.assertFree(parent, rdnKey, entry);
    if (parent?.isWithin(entry)) {
      throw new EntryError('moved-below-itself', `entry ${entry.uuid} cannot be its own parent`);
    }
    const { encoded, structuralClass, rejected } = this.#prepare(input, rdn);
    this.#indexes.update(entry.id, entry, encoded);
    entry.shape = encoded.shape;
    entry.bytes = encoded.bytes;
    entry.userEnd = encoded.userEnd;
    entry.structuralClass = structuralClass;
    entry.createTimestamp = input.createTimestamp.getTime();
    entry.modifyTimestamp = input.modifyTimestamp.getTime();
    entry.tag = input.tag;
    this.#indexTimes(entry);
    if (parent !== undefined) this.#names.move(entry, parent, rdn, rdnKey);
    return { rejected };
  }

  #indexTimes({ id, createTimestamp, modifyTimestamp }: StoredEntry): void {
    this.#created.add(id, shownTime(createTimestamp));
    this.#modified.add(id, shownTime(modifyTimestamp));
  }

  /** False if there is no such entry. Throws EntryError where others stand below it. */
  delete(uuid: string): boolean {
    const entry = this.#byUuid.get(uuid.toLowerCase());
    if (entry === undefined) return false;
    if (entry.children !== undefined || entry === this.root) {
      throw new EntryError('not-a-leaf', `entries stand below ${uuid}`);
    }
    for (const id of [...(entry.members ?? [])]) this.#unlinkIds(entry, this.entryById(id));
    for (const id of [...(entry.groups ?? [])]) this.#unlinkIds(this.entryById(id), entry);
    this.#names.detach(entry);
    this.#indexes.update(entry.id, entry, undefined);
    this.#byUuid.delete(entry.uuid);
    this.#entries[entry.id] = undefined;
    return true;
  }

  #unlinkIds(group: StoredEntry | undefined, member: StoredEntry | undefined): void {
    if (group !== undefined && member !== undefined) removeLink(group, member);
  }

  /** Makes entries members of a group; costs by how many are given, not by the group's size. */
  link(group: string, members: Iterable<string>, modifyTimestamp?: Date): LinkReport {
    return this.#changeLinks(group, members, addLink, modifyTimestamp);
  }

  unlink(group: string, members: Iterable<string>, modifyTimestamp?: Date): LinkReport {
    return this.#changeLinks(group, members, removeLink, modifyTimestamp);
  }

  #changeLinks(
    groupUuid: string,
    members: Iterable<string>,
    change: (group: StoredEntry, member: StoredEntry) => boolean,
    modifyTimestamp: Date | undefined,
  ): LinkReport {
    const group = this.#require(groupUuid);
    const unknown: string[] = [];
    let changed = 0;
    for (const uuid of members) {
      const member = this.#byUuid.get(uuid.toLowerCase());
      if (member === undefined) unknown.push(uuid);
      else if (change(group, member)) changed += 1;
    }
    if (modifyTimestamp !== undefined) {
      group.modifyTimestamp = modifyTimestamp.getTime();
      this.#indexTimes(group);
    }
    return { changed, unknown };
  }

  entryById(id: number): StoredEntry | undefined {
    return this.#entries[id];
  }

  entryByUuid(uuid: string): StoredEntry | undefined {
    return this.#byUuid.get(uuid.toLowerCase());
  }

  entryByDnKey(key: string): StoredEntry | undefined {
    const lookup = this.#names.lookupKey(key);
    return lookup.kind === 'found' ? lookup.entry : undefined;
  }

  /** By DN as a client writes it. */
  lookup(dn: string): Lookup {
    return this.#names.lookup(dn);
  }

  dnOf(entry: StoredEntry): string {
    return this.#names.dnOf(entry);
  }

  /** What filters are compiled against for a reader. */
  filterContext(visibility: Visibility<StoredEntry> = {}): FilterContext<StoredEntry> {
    return { schema: this.schema, virtuals: this.virtuals, visibility, dnOf: (e) => this.dnOf(e) };
  }

  /** Plans a search; the cursor does the walking. */
  search({ base, scope, filter, visibility = {}, after = -1 }: StoreSearch): SearchCursor {
    const context = this.filterContext(visibility);
    const compiled = compileFilter(filter, context);
    const plan = this.#plan(base, scope, () =>
      planFilter(
        compiled,
        { attributes: this.#indexes, virtuals: this.#virtuals, times: this.#times },
        visibility,
      ),
    );
    return new SearchCursor({
      filter: compiled,
      context,
      source: plan.source,
      exact: plan.exact,
      base,
      scope,
      isWholeTree: base === this.root,
      after,
      entryById: (id) => this.#entries[id],
    });
  }

  /** The cheaper of what the filter's indexes give and what the scope holds. */
  #plan(base: StoredEntry, scope: Scope, planByFilter: () => Plan | undefined): Plan {
    if (scope === 'base') return { source: oneId(base.id), exact: false };
    const inScope = scope === 'one' ? (base.children?.size ?? 0) : base.descendants + 1;
    if (inScope === 0) return { source: noIds, exact: false };
    const plan = planByFilter();
    if (plan !== undefined && plan.source.estimate <= inScope) return plan;
    // Gathering pays where the scope is a small part; otherwise all ids are walked.
    return {
      source: inScope * 4 <= this.size ? gathered(base, scope) : this.#allIds(),
      exact: false,
    };
  }

  #allIds(): IdSource {
    const entries = this.#entries;
    return {
      estimate: this.size,
      after(id) {
        for (let next = id + 1; next < entries.length; next += 1) {
          if (entries[next] !== undefined) return next;
        }
        return -1;
      },
    };
  }
}

/** Times are shown in whole seconds, and found by what is shown. */
function shownTime(milliseconds: number): number;
function shownTime(milliseconds: number | undefined): number | undefined;
function shownTime(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000) * 1000;
}

function gathered(base: StoredEntry, scope: Scope): IdSource {
  const ids: number[] = scope === 'one' ? [] : [base.id];
  const waiting = [base];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const child of at.children?.values() ?? []) {
      ids.push(child.id);
      if (scope !== 'one' && child.children !== undefined) waiting.push(child);
    }
  }
  return gatheredIds(ids);
}
