import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { DebounceController } from '../../controllers/debounce.ts';
import { GridFocusController } from '../../controllers/grid-focus.ts';
import { type MemberFilter, MemberListController } from '../../controllers/member-list.ts';
import type { ApiClient } from '../../data/api-client.ts';
import type { Member, MemberSort, MemberSortKey, MemberStatus } from '../../data/types.ts';
import { avatarStyles } from '../../ui/avatar.ts';
import { failurePanel, failureWords } from '../../ui/failure-panel.ts';
import { icon } from '../../ui/icon.ts';
import { panelStyles } from '../../ui/panel.styles.ts';
import { RosterElement } from '../../ui/roster-element.ts';
import { searchField } from '../../ui/shoelace/fields.ts';
import { type MemberColumn, memberColumns } from './columns.ts';
import { emptyState } from './empty-state.ts';
import { memberTableStyles } from './roster-member-table.styles.ts';
import { statusFilter, statusFilterStyles } from './status-filter.ts';

const placeholderRows = 8;

/**
 * The members of an organization, or of one department: search, status filter, sort, pages.
 *
 * @tag roster-member-table
 * @attr {string} base-url - Where the server is; without it, the provider's or the page's own.
 * @attr {string} lang - Language of the words; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours; `auto` follows the page's `color-scheme`.
 * @attr {string} department - Id: only members of this department and those below it.
 * @attr {boolean} direct-only - Leaves out members of the departments below.
 * @attr {string} search - Part of a name or username.
 * @attr {pending|enabled|disabled} status - Only members of this status.
 * @attr {string} sort - `name`, `username` or `createdAt`; with `-` in front, descending.
 * @attr {number} page-size - Members on a page, 1 to 200; 50 unless set.
 *
 * @prop {() => Promise<AccessToken | string>} getToken - Gives a widget token when one is needed.
 *
 * @fires {CustomEvent<{ page: MemberPage }>} roster-members-loaded - A page is here.
 * @fires {CustomEvent<{ member: Member }>} roster-member-activated - Enter or a click on a member.
 * @fires {CustomEvent<{ error: RequestError }>} roster-load-failed - A page could not be loaded.
 *
 * @slot toolbar - After the filters.
 * @slot empty-action - Under the words of an organization without members.
 *
 * @csspart toolbar - Search and filters.
 * @csspart search - The search box.
 * @csspart status-filter - The choice of a status.
 * @csspart grid - The table.
 * @csspart row - One member.
 * @csspart message - What stands in place of an empty list.
 * @csspart pager - The page controls.
 *
 * @cssprop [--roster-color-accent] - Colour of what is selected.
 * @cssprop [--roster-font-size=14px] - Size of the text.
 */
export class RosterMemberTable extends RosterElement {
  static override styles = [
    RosterElement.styles,
    panelStyles,
    avatarStyles,
    statusFilterStyles,
    memberTableStyles,
  ];

  static override properties = {
    ...RosterElement.properties,
    department: {},
    directOnly: { type: Boolean, attribute: 'direct-only' },
    search: {},
    status: {},
    sort: {},
    pageSize: { type: Number, attribute: 'page-size' },
  };

  declare department: string | undefined;
  declare directOnly: boolean;
  declare search: string;
  declare status: MemberStatus | undefined;
  declare sort: MemberSort;
  declare pageSize: number;

  readonly #members = new MemberListController(this, {
    onLoaded: (page) => this.emit('roster-members-loaded', { page }),
    onFailed: (error) => this.emit('roster-load-failed', { error }),
  });
  readonly #searching = new DebounceController<string>(this, (search) => {
    this.search = search;
  });
  readonly #focus = new GridFocusController(this, {
    grid: () => this.renderRoot.querySelector<HTMLElement>('[role="grid"]'),
  });
  #client: ApiClient | undefined;
  /** what stands in the search box: a space at its end may be followed by a word */
  #typed = '';

  constructor() {
    super();
    this.directOnly = false;
    this.search = '';
    this.sort = 'name';
    this.pageSize = 50;
  }

  /** Loads the list again, from its first page. */
  reload(): void {
    this.#members.show(this.connection.current.client, this.#filter(), { limit: this.#limit() });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('online', this.#onOnline);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('online', this.#onOnline);
  }

  readonly #onOnline = (): void => {
    if (this.#members.error?.kind === 'offline') this.#members.retry();
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { client } = this.connection.current;
    const asked = ['department', 'directOnly', 'search', 'status', 'sort', 'pageSize'] as const;
    if (client === this.#client && !asked.some((name) => changed.has(name))) return;
    this.#client = client;
    this.reload();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.size === 0) return;
    this.renderRoot.querySelector('.body')?.scrollTo({ top: 0 });
  }

  #filter(): MemberFilter {
    const { search, status, department, sort } = this;
    return {
      sort,
      ...(search && { search }),
      ...(status && { status }),
      ...(department && { department, includeDescendants: !this.directOnly }),
    };
  }

  #limit(): number {
    return Math.max(1, Math.min(200, Math.trunc(this.pageSize) || 50));
  }

  protected override render(): TemplateResult {
    return html`<div class="layout">
      <div class="toolbar" part="toolbar">
        ${searchField({
          label: this.localize.term('members.search'),
          value: this.#typed.trim() === this.search ? this.#typed : this.search,
          lang: this.localize.lang(),
          onInput: (text) => {
            this.#typed = text;
            this.#searching.later(text.trim());
          },
          onCommit: (text) => {
            this.#typed = text;
            this.#searching.now(text.trim());
          },
        })}
        ${statusFilter({
          selected: this.status,
          counts: this.#members.error ? undefined : this.#members.page?.counts,
          localize: this.localize,
          onSelect: (status) => {
            this.status = status;
          },
        })}
        <slot name="toolbar"></slot>
      </div>
      <div class="visually-hidden" role="status">${this.#announcement()}</div>
      ${this.#renderNotice()} ${this.#renderBody()} ${this.#renderPager()}
    </div>`;
  }

  #announcement(): string {
    const { page, loading, waiting, error } = this.#members;
    if (waiting) return this.localize.term('members.loading');
    if (!page || loading || error) return '';
    return page.total === 0
      ? this.localize.term('members.no-match.title')
      : this.localize.term('count.members', page.total);
  }

  #renderBody(): TemplateResult | typeof nothing {
    const { page, error, waiting, loading } = this.#members;
    if (error && !this.#keepsPage()) {
      return failurePanel(error, {
        localize: this.localize,
        forbidden: this.localize.term('failure.forbidden.members'),
        onRetry: () => this.#members.retry(),
      });
    }
    if (!page)
      return waiting ? this.#renderGrid(this.#placeholders()) : html`<div class="body"></div>`;
    if (page.items.length === 0 && !loading) {
      return emptyState({
        filter: this.#filter(),
        localize: this.localize,
        onClearFilters: () => {
          this.#searching.now('');
          this.status = undefined;
        },
      });
    }
    return this.#renderGrid(
      html`${repeat(
        page.items,
        ({ id }) => id,
        (member, index) => this.#renderRow(member, index + 1),
      )}`,
    );
  }

  /** Turning the page failed: the one before stays in sight, for it still answers the question. */
  #keepsPage(): boolean {
    return this.#members.current && (this.#members.page?.items.length ?? 0) > 0;
  }

  #renderNotice(): TemplateResult | typeof nothing {
    const { error } = this.#members;
    if (!error || !this.#keepsPage()) return nothing;
    const { emblem, title, text, mayRetry } = failureWords(error, {
      localize: this.localize,
      forbidden: this.localize.term('failure.forbidden.members'),
    });
    return html`<div class="notice" role="alert">
      ${icon(emblem)}
      <span><strong>${title}.</strong> ${text}</span>
      ${
        mayRetry
          ? html`<sl-button size="small" part="retry" @click=${() => this.#members.retry()}>
              ${this.localize.term('action.retry')}
            </sl-button>`
          : nothing
      }
    </div>`;
  }

  #renderGrid(rows: TemplateResult): TemplateResult {
    const { page, waiting } = this.#members;
    return html`<div class="body">
      <div
        class="grid ${page && waiting ? 'stale' : ''}"
        part="grid"
        role="grid"
        aria-label=${this.localize.term('members.table')}
        aria-rowcount=${page ? page.total + 1 : -1}
        aria-busy=${waiting}
        @keydown=${this.#onKeydown}
        @focusin=${this.#focus.onFocusin}
        @click=${this.#onClick}
      >
        <div class="row head" role="row" aria-rowindex="1">
          ${memberColumns.map((column, index) => this.#renderHeader(column, index))}
        </div>
        ${rows}
      </div>
    </div>`;
  }

  #renderHeader({ key, label, sortKey }: MemberColumn, index: number): TemplateResult {
    const words = this.localize.term(label);
    if (!sortKey) {
      return html`<div
        class="cell ${key}"
        role="columnheader"
        data-row="0"
        data-column=${index}
        tabindex=${this.#focus.tabIndex(0, index)}
      >
        ${words}
      </div>`;
    }
    const order = this.#orderOf(sortKey);
    return html`<div class="cell ${key}" role="columnheader" aria-sort=${order}>
      <button
        type="button"
        class="sort"
        data-row="0"
        data-column=${index}
        tabindex=${this.#focus.tabIndex(0, index)}
        @click=${() => this.#sortBy(sortKey)}
      >
        ${words} ${icon(order === 'descending' ? 'arrow-down' : 'arrow-up')}
      </button>
    </div>`;
  }

  #renderRow(member: Member, row: number): TemplateResult {
    return html`<div
      class="row"
      part="row"
      role="row"
      data-id=${member.id}
      aria-rowindex=${this.#members.offset + row + 1}
    >
      ${memberColumns.map(
        ({ key, cell }, column) => html`<div
          class="cell ${key}"
          role="gridcell"
          data-row=${row}
          data-column=${column}
          tabindex=${this.#focus.tabIndex(row, column)}
        >
          ${cell(member, this.localize)}
        </div>`,
      )}
    </div>`;
  }

  #placeholders(): TemplateResult {
    const bar = (className: string) =>
      html`<sl-skeleton class=${className} effect="sheen"></sl-skeleton>`;
    const row = html`<div class="row placeholder" aria-hidden="true">
      ${memberColumns.map(
        ({ key }) => html`<div class="cell ${key}">
          ${key === 'name' ? bar('round') : nothing} ${bar('line')}
        </div>`,
      )}
    </div>`;
    return html`${Array.from({ length: placeholderRows }, () => row)}`;
  }

  #renderPager(): TemplateResult | typeof nothing {
    const { page, offset, loading, error } = this.#members;
    if (!page || page.items.length === 0 || (error && !this.#keepsPage())) return nothing;
    const button = (
      emblem: 'chevron-left' | 'chevron-right',
      label: string,
      go: () => void,
      on: boolean,
    ) =>
      html`<sl-button size="small" ?disabled=${!on || loading} @click=${go}>
        ${icon(emblem, { label, className: 'icon mirrored' })}
      </sl-button>`;
    return html`<div class="pager" part="pager">
      <span class="range">
        ${this.localize.term('members.page', offset + 1, offset + page.items.length, page.total)}
      </span>
      ${button('chevron-left', this.localize.term('members.previous'), () => this.#members.previous(), page.previousCursor !== null)}
      ${button('chevron-right', this.localize.term('members.next'), () => this.#members.next(), page.nextCursor !== null)}
    </div>`;
  }

  #orderOf(key: MemberSortKey): 'ascending' | 'descending' | 'none' {
    if (this.sort === key) return 'ascending';
    return this.sort === `-${key}` ? 'descending' : 'none';
  }

  #sortBy(key: MemberSortKey): void {
    this.sort = this.sort === key ? `-${key}` : key;
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && this.#activate(event)) event.preventDefault();
    else this.#focus.onKeydown(event);
  };

  readonly #onClick = (event: MouseEvent): void => {
    this.#activate(event);
  };

  #activate(event: Event): boolean {
    const row = event
      .composedPath()
      .find((node): node is HTMLElement => node instanceof HTMLElement && 'id' in node.dataset);
    const member = this.#members.page?.items.find(({ id }) => id === row?.dataset.id);
    if (member) this.emit('roster-member-activated', { member });
    return member !== undefined;
  }
}
