/** Work that is done a slice at a time. */
export interface SlicedWork {
  /** Works until `deadline` (performance.now) at most; false when it need not be called again. */
  run(deadline: number): boolean;
}

/** Gives each waiting work a slice in turn, and the event loop its turn between rounds. */
export class Scheduler {
  readonly #slice: number;
  readonly #round: number;
  #waiting: SlicedWork[] = [];
  readonly #known = new Set<SlicedWork>();
  #scheduled = false;

  /** Milliseconds of one work's slice, and of one round before sockets are looked at again. */
  constructor({ slice, round }: { slice: number; round: number }) {
    this.#slice = slice;
    this.#round = round;
  }

  /** Takes work up, once. */
  add(work: SlicedWork): void {
    if (this.#known.has(work)) return;
    this.#known.add(work);
    this.#waiting.push(work);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#runRound);
  }

  readonly #runRound = (): void => {
    const roundEnd = performance.now() + this.#round;
    const works = this.#waiting;
    this.#waiting = [];
    let index = 0;
    for (let now = performance.now(); index < works.length && now < roundEnd; index += 1) {
      const work = works[index] as SlicedWork;
      this.#known.delete(work);
      if (work.run(now + this.#slice) && !this.#known.has(work)) {
        this.#known.add(work);
        this.#waiting.push(work);
      }
      now = performance.now();
    }
    // Who had no turn is first in the next round.
    this.#waiting = [...works.slice(index), ...this.#waiting];
    this.#scheduled = this.#waiting.length > 0;
    if (this.#scheduled) setImmediate(this.#runRound);
  };
}
