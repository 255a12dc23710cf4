import type { ResolvedFilter } from './filter/resolved-filter.ts';
import type { Profile, Tolerance } from './profiles.ts';
import type { AttributePath } from './schemas/find-attribute.ts';
import type { ResourceType } from './schemas/resource-type.ts';
import type { Complex } from './schemas/value.ts';

/** Who asks, made anew for each request by the host's `authenticate`. */
export interface ScimConnection {
  /** The slug that may stand in the URL. */
  readonly organization: string;
  readonly profile: Profile;
  readonly scopes: ReadonlySet<'read' | 'write'>;
  /** Hears of each tolerance that a request needed, once a request, when it was not refused. */
  readonly tolerated?: (tolerance: Tolerance) => void;
}

/** A resource as storage knows it; `schemas` and `meta` are made from it. */
export interface StoredResource {
  readonly id: string;
  readonly created: Date;
  readonly lastModified: Date;
  /** Changes with every change of the resource, its collections included; becomes `W/"…"`. */
  readonly version: string;
  /** Core attributes by canonical name, extensions by URN; read-only ones included. */
  readonly attributes: Complex;
  /**
   * Collections too large to be held, by canonical name and in batches, in place of their values in
   * `attributes`. They are read once at most, while the answer is written and no faster than the client
   * takes it; a batch holds nothing open until the next is asked for, which may never be.
   */
  readonly streams?: ReadonlyMap<string, AsyncIterable<readonly Complex[]>>;
}

/** What an answer will show: what is not in it need not be loaded. */
export interface Wanted {
  /** @param name canonical name of a top-level attribute, or the URN of an extension. */
  includes(name: string): boolean;
}

/** The writable part of a resource, without its collections. */
export interface NewResource {
  readonly attributes: Complex;
  readonly collections: readonly CollectionChange[];
}

/**
 * One step on a collection; steps apply in their order. Adding what is there and removing what is not
 * succeed and change nothing, so that version and lastModified stay (RFC 7644 section 3.5.2.1).
 */
export type CollectionChange =
  | {
      readonly kind: 'add' | 'replace';
      readonly collection: string;
      readonly values: readonly Complex[];
    }
  /** Removes the values whose `value` is listed. */
  | { readonly kind: 'remove'; readonly collection: string; readonly values: readonly string[] }
  | { readonly kind: 'removeWhere'; readonly collection: string; readonly filter: ResolvedFilter }
  | { readonly kind: 'clear'; readonly collection: string };

export interface Modification {
  /**
   * The writable part as it shall be; undefined when it stays as it is. A write-only attribute stands
   * in it only when it was sent, or when the storage showed it; one that is missing keeps its value.
   */
  readonly attributes: Complex | undefined;
  readonly collections: readonly CollectionChange[];
}

export type Page =
  /** `startIndex` counts from 1; `count` 0 asks for the total only (RFC 7644 section 3.4.2.4). */
  | { readonly startIndex: number; readonly count: number }
  /** RFC 9865; the first page has an empty cursor. */
  | { readonly cursor: string; readonly count: number };

export interface Sort {
  /** A multi-valued attribute sorts by its primary value, else its first. */
  readonly attribute: AttributePath;
  readonly descending: boolean;
}

export interface Query {
  readonly filter: ResolvedFilter;
  /** Without it the order must be total and stable all the same, or pages overlap. */
  readonly sort: Sort | undefined;
  readonly page: Page;
  readonly wanted: Wanted;
}

export interface ResourcePage {
  readonly resources: readonly StoredResource[];
  readonly totalResults: number;
  /** Left out at the end only. Bound to the organization and the query by the storage. */
  readonly nextCursor?: string | undefined;
  readonly previousCursor?: string | undefined;
}

/**
 * Where resources live. What it throws as `ScimError` is told to the client, so it maps its own errors
 * (a taken name is 409 `uniqueness`); anything else is a 500 and goes to `onError`.
 *
 * A resource of another organization is one that does not exist.
 */
export interface ScimStorage<C extends ScimConnection> {
  /** Whether `list` takes cursors; left out means no. */
  readonly cursors?: boolean;
  /** @throws ScimError 400 `invalidCursor` or `expiredCursor`, where it offers cursors. */
  list(connection: C, type: ResourceType, query: Query): Promise<ResourcePage>;
  get(
    connection: C,
    type: ResourceType,
    id: string,
    wanted: Wanted,
  ): Promise<StoredResource | undefined>;
  create(
    connection: C,
    type: ResourceType,
    resource: NewResource,
    wanted: Wanted,
  ): Promise<StoredResource>;
  /**
   * Loads the resource under a lock, without its collections, asks `change` what it becomes and stores
   * that, in one transaction. `change` is pure and may throw: then nothing is stored.
   *
   * @returns the resource afterwards, or undefined when there is none.
   */
  modify(
    connection: C,
    type: ResourceType,
    id: string,
    change: (current: StoredResource) => Modification,
    wanted: Wanted,
  ): Promise<StoredResource | undefined>;
  /**
   * @param check is called with the resource under its lock and may throw: then nothing is removed.
   * @returns false when there was none.
   */
  delete(
    connection: C,
    type: ResourceType,
    id: string,
    check: (current: Pick<StoredResource, 'version'>) => void,
  ): Promise<boolean>;
  /** Whom the connection itself stands for (`/Me`, RFC 7644 section 3.11); without it, 501. */
  me?(connection: C): Promise<{ readonly type: string; readonly id: string } | undefined>;
}
