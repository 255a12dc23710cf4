import { gatheredIds, type IdSource } from './id-source.ts';

/** Pairs that may wait unsorted, at least. */
const smallestTail = 1024;
/** Matches that are always gathered. */
const gatherAtMost = 4096;

/**
 * Numbers in order → ids, for times that mostly grow, in twelve bytes a pair. The pair of a value
 * that changed stays until the next merge: what is found is checked against the value of now.
 */
export class OrderingIndex {
  readonly #current: (id: number) => number | undefined;
  #values = new Float64Array(smallestTail);
  #ids = new Uint32Array(smallestTail);
  #size = 0;
  /** Pairs from here on are not in order. */
  #sorted = 0;

  /** `current`: the value that an id has now; undefined where there is no such id. */
  constructor(current: (id: number) => number | undefined) {
    this.#current = current;
  }

  add(id: number, value: number): void {
    if (this.#size - this.#sorted > smallestTail + (this.#sorted >> 2)) this.#merge();
    // Values that changed leave pairs behind: before there is need for room, they are dropped.
    if (this.#size === this.#ids.length) this.#merge();
    const inOrder =
      this.#sorted === this.#size &&
      (this.#size === 0 || (this.#values[this.#size - 1] as number) <= value);
    this.#values[this.#size] = value;
    this.#ids[this.#size] = id;
    this.#size += 1;
    if (inOrder) this.#sorted = this.#size;
  }

  /**
   * Ids with a value of at least or at most `bound`; undefined where that is so many of all that
   * walking them a slice at a time serves everybody better than gathering them at once.
   */
  find(op: 'greaterOrEqual' | 'lessOrEqual', bound: number): IdSource | undefined {
    const atLeast = op === 'greaterOrEqual';
    const start = atLeast ? this.#firstAtLeast(bound) : 0;
    const end = atLeast ? this.#sorted : this.#firstAtLeast(bound + 1);
    if (end - start > gatherAtMost && (end - start) * 8 > this.#sorted) return undefined;
    const ids: number[] = [];
    const take = (index: number) => {
      const value = this.#values[index] as number;
      const id = this.#ids[index] as number;
      if ((atLeast ? value >= bound : value <= bound) && this.#current(id) === value) ids.push(id);
    };
    for (let index = start; index < end; index += 1) take(index);
    for (let index = this.#sorted; index < this.#size; index += 1) take(index);
    return gatheredIds(ids);
  }

  #firstAtLeast(bound: number): number {
    let low = 0;
    let high = this.#sorted;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#values[middle] as number) < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts all pairs that still hold in order. */
  #merge(): void {
    const order: number[] = [];
    const seen = new Set<number>();
    for (let index = this.#size - 1; index >= 0; index -= 1) {
      const id = this.#ids[index] as number;
      if (seen.has(id) || this.#current(id) !== this.#values[index]) continue;
      seen.add(id);
      order.push(index);
    }
    const { values, ids } = { values: this.#values, ids: this.#ids };
    order.sort((left, right) => (values[left] as number) - (values[right] as number));
    const capacity = Math.max(smallestTail, order.length + (order.length >> 1));
    this.#values = new Float64Array(capacity);
    this.#ids = new Uint32Array(capacity);
    order.forEach((from, to) => {
      this.#values[to] = values[from] as number;
      this.#ids[to] = ids[from] as number;
    });
    this.#size = order.length;
    this.#sorted = order.length;
  }
}
