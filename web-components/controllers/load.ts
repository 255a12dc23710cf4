import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { asRequestError, isAbort, type RequestError } from '../data/errors.ts';

/** After so many milliseconds a wait is shown; a quicker answer shows no placeholder at all. */
export const showWaitAfter = 300;

export interface LoadOptions<T> {
  readonly onLoaded?: (value: T) => void;
  readonly onFailed?: (error: RequestError) => void;
}

/**
 * One value that is fetched, and fetched again. A new request gives up the one before; the last
 * value stays in sight while the next is on its way. Leaving the page gives up too.
 */
export class LoadController<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #options: LoadOptions<T>;
  #abort: AbortController | undefined;
  #waitTimer: ReturnType<typeof setTimeout> | undefined;
  #again: (() => Promise<void>) | undefined;
  #interrupted = false;

  value: T | undefined;
  error: RequestError | undefined;
  loading = false;
  /** loading for long enough that the reader should be told */
  waiting = false;

  constructor(host: ReactiveControllerHost, options: LoadOptions<T> = {}) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.#interrupted) void this.retry();
  }

  hostDisconnected(): void {
    this.#interrupted = this.loading;
    this.#stop();
  }

  /** Resolves when this request has ended, whatever the end; a failure is in `error`. */
  async run(request: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.#again = () => this.run(request);
    this.#interrupted = false;
    this.loading = true;
    this.#waitTimer = setTimeout(() => {
      this.waiting = true;
      this.#host.requestUpdate();
    }, showWaitAfter);
    this.#host.requestUpdate();
    try {
      const value = await request(abort.signal);
      if (abort.signal.aborted) return;
      this.value = value;
      this.error = undefined;
      this.#settle();
      this.#options.onLoaded?.(value);
    } catch (error) {
      if (abort.signal.aborted || isAbort(error)) return;
      this.error = asRequestError(error);
      this.#settle();
      this.#options.onFailed?.(this.error);
    }
  }

  /** The last request once more. */
  async retry(): Promise<void> {
    await this.#again?.();
  }

  /** Gives up what is on its way and forgets what was there. */
  clear(): void {
    this.#stop();
    this.value = undefined;
    this.error = undefined;
    this.#host.requestUpdate();
  }

  #stop(): void {
    this.#abort?.abort();
    this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#waitTimer);
    this.#abort = undefined;
    this.loading = false;
    this.waiting = false;
    this.#host.requestUpdate();
  }
}
