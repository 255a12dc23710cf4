import { gatheredIds, type IdSource } from './id-source.ts';

/** Additions that may wait unsorted, at least. */
const smallestTail = 1024;

/**
 * Numbers in order → ids, for times that mostly grow. A pair stays when its entry changes, and is
 * dropped when the index is next rebuilt: what is found is a candidate, to be looked at again.
 */
export class OrderingIndex {
  #sorted: { value: number; id: number }[] = [];
  #tail: { value: number; id: number }[] = [];
  readonly #current = new Map<number, number>();

  set(id: number, value: number): void {
    if (this.#current.get(id) === value) return;
    this.#current.set(id, value);
    const last = this.#sorted.at(-1);
    if (this.#tail.length === 0 && (last === undefined || last.value <= value)) {
      this.#sorted.push({ value, id });
      if (this.#sorted.length > 2 * this.#current.size + smallestTail) this.#rebuild();
      return;
    }
    this.#tail.push({ value, id });
    if (this.#tail.length > smallestTail + (this.#sorted.length >> 2)) this.#rebuild();
  }

  delete(id: number): void {
    this.#current.delete(id);
  }

  /** Candidates with a value of at least or at most `bound`. */
  find(op: 'greaterOrEqual' | 'lessOrEqual', bound: number): IdSource {
    const fits = (value: number) => (op === 'greaterOrEqual' ? value >= bound : value <= bound);
    const split = this.#firstAtLeast(op === 'greaterOrEqual' ? bound : bound + 1);
    const sorted =
      op === 'greaterOrEqual' ? this.#sorted.slice(split) : this.#sorted.slice(0, split);
    const ids = [...sorted, ...this.#tail]
      .filter(({ id, value }) => fits(value) && this.#current.get(id) === value)
      .map(({ id }) => id);
    return gatheredIds(ids);
  }

  #firstAtLeast(bound: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.value ?? 0) < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #rebuild(): void {
    this.#sorted = [...this.#current]
      .map(([id, value]) => ({ value, id }))
      .sort((left, right) => left.value - right.value);
    this.#tail = [];
  }
}
