/** Letters typed within this many milliseconds of each other are one word. */
const pause = 700;

/** Finds list entries by their first letters, as the WAI-ARIA patterns for trees and lists ask. */
export class TypeAhead {
  readonly #now: () => number;
  #typed = '';
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor({ now = () => performance.now() }: { now?: () => number } = {}) {
    this.#now = now;
  }

  /** whether a word has been begun, so that a space belongs to it */
  get active(): boolean {
    return this.#typed !== '' && this.#now() - this.#lastAt <= pause;
  }

  /** Another key than a letter ends the word. */
  end(): void {
    this.#typed = '';
  }

  /**
   * The same letter again and again walks through all that begin with it.
   * @returns the index of the entry to go to, or -1
   */
  find(key: string, labels: readonly string[], from: number): number {
    this.#typed = this.active ? this.#typed + key.toLocaleLowerCase() : key.toLocaleLowerCase();
    this.#lastAt = this.#now();
    const [letter = ''] = this.#typed;
    const repeated = [...this.#typed].every((typed) => typed === letter);
    const wanted = repeated ? letter : this.#typed;
    const first = repeated ? from + 1 : from;
    for (let step = 0; step < labels.length; step++) {
      const index = (first + step) % labels.length;
      if (labels[index]?.toLocaleLowerCase().startsWith(wanted)) return index;
    }
    return -1;
  }
}
