import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Calls `action` once typing has rested for `wait` milliseconds; never after the host has left. */
export class DebounceController<Value> implements ReactiveController {
  readonly #action: (value: Value) => void;
  readonly #wait: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, action: (value: Value) => void, { wait = 200 } = {}) {
    this.#action = action;
    this.#wait = wait;
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  later(value: Value): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#action(value), this.#wait);
  }

  now(value: Value): void {
    clearTimeout(this.#timer);
    this.#action(value);
  }
}
