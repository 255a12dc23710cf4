import type { ReactiveControllerHost } from 'lit';
import type { ApiClient } from '../data/api-client.ts';
import type { RequestError } from '../data/errors.ts';
import type { MemberPage, MemberQuery } from '../data/types.ts';
import { LoadController } from './load.ts';

/** What is listed, without the page of it. */
export type MemberFilter = Omit<MemberQuery, 'cursor' | 'limit'>;

export interface MemberListOptions {
  readonly onLoaded?: (page: MemberPage) => void;
  readonly onFailed?: (error: RequestError) => void;
}

/** A list of members, page by page. Changing what is listed goes back to its first page. */
export class MemberListController {
  readonly #load: LoadController<{ page: MemberPage; offset: number; filter: MemberFilter }>;
  #client: ApiClient | undefined;
  #filter: MemberFilter = {};
  #limit = 50;

  constructor(
    host: ReactiveControllerHost,
    { onLoaded = () => {}, onFailed = () => {} }: MemberListOptions = {},
  ) {
    this.#load = new LoadController(host, { onLoaded: ({ page }) => onLoaded(page), onFailed });
  }

  get page(): MemberPage | undefined {
    return this.#load.value?.page;
  }

  /** members on the pages before this one */
  get offset(): number {
    return this.#load.value?.offset ?? 0;
  }

  /** whether the page answers what was asked for last, and not what was asked before */
  get current(): boolean {
    return this.#load.value?.filter === this.#filter;
  }

  get error(): RequestError | undefined {
    return this.#load.error;
  }

  get loading(): boolean {
    return this.#load.loading;
  }

  get waiting(): boolean {
    return this.#load.waiting;
  }

  /** Lists from the first page. Another client (another server, another person) forgets all first. */
  show(client: ApiClient, filter: MemberFilter, { limit = 50 }: { limit?: number } = {}): void {
    if (client !== this.#client) this.#load.clear();
    this.#client = client;
    this.#filter = filter;
    this.#limit = limit;
    this.#fetch(undefined, 0);
  }

  next(): void {
    const { page, offset } = this;
    if (page?.nextCursor) this.#fetch(page.nextCursor, offset + page.items.length);
  }

  previous(): void {
    const { page, offset } = this;
    if (page?.previousCursor) this.#fetch(page.previousCursor, Math.max(0, offset - this.#limit));
  }

  /** The failed page once more; a cursor that the server no longer takes leads to the first page. */
  retry(): void {
    if (this.error?.kind === 'invalid') this.#fetch(undefined, 0);
    else void this.#load.retry();
  }

  #fetch(cursor: string | undefined, offset: number): void {
    const client = this.#client;
    if (!client) return;
    const filter = this.#filter;
    const query: MemberQuery = { ...filter, limit: this.#limit, ...(cursor && { cursor }) };
    void this.#load.run(async (signal) => ({
      page: await client.members(query, { signal }),
      offset,
      filter,
    }));
  }
}
