import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Rows drawn beyond each edge of what is in sight. */
const overscan = 6;
/** Before the first measurement, and above any real screen: the rows that one view draws. */
const firstGuess = 24;
const mostRows = 120;

export interface VirtualRowsOptions {
  readonly scroller: () => HTMLElement | null;
  /** pixels; every row has this height */
  readonly rowHeight: number;
}

/** Which rows of a long list are worth drawing, for rows of one height. */
export class VirtualRowsController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #scroller: () => HTMLElement | null;
  readonly #rowHeight: number;
  readonly #resize = new ResizeObserver(() => this.#measure());
  #observed: HTMLElement | null = null;
  #first = 0;
  #visible = firstGuess;

  constructor(host: ReactiveControllerHost, { scroller, rowHeight }: VirtualRowsOptions) {
    this.#host = host;
    this.#scroller = scroller;
    this.#rowHeight = rowHeight;
    host.addController(this);
  }

  /** @returns the half-open range of rows to draw, of `count` */
  range(count: number): { start: number; end: number } {
    const lastStart = Math.max(0, count - this.#visible);
    const start = Math.max(0, Math.min(this.#first, lastStart) - overscan);
    return {
      start,
      end: Math.min(count, Math.min(this.#first, lastStart) + this.#visible + overscan),
    };
  }

  /** Scrolls as little as needed for the row to be in sight. */
  reveal(index: number): void {
    const scroller = this.#scroller();
    if (!scroller) return;
    const top = index * this.#rowHeight;
    const bottom = top + this.#rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = bottom - scroller.clientHeight;
    }
    this.#measure();
  }

  hostUpdated(): void {
    const scroller = this.#scroller();
    if (scroller === this.#observed) return;
    this.#release();
    this.#observed = scroller;
    if (!scroller) return;
    scroller.addEventListener('scroll', this.#measure, { passive: true });
    this.#resize.observe(scroller);
  }

  hostDisconnected(): void {
    this.#release();
  }

  #release(): void {
    this.#observed?.removeEventListener('scroll', this.#measure);
    this.#resize.disconnect();
    this.#observed = null;
  }

  readonly #measure = (): void => {
    const scroller = this.#observed;
    if (!scroller || scroller.clientHeight === 0) return;
    const first = Math.max(0, Math.floor(scroller.scrollTop / this.#rowHeight));
    const visible = Math.min(mostRows, Math.ceil(scroller.clientHeight / this.#rowHeight) + 1);
    if (first === this.#first && visible === this.#visible) return;
    this.#first = first;
    this.#visible = visible;
    this.#host.requestUpdate();
  };
}
