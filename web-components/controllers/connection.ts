import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { GetToken } from '../data/access-token.ts';
import { ApiClient } from '../data/api-client.ts';

/** What a provider, or an element with its own `base-url`, gives to all inside it. */
export interface Connection {
  readonly client: ApiClient;
  /** BCP 47; undefined: as the page says */
  readonly lang: string | undefined;
  /** slug, for the sign-in; undefined: the reader says it */
  readonly organization: string | undefined;
}

export interface ConnectionHost extends ReactiveControllerHost, HTMLElement {
  baseUrl: string | undefined;
  getToken: GetToken | undefined;
  organization: string | undefined;
}

const contextKey = Symbol.for('roster-connection');
const contextRequest = 'context-request';

type Subscriber = (connection: Connection) => void;

/** The event of the community's context protocol: the nearest source answers and stops it. */
class ConnectionRequest extends Event {
  readonly context = contextKey;
  readonly subscribe = true;
  readonly callback: (connection: Connection, unsubscribe: () => void) => void;

  constructor(callback: ConnectionRequest['callback']) {
    super(contextRequest, { bubbles: true, composed: true });
    this.callback = callback;
  }
}

/**
 * Finds the connection of an element: its own, when it has a `base-url` or a token function; else
 * that of the nearest source around it; else the page's own server. An element with its own is the
 * source for all inside it.
 */
export class ConnectionController implements ReactiveController {
  readonly #host: ConnectionHost;
  readonly #alwaysOwn: boolean;
  readonly #subscribers = new Set<Subscriber>();
  #current: Connection | undefined;
  #unsubscribe: (() => void) | undefined;
  #asked = false;
  #own: {
    baseUrl?: string | undefined;
    getToken?: GetToken | undefined;
    client: ApiClient;
  } | null = null;

  constructor(host: ConnectionHost, { alwaysOwn = false }: { alwaysOwn?: boolean } = {}) {
    this.#host = host;
    this.#alwaysOwn = alwaysOwn;
    host.addController(this);
  }

  get current(): Connection {
    const before = this.#current;
    const now = this.#resolve();
    if (before && sameConnection(before, now)) return before;
    this.#current = now;
    for (const subscriber of this.#subscribers) subscriber(now);
    return now;
  }

  hostConnected(): void {
    this.#host.addEventListener(contextRequest, this.#answer);
    void this.#awaitLateProvider();
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#host.removeEventListener(contextRequest, this.#answer);
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#asked = false;
  }

  /** Those inside hear of a changed address, token function or language. */
  hostUpdate(): void {
    void this.current;
  }

  #resolve(): Connection {
    if (!this.#host.isConnected && this.#current) return this.#current;
    if (this.#hasOwn()) {
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
      this.#asked = false;
      return {
        client: this.#ownClient(),
        lang: this.#host.lang || undefined,
        organization: this.#host.organization,
      };
    }
    this.#own = null;
    if (this.#asked && this.#current) return this.#current;
    this.#asked = true;
    return this.#request() ?? { client: pageClient(), lang: undefined, organization: undefined };
  }

  #hasOwn(): boolean {
    const { baseUrl, getToken } = this.#host;
    return this.#alwaysOwn || baseUrl !== undefined || getToken !== undefined;
  }

  #ownClient(): ApiClient {
    const { baseUrl, getToken } = this.#host;
    if (!this.#own || this.#own.baseUrl !== baseUrl || this.#own.getToken !== getToken) {
      const client = new ApiClient({
        baseUrl: baseUrl ?? '',
        getToken,
        onUnauthenticated: () => {
          if (this.#own?.client === client) this.#announceUnauthenticated();
        },
      });
      this.#own = { baseUrl, getToken, client };
    }
    return this.#own.client;
  }

  #announceUnauthenticated(): void {
    this.#host.dispatchEvent(
      new CustomEvent('roster-unauthenticated', { bubbles: true, composed: true, detail: {} }),
    );
  }

  #request(): Connection | undefined {
    let answer: Connection | undefined;
    this.#host.dispatchEvent(
      new ConnectionRequest((connection, unsubscribe) => {
        if (answer === undefined) this.#unsubscribe = unsubscribe;
        answer = connection;
        if (this.#current && !sameConnection(this.#current, connection)) {
          this.#current = connection;
          for (const subscriber of this.#subscribers) subscriber(connection);
          this.#host.requestUpdate();
        }
      }),
    );
    return answer;
  }

  readonly #answer = (event: Event): void => {
    if (!(event instanceof ConnectionRequest) || event.context !== contextKey) return;
    if (event.composedPath()[0] === this.#host || !this.#hasOwn()) return;
    event.stopPropagation();
    const { callback } = event;
    const subscriber: Subscriber = (connection) => callback(connection, unsubscribe);
    const unsubscribe = () => this.#subscribers.delete(subscriber);
    this.#subscribers.add(subscriber);
    callback(this.current, unsubscribe);
  };

  /** A provider whose script comes after ours cannot have answered yet. */
  async #awaitLateProvider(): Promise<void> {
    if (customElements.get('roster-provider') || !this.#host.closest('roster-provider')) return;
    await customElements.whenDefined('roster-provider');
    if (!this.#host.isConnected || this.#unsubscribe) return;
    this.#asked = false;
    this.#host.requestUpdate();
  }
}

function sameConnection(a: Connection, b: Connection): boolean {
  return a.client === b.client && a.lang === b.lang && a.organization === b.organization;
}

let shared: ApiClient | undefined;

function pageClient(): ApiClient {
  shared ??= new ApiClient();
  return shared;
}
