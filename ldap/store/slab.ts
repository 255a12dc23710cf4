const slabBytes = 16 * 1024;

/** Hands out pieces of larger buffers, so that a small entry does not pay for a buffer of its own. */
export class Slab {
  #slab = Buffer.alloc(0);
  #used = 0;

  allocate(bytes: number): Buffer {
    if (bytes > slabBytes / 4) return Buffer.allocUnsafeSlow(bytes);
    if (this.#used + bytes > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(slabBytes);
      this.#used = 0;
    }
    this.#used += bytes;
    return this.#slab.subarray(this.#used - bytes, this.#used);
  }
}
