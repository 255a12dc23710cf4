import type { Member, MemberPage, PasswordChange, Session } from '../data/types.ts';
import { type Failure, json, problem, refuseShort } from './fake-answers.ts';
import { answerLink, type FakeLink } from './fake-links.ts';
import { acme, type Directory, idsBelow, isIn } from './sample-directory.ts';

export interface FakeServerOptions {
  readonly directory?: Directory;
  readonly signedIn?: boolean;
  /** accepted bearer tokens; requests with one need no session */
  readonly tokens?: readonly string[];
}

/** The admin API over a directory in memory, as a stand-in for `fetch`. */
export class FakeServer {
  directory: Directory;
  signedIn: boolean;
  tokens: readonly string[];
  /** every request that came, in order */
  readonly requests: Request[] = [];
  /** requests that the client gave up */
  aborted = 0;
  offline = false;
  readonly password = 'correct horse battery';
  /** accepted once, to choose another */
  readonly temporaryPassword = 'typed by an administrator';
  /** invitations and reset links by their token */
  readonly links = new Map<string, FakeLink>();
  readonly #failures: [path: string, failure: Failure][] = [];
  #held: Promise<void> = Promise.resolve();

  constructor({ directory = acme(), signedIn = true, tokens = [] }: FakeServerOptions = {}) {
    this.directory = directory;
    this.signedIn = signedIn;
    this.tokens = tokens;
  }

  /** The next request to this path fails. */
  failNext(path: string, failure: Failure): void {
    this.#failures.push([path, failure]);
  }

  /** Holds all answers back until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }

  /** The searches of members so far. */
  memberQueries(): URLSearchParams[] {
    return this.requests
      .map(({ url }) => new URL(url))
      .filter(({ pathname }) => pathname === '/api/v1/members')
      .map(({ searchParams }) => searchParams);
  }

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const base = globalThis.location?.href ?? 'http://localhost/';
    const request = new Request(input instanceof Request ? input : new URL(input, base), init);
    this.requests.push(request.clone());
    await this.#wait(init.signal ?? null);
    if (this.offline) throw new TypeError('Failed to fetch');
    return this.#answer(request);
  };

  async #wait(signal: AbortSignal | null): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const giveUp = () => {
      this.aborted += 1;
      reject(new DOMException('Aborted', 'AbortError'));
    };
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp);
    try {
      await Promise.race([promise, this.#held.then(() => new Promise((done) => setTimeout(done)))]);
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/api\/v1/, '');
    const failing = this.#failures.findIndex(([failed]) => failed === path);
    if (failing >= 0) return problem(this.#failures.splice(failing, 1)[0]?.[1] ?? { status: 500 });
    if (path === '/session') return this.#session(request);
    if (path === '/session/password') return this.#changePassword(await request.json());
    if (/^\/(join|password-reset)\//.test(path)) {
      return answerLink(path, await request.json(), this.links, this.directory.organization);
    }
    if (!this.#knows(request)) return problem({ status: 401, title: 'Sign in first' });
    if (path === '/departments') return json({ departments: this.directory.departments });
    if (path === '/members') return json(this.#members(url.searchParams));
    return problem({ status: 404, title: 'Not found' });
  }

  #knows(request: Request): boolean {
    const token = request.headers.get('Authorization')?.replace(/^Bearer /, '');
    return token === undefined ? this.signedIn : this.tokens.includes(token);
  }

  async #session(request: Request): Promise<Response> {
    if (request.method !== 'GET' && request.headers.get('X-Requested-With') !== 'roster') {
      return problem({ status: 403, title: 'Not sent by a page of ours' });
    }
    if (request.method === 'DELETE') {
      this.signedIn = false;
      return new Response(null, { status: 204 });
    }
    if (request.method === 'POST') {
      const { password } = (await request.json()) as { password: string };
      if (password === this.temporaryPassword) {
        return problem({ status: 403, type: '/problems/password-change-required' });
      }
      if (password !== this.password) {
        return problem({ status: 401, type: '/problems/invalid-credentials' });
      }
      this.signedIn = true;
    }
    return this.signedIn ? json(this.#currentSession()) : problem({ status: 401 });
  }

  #changePassword({ password, newPassword }: PasswordChange): Response {
    if (password !== this.temporaryPassword) {
      return problem({ status: 401, type: '/problems/invalid-credentials' });
    }
    const refused = refuseShort(newPassword, 'newPassword');
    if (refused) return refused;
    this.signedIn = true;
    return json(this.#currentSession());
  }

  #currentSession(): Session {
    return {
      organization: this.directory.organization,
      member: { id: 'member-0', name: 'Anna Berg', username: 'anna.berg' },
      permissions: ['members:read'],
      expiresAt: '2030-01-01T00:00:00Z',
    };
  }

  #members(query: URLSearchParams): MemberPage {
    const { departments, members } = this.directory;
    const search = query.get('search')?.toLowerCase() ?? '';
    const department = query.get('department');
    const within =
      department &&
      (query.get('includeDescendants') === 'true'
        ? idsBelow(departments, department)
        : new Set([department]));
    const found = members.filter(
      (member) =>
        `${member.name} ${member.username}`.toLowerCase().includes(search) &&
        (!within || isIn(member, within)),
    );
    const status = query.get('status');
    const listed = sorted(
      found.filter((member) => !status || member.status === status),
      query.get('sort') ?? 'name',
    );
    const limit = Number(query.get('limit') ?? 50);
    const from = Number(query.get('cursor') ?? 0);
    const count = (wanted: Member['status']) => found.filter((one) => one.status === wanted).length;
    return {
      items: listed.slice(from, from + limit),
      total: listed.length,
      counts: {
        pending: count('pending'),
        enabled: count('enabled'),
        disabled: count('disabled'),
      },
      nextCursor: from + limit < listed.length ? String(from + limit) : null,
      previousCursor: from > 0 ? String(Math.max(0, from - limit)) : null,
    };
  }
}

function sorted(members: readonly Member[], sort: string): readonly Member[] {
  const key = sort.replace(/^-/, '') as 'name' | 'username' | 'createdAt';
  const direction = sort.startsWith('-') ? -1 : 1;
  return [...members].sort((a, b) => direction * (a[key] ?? '').localeCompare(b[key] ?? ''));
}
