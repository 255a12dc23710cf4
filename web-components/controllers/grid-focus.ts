import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface GridFocusOptions {
  /** the element with `role="grid"`; every focusable cell in it carries `data-row` and `data-column` */
  readonly grid: () => HTMLElement | null;
  /** rows that one press of PageUp or PageDown passes */
  readonly pageSize?: number;
}

interface Cell {
  readonly row: number;
  readonly column: number;
}

/**
 * One tab stop for a whole grid, and arrows inside it (WAI-ARIA Authoring Practices, "Grid").
 * Row 0 is the header. Columns that a narrow layout hides are passed over.
 */
export class GridFocusController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #grid: () => HTMLElement | null;
  readonly #pageSize: number;
  #active: Cell = { row: 1, column: 0 };

  constructor(host: ReactiveControllerHost & Element, { grid, pageSize = 10 }: GridFocusOptions) {
    this.#host = host;
    this.#grid = grid;
    this.#pageSize = pageSize;
    host.addController(this);
  }

  tabIndex(row: number, column: number): 0 | -1 {
    return row === this.#active.row && column === this.#active.column ? 0 : -1;
  }

  /** After a page with fewer rows or columns the tab stop must still be somewhere. */
  hostUpdated(): void {
    if (this.#cells().length === 0 || this.#find(this.#active)) return;
    this.#active = this.#nearest(this.#active);
    this.#host.requestUpdate();
  }

  readonly onFocusin = (event: FocusEvent): void => {
    const cell = cellOf(event.composedPath()[0]);
    if (!cell || (cell.row === this.#active.row && cell.column === this.#active.column)) return;
    this.#active = cell;
    this.#host.requestUpdate();
  };

  readonly onKeydown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || event.isComposing) return;
    const target = this.#targetOf(event);
    if (!target) return;
    event.preventDefault();
    this.#active = target;
    this.#find(target)?.focus();
    this.#host.requestUpdate();
  };

  #targetOf({ key, ctrlKey }: KeyboardEvent): Cell | undefined {
    const { row, column } = this.#active;
    const columns = this.#columns();
    const rows = this.#rows();
    const forward = this.#host.matches(':dir(rtl)') ? 'ArrowLeft' : 'ArrowRight';
    const first = columns[0] ?? 0;
    const last = columns.at(-1) ?? 0;
    const lastRow = rows.at(-1) ?? 0;
    switch (key) {
      case 'ArrowDown':
        return { row: Math.min(lastRow, row + 1), column };
      case 'ArrowUp':
        return { row: Math.max(0, row - 1), column };
      case 'ArrowLeft':
      case 'ArrowRight': {
        const step = key === forward ? 1 : -1;
        return { row, column: columns[columns.indexOf(column) + step] ?? column };
      }
      case 'Home':
        return { row: ctrlKey ? 0 : row, column: first };
      case 'End':
        return { row: ctrlKey ? lastRow : row, column: last };
      case 'PageDown':
        return { row: Math.min(lastRow, row + this.#pageSize), column };
      case 'PageUp':
        return { row: Math.max(1, row - this.#pageSize), column };
      default:
        return undefined;
    }
  }

  #cells(): HTMLElement[] {
    return [...(this.#grid()?.querySelectorAll<HTMLElement>('[data-row]') ?? [])].filter((cell) =>
      cell.checkVisibility(),
    );
  }

  #columns(): number[] {
    return this.#cells().flatMap((cell) =>
      cell.dataset.row === '0' ? [Number(cell.dataset.column)] : [],
    );
  }

  #rows(): number[] {
    return [...new Set(this.#cells().map((cell) => Number(cell.dataset.row)))];
  }

  #find({ row, column }: Cell): HTMLElement | undefined {
    return this.#cells().find(
      (cell) => cell.dataset.row === String(row) && cell.dataset.column === String(column),
    );
  }

  #nearest({ row, column }: Cell): Cell {
    const columns = this.#columns();
    return {
      row: Math.min(row, this.#rows().at(-1) ?? 0),
      column: columns.includes(column) ? column : (columns[0] ?? 0),
    };
  }
}

function cellOf(target: EventTarget | undefined): Cell | undefined {
  if (!(target instanceof HTMLElement)) return undefined;
  const { row, column } = target.dataset;
  if (row === undefined || column === undefined) return undefined;
  return { row: Number(row), column: Number(column) };
}
