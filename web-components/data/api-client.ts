import { type GetToken, TokenSource } from './access-token.ts';
import { isAbort, NetworkError, ProblemError, RequestError } from './errors.ts';
import { readProblem } from './problem-response.ts';
import type {
  Credentials,
  Department,
  Join,
  JoinAcceptance,
  Joined,
  MemberPage,
  MemberQuery,
  OwnOrganization,
  PasswordChange,
  PasswordReset,
  Session,
} from './types.ts';

export interface ApiClientOptions {
  /** origin and path in front of `/api/v1`; empty for the page's own server */
  readonly baseUrl?: string;
  /** with it requests carry a bearer token and no cookie; without it, the session cookie */
  readonly getToken?: GetToken | undefined;
  readonly fetch?: typeof globalThis.fetch;
  /** called when the server no longer knows who asks, after one try with a fresh token */
  readonly onUnauthenticated?: () => void;
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** whether a 401 means that a session ended: not so for the sign-in itself */
  readonly sessionExpected?: boolean;
}

/**
 * The only way to the server. Every method rejects with a `RequestError`
 * (`ProblemError` when the server answered, `NetworkError` when it did not), or `AbortError`.
 *
 * @example
 * const client = new ApiClient({ baseUrl: 'https://directory.example' });
 * const page = await client.members({ search: 'anna', limit: 50 }, { signal });
 */
export class ApiClient {
  readonly #base: string;
  readonly #tokens: TokenSource | undefined;
  readonly #fetch: typeof globalThis.fetch;
  readonly #onUnauthenticated: () => void;

  constructor({
    baseUrl = '',
    getToken,
    fetch = (input, init) => globalThis.fetch(input, init),
    onUnauthenticated = () => {},
  }: ApiClientOptions = {}) {
    this.#base = `${baseUrl.replace(/\/+$/, '')}/api/v1`;
    this.#tokens = getToken && new TokenSource(getToken);
    this.#fetch = fetch;
    this.#onUnauthenticated = onUnauthenticated;
  }

  /** @returns who is signed in, or null */
  async session({ signal }: { signal?: AbortSignal } = {}): Promise<Session | null> {
    try {
      return await this.#json<Session>('/session', { signal, sessionExpected: false });
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) return null;
      throw error;
    }
  }

  /** Sets the session cookie. Wrong credentials: kind `credentials`; too many tries: `throttled`. */
  async signIn(
    credentials: Credentials,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Session> {
    return this.#json<Session>('/session', question(credentials, signal));
  }

  /** Signs in with the new password. The present one may be for the first sign-in only. */
  async changePassword(
    change: PasswordChange,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Session> {
    return this.#json<Session>('/session/password', question(change, signal));
  }

  /** Those that the person with the session may go on in, the present one among them. */
  async ownOrganizations({
    signal,
  }: {
    signal?: AbortSignal;
  } = {}): Promise<readonly OwnOrganization[]> {
    const { items } = await this.#json<{ items: readonly OwnOrganization[] }>('/me/organizations', {
      signal,
    });
    return items;
  }

  /** Another session, in another organization of the same person, takes the place of the present one. */
  async switchOrganization(
    organization: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Session> {
    return this.#json<Session>('/session/organization', {
      method: 'POST',
      body: { organization },
      signal,
    });
  }

  async signOut(): Promise<void> {
    await this.#request('/session', { method: 'DELETE', sessionExpected: false });
  }

  /** What an invitation is for. A dead link: `isProblem(error, 'link-used')` and its like. */
  async lookUpInvitation(token: string, { signal }: { signal?: AbortSignal } = {}): Promise<Join> {
    return this.#json<Join>('/join/lookup', question({ token }, signal));
  }

  async acceptInvitation(
    acceptance: JoinAcceptance,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Joined> {
    return this.#json<Joined>('/join/accept', question(acceptance, signal));
  }

  async declineInvitation(token: string, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#request('/join/decline', question({ token }, signal));
  }

  /** Whose password a reset link sets. */
  async lookUpPasswordReset(
    token: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<PasswordReset> {
    return this.#json<PasswordReset>('/password-reset/lookup', question({ token }, signal));
  }

  async completePasswordReset(
    completion: { token: string; password: string },
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.#request('/password-reset/complete', question(completion, signal));
  }

  /** All departments in display order: depth first, the root first. */
  async departments({ signal }: { signal?: AbortSignal } = {}): Promise<readonly Department[]> {
    const { departments } = await this.#json<{ departments: readonly Department[] }>(
      '/departments',
      { signal },
    );
    return departments;
  }

  async members(
    query: MemberQuery = {},
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<MemberPage> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== '') parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return this.#json<MemberPage>(text ? `/members?${text}` : '/members', { signal });
  }

  async #json<T>(path: string, options: RequestOptions): Promise<T> {
    const response = await this.#request(path, options);
    try {
      return (await response.json()) as T;
    } catch (error) {
      if (isAbort(error)) throw error;
      throw new RequestError('server', 'The answer could not be read', { cause: error });
    }
  }

  async #request(path: string, options: RequestOptions): Promise<Response> {
    const token = await this.#token();
    let response = await this.#send(path, options, token);
    if (response.status === 401 && this.#tokens && token !== undefined) {
      this.#tokens.discard(token);
      response = await this.#send(path, options, await this.#token());
    }
    if (response.ok) return response;
    const error = await readProblem(response);
    if (error.kind === 'unauthenticated' && (options.sessionExpected ?? true)) {
      this.#onUnauthenticated();
    }
    throw error;
  }

  async #token(): Promise<string | undefined> {
    try {
      return await this.#tokens?.current();
    } catch (error) {
      this.#onUnauthenticated();
      throw new RequestError('unauthenticated', 'The page gave no access token', { cause: error });
    }
  }

  async #send(path: string, options: RequestOptions, token?: string): Promise<Response> {
    const { method = 'GET', body, signal } = options;
    const headers = new Headers({ Accept: 'application/json, application/problem+json' });
    if (body !== undefined) headers.set('Content-Type', 'application/json');
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    else if (method !== 'GET') headers.set('X-Requested-With', 'roster');
    try {
      return await this.#fetch(this.#base + path, {
        method,
        headers,
        credentials: token === undefined ? 'same-origin' : 'omit',
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (isAbort(error) || signal?.aborted) throw new DOMException('Given up', 'AbortError');
      throw new NetworkError(error);
    }
  }
}

/** A request of somebody who has no session yet. */
function question(body: unknown, signal: AbortSignal | undefined): RequestOptions {
  return { method: 'POST', body, signal, sessionExpected: false };
}
