import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Seconds until something may be tried again, told to the host once a second. */
export class CountdownController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #endsAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get seconds(): number {
    return Math.max(0, Math.ceil((this.#endsAt - performance.now()) / 1000));
  }

  start(seconds: number): void {
    this.#endsAt = performance.now() + seconds * 1000;
    this.#tick();
  }

  hostConnected(): void {
    if (this.seconds > 0) this.#tick();
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    clearInterval(this.#timer);
    this.#host.requestUpdate();
    this.#timer = setInterval(() => {
      this.#host.requestUpdate();
      if (this.seconds === 0) clearInterval(this.#timer);
    }, 1000);
  }
}
