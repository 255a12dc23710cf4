import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { type MemberPage, type MemberStatus, memberStatuses } from '../../data/types.ts';
import type { Localization } from '../../ui/localization.ts';

export interface StatusFilterOptions {
  readonly selected: MemberStatus | undefined;
  readonly counts: MemberPage['counts'] | undefined;
  readonly localize: Localization;
  readonly onSelect: (status: MemberStatus | undefined) => void;
}

/** All, to be added, enabled, disabled: one of them, with the count of each. */
export function statusFilter({
  selected,
  counts,
  localize,
  onSelect,
}: StatusFilterOptions): TemplateResult {
  const all = counts && memberStatuses.reduce((sum, status) => sum + counts[status], 0);
  const choice = (status: MemberStatus | undefined, count: number | undefined) => html`<label>
    <input
      type="radio"
      name="status"
      value=${status ?? ''}
      .checked=${live(status === selected)}
      @change=${() => onSelect(status)}
    />
    <span class="segment">
      ${localize.term(`status.${status ?? 'all'}`)}
      ${count === undefined ? nothing : html`<span class="count">${localize.number(count)}</span>`}
    </span>
  </label>`;
  return html`<fieldset class="segments" part="status-filter">
    <legend class="visually-hidden">${localize.term('members.filter-status')}</legend>
    ${choice(undefined, all)} ${memberStatuses.map((status) => choice(status, counts?.[status]))}
  </fieldset>`;
}

export const statusFilterStyles = css`
  .segments {
    position: relative;
    display: flex;
    min-inline-size: 0;
    margin: 0;
    padding: 3px;
    border: 0;
    border-radius: var(--_radius);
    background: var(--_surface-sunken);
    box-shadow: inset 0 0 0 1px var(--_border);
    overflow-x: auto;
    scrollbar-width: none;
  }

  .segments label {
    position: relative;
    flex: none;
    cursor: pointer;
  }

  .segments input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }

  .segment {
    display: flex;
    align-items: center;
    gap: 6px;
    block-size: 32px;
    padding-inline: 12px;
    border-radius: calc(var(--_radius) - 2px);
    color: var(--_text-muted);
    font-weight: 500;
    white-space: nowrap;
    transition: background var(--_fast) ease, color var(--_fast) ease;
  }

  .segment .count {
    font-size: var(--_font-size-small);
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }

  label:hover .segment {
    color: var(--_text);
  }

  input:checked + .segment {
    background: var(--_surface);
    color: var(--_text);
    box-shadow: 0 0 0 1px var(--_border), 0 1px 2px rgb(0 0 0 / 8%);
  }

  input:focus-visible + .segment {
    outline: var(--_focus-ring);
    outline-offset: -1px;
  }

  @container (max-width: 640px) {
    .segments {
      flex: 1 1 100%;
    }

    .segments label {
      flex: 1 0 auto;
    }

    .segment {
      flex-direction: column-reverse;
      justify-content: center;
      gap: 0;
      block-size: 46px;
      padding-inline: 8px;
      font-size: var(--_font-size-small);
      line-height: 1.35;
    }

    .segment .count {
      font-size: var(--_font-size);
      font-weight: 500;
    }
  }

  @media (forced-colors: active) {
    input:checked + .segment {
      forced-color-adjust: none;
      background: SelectedItem;
      color: SelectedItemText;
    }
  }
`;
