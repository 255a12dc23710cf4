import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface SplitOptions {
  /** all in pixels of the first pane */
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

/** Pixels that one press of an arrow moves the divider; with Shift, ten times as many. */
const step = 8;

/** The width of the first of two panes: dragged, or moved with the keyboard (APG, "Window Splitter"). */
export class SplitController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #initial: number;
  #drag: { pointer: number; x: number; size: number } | undefined;

  readonly min: number;
  readonly max: number;
  size: number;

  constructor(host: ReactiveControllerHost & Element, { initial, min, max }: SplitOptions) {
    this.#host = host;
    this.#initial = initial;
    this.size = initial;
    this.min = min;
    this.max = max;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#drag = undefined;
  }

  readonly onPointerdown = (event: PointerEvent): void => {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#drag = { pointer: event.pointerId, x: event.clientX, size: this.size };
  };

  readonly onPointermove = (event: PointerEvent): void => {
    if (this.#drag?.pointer !== event.pointerId) return;
    this.#resize(this.#drag.size + (event.clientX - this.#drag.x) * this.#direction());
  };

  readonly onPointerup = (event: PointerEvent): void => {
    if (this.#drag?.pointer === event.pointerId) this.#drag = undefined;
  };

  readonly onDoubleClick = (): void => this.#resize(this.#initial);

  readonly onKeydown = (event: KeyboardEvent): void => {
    const size = this.#sizeAfter(event.key, event.shiftKey ? step * 10 : step);
    if (size === undefined) return;
    event.preventDefault();
    this.#resize(size);
  };

  #sizeAfter(key: string, by: number): number | undefined {
    switch (key) {
      case 'ArrowRight':
        return this.size + by * this.#direction();
      case 'ArrowLeft':
        return this.size - by * this.#direction();
      case 'Home':
        return this.min;
      case 'End':
        return this.max;
      default:
        return undefined;
    }
  }

  #direction(): 1 | -1 {
    return this.#host.matches(':dir(rtl)') ? -1 : 1;
  }

  #resize(size: number): void {
    this.size = Math.round(Math.max(this.min, Math.min(this.max, size)));
    this.#host.requestUpdate();
  }
}
