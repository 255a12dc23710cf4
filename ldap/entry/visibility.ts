import type { AttributeType } from '../schema/schema.ts';

/** What a reader may see; what is left out hides nothing. */
export interface Visibility<E> {
  /** Whether the reader may know of the entry at all. */
  readonly entry?: (entry: E) => boolean;
  /** Whether the reader may see an attribute of an entry that it may know of. */
  readonly attribute?: (entry: E, type: AttributeType) => boolean;
}

/** An attribute that is made when it is read: links, and what follows from the tree. */
export interface VirtualAttribute<E> {
  readonly type: AttributeType;
  has(entry: E, visibility: Visibility<E>): boolean;
  values(entry: E, visibility: Visibility<E>): Iterable<string>;
  /** A test for one value, by its key, where there is a cheaper way than making all values. */
  equality?(key: string): (entry: E, visibility: Visibility<E>) => boolean;
  /** A test for a chain of links that leads to the entry of this DN key. */
  chain?(key: string): (entry: E, visibility: Visibility<E>) => boolean;
}
