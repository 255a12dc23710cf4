import { html, nothing, type TemplateResult } from 'lit';
import { SplitController } from '../../controllers/split.ts';
import type { Department } from '../../data/types.ts';
import { cssProperties } from '../../ui/css-properties.ts';
import type { RosterEvents } from '../../ui/events.ts';
import { icon } from '../../ui/icon.ts';
import { RosterElement } from '../../ui/roster-element.ts';
import { membersStyles } from './roster-members.styles.ts';

/**
 * The whole member page: departments on one side, their members on the other.
 * It fills the height of what it stands in.
 *
 * @tag roster-members
 * @attr {string} base-url - Where the server is; without it, the provider's or the page's own.
 * @attr {string} lang - Language of the words; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours; `auto` follows the page's `color-scheme`.
 * @attr {string} department - Id of the department in sight; the root where it names none.
 *
 * @prop {() => Promise<AccessToken | string>} getToken - Gives a widget token when one is needed.
 *
 * @fires {CustomEvent<{ department: Department }>} roster-department-selected - The reader chose one.
 * @fires {CustomEvent<{ departments: readonly Department[] }>} roster-departments-loaded - They are here.
 * @fires {CustomEvent<{ page: MemberPage }>} roster-members-loaded - A page of members is here.
 * @fires {CustomEvent<{ member: Member }>} roster-member-activated - Enter or a click on a member.
 * @fires {CustomEvent<{ error: RequestError }>} roster-load-failed - Something could not be loaded.
 *
 * @slot actions - At the end of the heading.
 * @slot department-actions - Beside the heading of the tree.
 *
 * @csspart side - The pane of departments.
 * @csspart divider - Between the panes.
 * @csspart main - The pane of members.
 * @csspart title - The name of the department in sight.
 * @csspart toolbar - Search and filters.
 * @csspart grid - The table.
 * @csspart row - One member.
 * @csspart pager - The page controls.
 *
 * @cssprop [--roster-color-accent] - Colour of what is selected.
 * @cssprop [--roster-color-surface] - Background.
 * @cssprop [--roster-font-size=14px] - Size of the text.
 */
export class RosterMembers extends RosterElement {
  static override styles = [RosterElement.styles, membersStyles];

  static override properties = {
    ...RosterElement.properties,
    department: { reflect: true },
    _departments: { state: true },
    _directOnly: { state: true },
    _choosing: { state: true },
  };

  declare department: string | undefined;
  declare private _departments: readonly Department[];
  declare private _directOnly: boolean;
  declare private _choosing: boolean;

  readonly #split = new SplitController(this, { initial: 280, min: 200, max: 480 });

  constructor() {
    super();
    this._departments = [];
    this._directOnly = false;
    this._choosing = false;
  }

  /** Loads the tree and the list again. */
  async reload(): Promise<void> {
    this.renderRoot.querySelector('roster-member-table')?.reload();
    await this.renderRoot.querySelector('roster-departments')?.reload();
  }

  protected override render(): TemplateResult {
    const current = this.#current();
    return html`<div class="frame">
      <div class="panes" ${cssProperties({ '--_tree-size': `${this.#split.size}px` })}>
        ${this.#renderChooser(current)}
        <div id="side" class="side ${this._choosing ? 'open' : ''}" part="side">
          <roster-departments
            lang=${this.localize.lang()}
            theme=${this.theme}
            .selected=${this.department}
            .counts=${this._directOnly ? 'direct' : 'total'}
            @roster-departments-loaded=${this.#onDepartments}
            @roster-department-selected=${this.#onSelected}
          >
            <slot name="department-actions" slot="actions"></slot>
          </roster-departments>
        </div>
        ${this.#renderDivider()}
        <div class="main" part="main">
          ${this.#renderHeading(current)}
          <roster-member-table
            exportparts="toolbar, search, status-filter, grid, row, pager"
            lang=${this.localize.lang()}
            theme=${this.theme}
            .department=${this.#filteredDepartment(current)}
            .directOnly=${this._directOnly}
          ></roster-member-table>
        </div>
      </div>
    </div>`;
  }

  /** On a narrow page the tree is folded away behind the name of what is in sight. */
  #renderChooser(current: Department | undefined): TemplateResult {
    return html`<button
      type="button"
      class="chooser"
      aria-expanded=${this._choosing}
      aria-controls="side"
      @click=${() => {
        this._choosing = !this._choosing;
      }}
    >
      ${icon('diagram-3')}
      <span class="visually-hidden">${this.localize.term('departments.choose')}</span>
      <span class="label">${current?.name ?? this.localize.term('departments.title')}</span>
      ${icon('chevron-down', { className: 'icon caret' })}
    </button>`;
  }

  #renderDivider(): TemplateResult {
    return html`<div
      class="divider"
      part="divider"
      role="separator"
      tabindex="0"
      aria-orientation="vertical"
      aria-controls="side"
      aria-label=${this.localize.term('departments.resize')}
      aria-valuemin=${this.#split.min}
      aria-valuemax=${this.#split.max}
      aria-valuenow=${this.#split.size}
      @keydown=${this.#split.onKeydown}
      @pointerdown=${this.#split.onPointerdown}
      @pointermove=${this.#split.onPointermove}
      @pointerup=${this.#split.onPointerup}
      @pointercancel=${this.#split.onPointerup}
      @dblclick=${this.#split.onDoubleClick}
    ></div>`;
  }

  #renderHeading(current: Department | undefined): TemplateResult {
    const count = this._directOnly ? current?.memberCount : current?.totalMemberCount;
    return html`<div class="heading">
      <div class="title" part="title">
        <h1 title=${current?.name ?? nothing}>
          ${current?.name ?? this.localize.term('members.table')}
        </h1>
        ${
          count === undefined
            ? nothing
            : html`<span class="total">${this.localize.term('count.members', count)}</span>`
        }
      </div>
      ${this.#hasChildren(current) ? this.#renderScope() : nothing}
      <slot name="actions"></slot>
    </div>`;
  }

  #renderScope(): TemplateResult {
    return html`<label class="scope">
      <input
        type="checkbox"
        .checked=${!this._directOnly}
        @change=${(event: Event) => {
          this._directOnly = !(event.currentTarget as HTMLInputElement).checked;
        }}
      />
      ${this.localize.term('members.include-descendants')}
    </label>`;
  }

  #current(): Department | undefined {
    return (
      this._departments.find(({ id }) => id === this.department) ??
      this._departments.find(({ parentId }) => parentId === null)
    );
  }

  #hasChildren(department: Department | undefined): boolean {
    return this._departments.some(({ parentId }) => parentId === department?.id);
  }

  /** The root with all below it is everybody: no filter, and no search through the tree. */
  #filteredDepartment(current: Department | undefined): string | undefined {
    if (!current) return this.department;
    return current.parentId === null && !this._directOnly ? undefined : current.id;
  }

  readonly #onDepartments = (
    event: CustomEvent<RosterEvents['roster-departments-loaded']>,
  ): void => {
    this._departments = event.detail.departments;
  };

  readonly #onSelected = (event: CustomEvent<RosterEvents['roster-department-selected']>): void => {
    this.department = event.detail.department.id;
    if (!this._choosing) return;
    this._choosing = false;
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>('.chooser')?.focus(); // the tree is out of sight
    });
  };
}
