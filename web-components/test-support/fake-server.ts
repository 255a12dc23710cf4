import type {
  Credentials,
  Member,
  MemberPage,
  OwnOrganization,
  PasswordChange,
  Session,
} from '../data/types.ts';
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
  /** where the person is, besides the organization of the directory: by the username there */
  readonly otherOrganizations: { slug: string; name: string; username: string }[] = [];
  /** invitations and reset links by their token */
  readonly links = new Map<string, FakeLink>();
  #username = 'anna.berg';
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
    if (path === '/session/organization') return this.#switch(await request.json());
    if (path === '/session/password') return this.#changePassword(await request.json());
    if (/^\/(join|password-reset)\//.test(path)) {
      return answerLink(path, await request.json(), this.links, this.directory.organization);
    }
    if (!this.#knows(request)) return problem({ status: 401, title: 'Sign in first' });
    if (path === '/me/organizations') return json({ items: this.#ownOrganizations() });
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
      const { organization, password } = (await request.json()) as Credentials;
      if (password === this.temporaryPassword) {
        return problem({ status: 403, type: '/problems/password-change-required' });
      }
      if (password !== this.password) {
        return problem({ status: 401, type: '/problems/invalid-credentials' });
      }
      if (organization === undefined && this.otherOrganizations.length > 0) {
        const organizations = this.#ownOrganizations();
        return problem({ status: 409, type: '/problems/choose-organization', organizations });
      }
      if (organization !== undefined) this.#enter(organization);
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

  #ownOrganizations(): OwnOrganization[] {
    const { slug, name } = this.directory.organization;
    const { username } = this.#currentSession().member;
    return [
      { slug, name, username, current: true },
      ...this.otherOrganizations.map((one) => ({ ...one, current: false })),
    ].sort((a, b) => a.name.localeCompare(b.name));
  }

  #enter(slug: string): boolean {
    const other = this.otherOrganizations.findIndex((one) => one.slug === slug);
    const found = this.otherOrganizations[other];
    if (!found) return false;
    const { organization } = this.directory;
    const { username } = this.#currentSession().member;
    this.otherOrganizations[other] = { ...organization, username: username ?? '' };
    this.directory = {
      ...this.directory,
      organization: { ...organization, slug, name: found.name },
    };
    this.#username = found.username;
    return true;
  }

  #switch({ organization }: { organization: string }): Response {
    return this.#enter(organization) ? json(this.#currentSession()) : problem({ status: 404 });
  }

  #currentSession(): Session {
    return {
      organization: this.directory.organization,
      member: { id: 'member-0', name: 'Anna Berg', username: this.#username },
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
