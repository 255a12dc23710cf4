import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { LoadController } from '../../controllers/load.ts';
import { TypeAhead } from '../../controllers/type-ahead.ts';
import { VirtualRowsController } from '../../controllers/virtual-rows.ts';
import type { ApiClient } from '../../data/api-client.ts';
import type { Department } from '../../data/types.ts';
import { cssProperties } from '../../ui/css-properties.ts';
import { failurePanel } from '../../ui/failure-panel.ts';
import { icon } from '../../ui/icon.ts';
import { panelStyles } from '../../ui/panel.styles.ts';
import { RosterElement } from '../../ui/roster-element.ts';
import { DepartmentTree, type TreeRow } from './department-tree.ts';
import { departmentsStyles, rowHeight } from './roster-departments.styles.ts';
import { type TreeCommand, treeCommand } from './tree-keyboard.ts';

/** Deeper levels are indented no further, so that names keep their room. */
const deepestIndent = 12;
const placeholderWidths = ['70%', '55%', '62%', '40%', '58%'];

/**
 * The departments of an organization as a tree: flat, virtualised, and whole to the keyboard.
 *
 * @tag roster-departments
 * @attr {string} base-url - Where the server is; without it, the provider's or the page's own.
 * @attr {string} lang - Language of the words; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours; `auto` follows the page's `color-scheme`.
 * @attr {string} selected - Id of the selected department; the root where it names none.
 * @attr {total|direct} counts - Whether a count includes the departments below.
 *
 * @prop {() => Promise<AccessToken | string>} getToken - Gives a widget token when one is needed.
 *
 * @fires {CustomEvent<{ department: Department }>} roster-department-selected - The reader chose one.
 * @fires {CustomEvent<{ departments: readonly Department[] }>} roster-departments-loaded - They are here.
 * @fires {CustomEvent<{ error: RequestError }>} roster-load-failed - They could not be loaded.
 *
 * @slot actions - Beside the heading.
 *
 * @csspart heading - The heading.
 * @csspart tree - The scrolling tree.
 * @csspart row - One department.
 *
 * @cssprop [--roster-color-accent] - Colour of what is selected.
 * @cssprop [--roster-font-size=14px] - Size of the text.
 */
export class RosterDepartments extends RosterElement {
  static override styles = [RosterElement.styles, panelStyles, departmentsStyles];

  static override properties = {
    ...RosterElement.properties,
    selected: { reflect: true },
    counts: {},
  };

  declare selected: string | undefined;
  declare counts: 'total' | 'direct';

  readonly #departments = new LoadController<readonly Department[]>(this, {
    onLoaded: (departments) => this.#receive(departments),
    onFailed: (error) => this.emit('roster-load-failed', { error }),
  });
  readonly #virtual = new VirtualRowsController(this, {
    scroller: () => this.renderRoot.querySelector<HTMLElement>('.tree'),
    rowHeight,
  });
  readonly #typeAhead = new TypeAhead();
  readonly #expanded = new Set<string>();
  #client: ApiClient | undefined;
  #tree = new DepartmentTree([]);
  #rows: readonly TreeRow[] = [];
  #active: string | undefined;
  #focusAfterUpdate = false;

  constructor() {
    super();
    this.counts = 'total';
  }

  /** Loads the tree again; what is expanded and selected stays so. */
  async reload(): Promise<void> {
    const { client } = this.connection.current;
    await this.#departments.run((signal) => client.departments({ signal }));
  }

  override focus(): void {
    this.#focusAfterUpdate = true;
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { client } = this.connection.current;
    if (client !== this.#client) {
      this.#client = client;
      this.#departments.clear();
      this.#show(new DepartmentTree([]));
      void this.reload();
    }
    if (changed.has('selected') && this.selected) this.#revealSelected();
  }

  protected override updated(): void {
    if (!this.#focusAfterUpdate) return;
    this.#focusAfterUpdate = false;
    this.renderRoot
      .querySelector<HTMLElement>('.row[tabindex="0"]')
      ?.focus({ preventScroll: true });
  }

  #receive(departments: readonly Department[]): void {
    const tree = new DepartmentTree(departments);
    if (tree.root) this.#expanded.add(tree.root.id);
    if (!this.selected || !tree.get(this.selected)) this.selected = tree.root?.id;
    if (!this.#active || !tree.get(this.#active)) this.#active = this.selected;
    this.#show(tree);
    this.#revealSelected();
    this.emit('roster-departments-loaded', { departments });
  }

  #show(tree: DepartmentTree): void {
    this.#tree = tree;
    this.#rows = tree.rows(this.#expanded);
    this.requestUpdate();
  }

  #revealSelected(): void {
    if (!this.selected || !this.#tree.get(this.selected)) return;
    for (const id of this.#tree.ancestors(this.selected)) this.#expanded.add(id);
    this.#rows = this.#tree.rows(this.#expanded);
    this.#active = this.selected;
  }

  protected override render(): TemplateResult {
    return html`
      <div class="header">
        <h2 id="heading" part="heading">${this.localize.term('departments.title')}</h2>
        <slot name="actions"></slot>
      </div>
      ${this.#renderBody()}
    `;
  }

  #renderBody(): TemplateResult | typeof nothing {
    const { value, error, waiting } = this.#departments;
    if (!value && error) {
      return failurePanel(error, {
        localize: this.localize,
        forbidden: this.localize.term('failure.forbidden.departments'),
        onRetry: () => void this.#departments.retry(),
      });
    }
    if (!value) return waiting ? this.#renderPlaceholder() : nothing;
    return this.#renderTree();
  }

  #renderPlaceholder(): TemplateResult {
    return html`<div class="placeholder" role="status">
      <span class="visually-hidden">${this.localize.term('departments.loading')}</span>
      ${placeholderWidths.map(
        (width) =>
          html`<sl-skeleton effect="sheen" ${cssProperties({ 'inline-size': width })}></sl-skeleton>`,
      )}
    </div>`;
  }

  #renderTree(): TemplateResult {
    return html`<div
      class="tree"
      part="tree"
      role="tree"
      aria-labelledby="heading"
      @keydown=${this.#onKeydown}
      @click=${this.#onClick}
      @dblclick=${this.#onDoubleClick}
    >
      <div
        class="canvas"
        role="presentation"
        ${cssProperties({ height: `${this.#rows.length * rowHeight}px` })}
      >
        ${repeat(
          this.#drawnIndexes(),
          (index) => this.#rows[index]?.department.id,
          (index) => this.#renderRow(index),
        )}
      </div>
    </div>`;
  }

  /** The rows in sight, and the active one wherever it is: focus must not leave with scrolling. */
  #drawnIndexes(): readonly number[] {
    const { start, end } = this.#virtual.range(this.#rows.length);
    const indexes = Array.from({ length: end - start }, (_, offset) => start + offset);
    const active = this.#activeIndex();
    if (active >= 0 && active < start) indexes.unshift(active);
    if (active >= end) indexes.push(active);
    return indexes;
  }

  #renderRow(index: number): TemplateResult | typeof nothing {
    const row = this.#rows[index];
    if (!row) return nothing;
    const { department, hasChildren, expanded } = row;
    const count = this.counts === 'direct' ? department.memberCount : department.totalMemberCount;
    return html`<div
      class="row"
      part="row"
      role="treeitem"
      data-id=${department.id}
      tabindex=${department.id === this.#active ? 0 : -1}
      aria-label=${this.localize.term('departments.node', department.name, count)}
      aria-level=${row.level}
      aria-setsize=${row.setSize}
      aria-posinset=${row.posInSet}
      aria-expanded=${hasChildren ? String(expanded) : nothing}
      aria-selected=${department.id === this.selected}
      ${cssProperties({
        transform: `translateY(${index * rowHeight}px)`,
        '--_level': String(Math.min(row.level, deepestIndent)),
      })}
    >
      <span class="twisty ${hasChildren ? 'openable' : ''}">
        ${hasChildren ? icon('chevron-right') : nothing}
      </span>
      <span class="name" title=${department.name}>${department.name}</span>
      <span class="count">${this.localize.number(count)}</span>
    </div>`;
  }

  #activeIndex(): number {
    return this.#rows.findIndex(({ department }) => department.id === this.#active);
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const active = this.#activeIndex();
    const spells = event.key.length === 1 && event.key !== '*';
    if (spells && (event.key !== ' ' || this.#typeAhead.active)) {
      event.preventDefault();
      const names = this.#rows.map(({ department }) => department.name);
      const found = this.#typeAhead.find(event.key, names, active);
      if (found >= 0) this.#run({ kind: 'focus', index: found });
      return;
    }
    const command = treeCommand(event.key, this.#rows, active, {
      rtl: this.matches(':dir(rtl)'),
      pageSize: this.#pageSize(),
    });
    if (!command) return;
    event.preventDefault();
    this.#typeAhead.end();
    this.#run(command);
  };

  readonly #onClick = (event: MouseEvent): void => {
    const index = this.#indexOf(event);
    const row = this.#rows[index];
    if (!row) return;
    const onTwisty = event
      .composedPath()
      .some((node) => node instanceof Element && node.classList.contains('openable'));
    if (onTwisty) this.#run({ kind: row.expanded ? 'collapse' : 'expand', index });
    else this.#run({ kind: 'select', index });
  };

  readonly #onDoubleClick = (event: MouseEvent): void => {
    const index = this.#indexOf(event);
    const row = this.#rows[index];
    if (row?.hasChildren) this.#run({ kind: row.expanded ? 'collapse' : 'expand', index });
  };

  #run({ kind, index }: TreeCommand): void {
    const row = this.#rows[index];
    if (!row) return;
    const { id } = row.department;
    this.#active = id;
    this.#focusAfterUpdate = true;
    if (kind === 'expand') this.#expanded.add(id);
    if (kind === 'collapse') this.#expanded.delete(id);
    if (kind === 'expand-siblings') this.#expandSiblings(row.department);
    if (kind !== 'focus' && kind !== 'select') this.#rows = this.#tree.rows(this.#expanded);
    if (kind === 'select') this.#select(row.department);
    this.#virtual.reveal(this.#activeIndex());
    this.requestUpdate();
  }

  #expandSiblings({ id, parentId }: Department): void {
    const siblings = parentId === null ? [id] : this.#tree.children(parentId).map((one) => one.id);
    for (const sibling of siblings) this.#expanded.add(sibling);
  }

  #select(department: Department): void {
    const again = this.selected === department.id;
    this.selected = department.id;
    if (!again) this.emit('roster-department-selected', { department });
  }

  #indexOf(event: Event): number {
    const element = event
      .composedPath()
      .find((node): node is HTMLElement => node instanceof HTMLElement && 'id' in node.dataset);
    return this.#rows.findIndex(({ department }) => department.id === element?.dataset.id);
  }

  #pageSize(): number {
    const tree = this.renderRoot.querySelector('.tree');
    return Math.max(1, Math.floor((tree?.clientHeight ?? 0) / rowHeight) - 1);
  }
}
