/** A sorted set of entry ids in four bytes each; appending at the end is the cheap case. */
export class PostingList {
  #ids: Uint32Array;
  #size = 0;

  constructor(...ids: readonly number[]) {
    this.#ids = new Uint32Array(Math.max(2, ids.length));
    for (const id of ids) this.add(id);
  }

  get size(): number {
    return this.#size;
  }

  /** False if it was there already. */
  add(id: number): boolean {
    const size = this.#size;
    const at = size === 0 || (this.#ids[size - 1] as number) < id ? size : this.#indexFrom(id);
    if (at < size && this.#ids[at] === id) return false;
    if (size === this.#ids.length) {
      const grown = new Uint32Array(size < 64 ? size * 2 : size + (size >> 1));
      grown.set(this.#ids);
      this.#ids = grown;
    }
    if (at < size) this.#ids.copyWithin(at + 1, at, size);
    this.#ids[at] = id;
    this.#size = size + 1;
    return true;
  }

  /** False if it was not there. */
  delete(id: number): boolean {
    const at = this.#indexFrom(id);
    if (at >= this.#size || this.#ids[at] !== id) return false;
    this.#ids.copyWithin(at, at + 1, this.#size);
    this.#size -= 1;
    if (this.#size > 16 && this.#size * 4 < this.#ids.length) {
      this.#ids = this.#ids.slice(0, this.#size * 2);
    }
    return true;
  }

  has(id: number): boolean {
    const at = this.#indexFrom(id);
    return at < this.#size && this.#ids[at] === id;
  }

  /** The smallest id above `id`, or -1. */
  after(id: number): number {
    const at = this.#indexFrom(id + 1);
    return at < this.#size ? (this.#ids[at] as number) : -1;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.#size; index += 1) yield this.#ids[index] as number;
  }

  /** Where `id` is, or would be. */
  #indexFrom(id: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
