/** A token from the host page. Without `expiresAt` it is used until the server refuses it. */
export interface AccessToken {
  readonly token: string;
  /** ISO 8601, a Date, or milliseconds since the epoch */
  readonly expiresAt?: string | Date | number;
}

/** Asks the host page for a widget token, which its back end mints. */
export type GetToken = () => Promise<AccessToken | string>;

const refreshBefore = 30_000; // milliseconds

interface Held {
  readonly token: string;
  readonly refreshAt: number;
}

/**
 * Keeps a token in memory only, and asks for the next one 30 s before it ends. Requests that need a
 * token at the same moment share one question to the host page.
 */
export class TokenSource {
  readonly #getToken: GetToken;
  readonly #now: () => number;
  #held: Held | undefined;
  #asking: Promise<Held> | undefined;

  constructor(getToken: GetToken, { now = Date.now }: { now?: () => number } = {}) {
    this.#getToken = getToken;
    this.#now = now;
  }

  async current(): Promise<string> {
    if (this.#held && this.#now() < this.#held.refreshAt) return this.#held.token;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    this.#held = await this.#asking;
    return this.#held.token;
  }

  /** Forgets `refused`, unless a newer token has already taken its place. */
  discard(refused: string): void {
    if (this.#held?.token === refused) this.#held = undefined;
  }

  async #ask(): Promise<Held> {
    const answer = await this.#getToken();
    const { token, expiresAt } =
      typeof answer === 'string' ? { token: answer, expiresAt: undefined } : answer;
    if (typeof token !== 'string' || token === '') throw new TypeError('getToken gave no token');
    const end = expiresAt === undefined ? Number.POSITIVE_INFINITY : new Date(expiresAt).getTime();
    if (Number.isNaN(end)) throw new TypeError('getToken gave an expiresAt that is not a date');
    return { token, refreshAt: end - refreshBefore };
  }
}
