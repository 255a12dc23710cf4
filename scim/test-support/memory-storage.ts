import { badRequest, ScimError } from '../error.ts';
import { comparable } from '../filter/compare.ts';
import { evaluate, evaluateOn, reach } from '../filter/evaluate.ts';
import type { Attribute } from '../schemas/attribute.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import {
  type Complex,
  equalValues,
  isComplex,
  type Scalar,
  type Value,
  valueAt,
  valuesAt,
} from '../schemas/value.ts';
import type {
  CollectionChange,
  Modification,
  NewResource,
  Query,
  ResourcePage,
  ScimConnection,
  ScimStorage,
  Sort,
  StoredResource,
  Wanted,
} from '../storage.ts';

interface Row {
  readonly type: string;
  readonly organization: string;
  readonly id: string;
  readonly created: Date;
  lastModified: Date;
  version: number;
  /** The writable part and write-only attributes, without collections. */
  attributes: Complex;
  collections: Map<string, Map<string, Complex>>;
}

/** A directory in memory, for tests: the semantics that a storage must have, and no speed. */
export class MemoryStorage implements ScimStorage<ScimConnection> {
  readonly cursors = true;
  readonly rows = new Map<string, Row>();
  /** Collections that were read, to prove that changes do not. */
  readonly collectionReads: string[] = [];
  /** Values in a batch where collections are streamed; undefined gives them whole. */
  batchSize: number | undefined;
  batchesRead = 0;
  myself: { readonly type: string; readonly id: string } | undefined;
  #lastId = 0;

  async list(connection: ScimConnection, type: ResourceType, query: Query): Promise<ResourcePage> {
    const found = this.#rowsOf(connection, type)
      .map((row) => ({ row, resource: this.#whole(row) }))
      .filter(({ resource }) => evaluate(query.filter, resource));
    if (query.sort !== undefined) found.sort(bySort(query.sort));
    const { page } = query;
    const from = 'cursor' in page ? cursorPosition(page.cursor) : page.startIndex - 1;
    const slice = found.slice(from, from + page.count);
    const next = from + slice.length;
    return {
      resources: slice.map(({ row }) => this.#stored(row, query.wanted)),
      totalResults: found.length,
      ...('cursor' in page && next < found.length ? { nextCursor: `at-${next}` } : {}),
    };
  }

  async get(connection: ScimConnection, type: ResourceType, id: string, wanted: Wanted) {
    const row = this.#row(connection, type, id);
    return row && this.#stored(row, wanted);
  }

  async create(
    connection: ScimConnection,
    type: ResourceType,
    { attributes, collections }: NewResource,
    wanted: Wanted,
  ): Promise<StoredResource> {
    this.#checkUnique(connection, type, attributes, undefined);
    this.#lastId += 1;
    const now = new Date('2026-01-31T12:00:00Z');
    const row: Row = {
      type: type.name,
      organization: connection.organization,
      id: `${type.name.toLowerCase()}-${this.#lastId}`,
      created: now,
      lastModified: now,
      version: 1,
      attributes,
      collections: changedCollections(new Map(), collections),
    };
    this.rows.set(row.id, row);
    return this.#stored(row, wanted);
  }

  async modify(
    connection: ScimConnection,
    type: ResourceType,
    id: string,
    change: (current: StoredResource) => Modification,
    wanted: Wanted,
  ): Promise<StoredResource | undefined> {
    const row = this.#row(connection, type, id);
    if (row === undefined) return undefined;
    const current = this.#stored(row, { includes: (name) => !type.collections.has(name) });
    const { attributes, collections } = change(current);
    const next = changedCollections(row.collections, collections);
    if (attributes !== undefined) {
      this.#checkUnique(connection, type, attributes, id);
      const kept = [...type.attributes.values()].flatMap(({ name, mutability }) => {
        const value = mutability === 'writeOnly' ? valueAt(row.attributes, name) : undefined;
        return value === undefined ? [] : [[name, value]];
      });
      row.attributes = { ...(Object.fromEntries(kept) as Complex), ...attributes };
    }
    if (attributes !== undefined || !equalCollections(next, row.collections)) {
      row.version += 1;
      row.lastModified = new Date(row.lastModified.getTime() + 1000);
    }
    row.collections = next;
    return this.#stored(row, wanted);
  }

  async delete(
    connection: ScimConnection,
    type: ResourceType,
    id: string,
    check: (current: { readonly version: string }) => void,
  ): Promise<boolean> {
    const row = this.#row(connection, type, id);
    if (row === undefined) return false;
    check({ version: String(row.version) });
    this.rows.delete(id);
    for (const { collections } of this.rows.values()) {
      for (const values of collections.values()) values.delete(id);
    }
    return true;
  }

  async me() {
    return this.myself;
  }

  #rowsOf(connection: ScimConnection, type: ResourceType): readonly Row[] {
    return [...this.rows.values()].filter(
      (row) => row.type === type.name && row.organization === connection.organization,
    );
  }

  #row(connection: ScimConnection, type: ResourceType, id: string): Row | undefined {
    return this.#rowsOf(connection, type).find((row) => row.id === id);
  }

  #stored(row: Row, wanted: Wanted): StoredResource {
    const attributes: Record<string, Value> = {};
    const streams = new Map<string, AsyncIterable<readonly Complex[]>>();
    for (const [name, value] of Object.entries(row.attributes)) {
      if (wanted.includes(name)) attributes[name] = value;
    }
    const groups = wanted.includes('groups') ? this.#groupsOf(row) : [];
    if (groups.length > 0) attributes.groups = groups;
    for (const [name, values] of row.collections) {
      if (!wanted.includes(name)) continue;
      this.collectionReads.push(`${row.id}.${name}`);
      if (this.batchSize !== undefined) streams.set(name, this.#batches(values, this.batchSize));
      else if (values.size > 0) attributes[name] = [...values.values()].map((v) => this.#member(v));
    }
    const { id, created, lastModified, version } = row;
    return { id, created, lastModified, version: String(version), attributes, streams };
  }

  async *#batches(values: ReadonlyMap<string, Complex>, size: number) {
    let batch: Complex[] = [];
    for (const value of values.values()) {
      batch.push(this.#member(value));
      if (batch.length < size) continue;
      this.batchesRead += 1;
      yield batch;
      batch = [];
    }
    yield batch;
  }

  /** The groups that a resource is in, directly. */
  #groupsOf({ id }: Row): readonly Complex[] {
    return [...this.rows.values()]
      .filter(({ collections }) => collections.get('members')?.has(id))
      .map((group) => ({
        value: group.id,
        display: String(group.attributes.displayName),
        type: 'direct',
      }));
  }

  #member(value: Complex): Complex {
    const member = this.rows.get(String(value.value));
    return member === undefined ? value : { ...value, type: member.type };
  }

  #whole(row: Row): Complex {
    const collections = [...row.collections].map(([name, values]) => [name, [...values.values()]]);
    return {
      ...row.attributes,
      ...(Object.fromEntries(collections) as Complex),
      id: row.id,
      meta: {
        created: row.created.toISOString(),
        lastModified: row.lastModified.toISOString(),
        version: `W/"${row.version}"`,
      },
    };
  }

  #checkUnique(
    connection: ScimConnection,
    type: ResourceType,
    attributes: Complex,
    self: string | undefined,
  ): void {
    for (const attribute of type.attributes.values()) {
      const value = valueAt(attributes, attribute.name);
      if (attribute.uniqueness === 'none' || typeof value !== 'string') continue;
      const taken = this.#rowsOf(connection, type).some((row) => {
        const other = valueAt(row.attributes, attribute.name);
        if (row.id === self || typeof other !== 'string') return false;
        return comparable(attribute, other) === comparable(attribute, value);
      });
      if (taken) {
        throw new ScimError(409, `Another ${type.name} has this ${attribute.name}`, {
          scimType: 'uniqueness',
        });
      }
    }
  }
}

function cursorPosition(cursor: string): number {
  if (cursor === '') return 0;
  const [, position] = /^at-(\d+)$/.exec(cursor) ?? [];
  if (position === undefined) throw badRequest('invalidCursor', 'This cursor was not made here');
  return Number(position);
}

function changedCollections(
  before: Row['collections'],
  changes: readonly CollectionChange[],
): Row['collections'] {
  const after = new Map([...before].map(([name, values]) => [name, new Map(values)]));
  for (const change of changes) {
    const values = after.get(change.collection) ?? new Map<string, Complex>();
    after.set(change.collection, values);
    if (change.kind === 'replace' || change.kind === 'clear') values.clear();
    if (change.kind === 'add' || change.kind === 'replace') {
      for (const value of change.values) {
        if (!values.has(String(value.value))) values.set(String(value.value), value);
      }
    } else if (change.kind === 'remove') for (const id of change.values) values.delete(id);
    else if (change.kind === 'removeWhere') {
      for (const [id, value] of values) if (evaluateOn(change.filter, value)) values.delete(id);
    }
  }
  return after;
}

function equalCollections(a: Row['collections'], b: Row['collections']): boolean {
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.every((name) =>
    equalValues([...(a.get(name)?.values() ?? [])], [...(b.get(name)?.values() ?? [])]),
  );
}

/** Missing values last ascending, first descending (RFC 7644 section 3.4.2.3). */
function bySort({ attribute, descending }: Sort) {
  const last = attribute.subAttribute ?? attribute.attribute;
  return (a: { resource: Complex }, b: { resource: Complex }): number => {
    const order = compareKeys(
      sortKey(attribute.steps, last, a.resource),
      sortKey(attribute.steps, last, b.resource),
    );
    return descending ? -order : order;
  };
}

function sortKey(
  steps: readonly Attribute[],
  last: Attribute,
  resource: Complex,
): Scalar | undefined {
  const owner = steps.at(-2);
  const before = owner?.multiValued ? reach(steps.slice(0, -1), resource) : undefined;
  const primary = before?.find((item) => isComplex(item) && item.primary === true) ?? before?.[0];
  const [value] =
    primary === undefined
      ? reach(steps, resource)
      : isComplex(primary)
        ? valuesAt(primary, last.name)
        : [];
  return value === undefined || isComplex(value) ? undefined : comparable(last, value);
}

function compareKeys(a: Scalar | undefined, b: Scalar | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}
