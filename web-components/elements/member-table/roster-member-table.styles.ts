import { css } from 'lit';

export const memberTableStyles = css`
  :host {
    block-size: 100%;
    min-block-size: 0;
  }

  .layout {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    min-block-size: 0;
    container-type: inline-size;
  }

  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 12px;
    padding: 0 24px 16px;
  }

  .search {
    flex: 1 1 240px;
    max-inline-size: 340px;
  }

  .search [slot='prefix'] {
    color: var(--_text-muted);
  }

  .search::part(form-control-label) {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .notice {
    display: flex;
    align-items: center;
    gap: 10px;
    margin: 0 24px 12px;
    padding: 8px 8px 8px 14px;
    border-radius: var(--_radius);
    background: color-mix(in oklab, var(--_danger) 9%, var(--_surface));
    color: var(--_danger-text);
  }

  .notice span {
    flex: 1;
    overflow-wrap: anywhere;
  }

  .body {
    flex: 1;
    min-block-size: 0;
    overflow: auto;
    scrollbar-width: thin;
    scrollbar-color: var(--_border-strong) transparent;
    border-block-start: 1px solid var(--_border);
  }

  .grid {
    display: grid;
    grid-template-columns:
      minmax(200px, 2.2fr) minmax(110px, 1.1fr) minmax(130px, 1.3fr) minmax(110px, 1.1fr)
      minmax(112px, max-content) minmax(110px, max-content);
    transition: opacity var(--_fast) ease;
  }

  .grid.stale {
    opacity: 0.55;
  }

  .row {
    display: grid;
    grid-column: 1 / -1;
    grid-template-columns: subgrid;
    block-size: 57px;
    padding-inline: 12px;
    border-block-end: 1px solid var(--_border);
  }

  .row:not(.head, .placeholder):hover {
    background: var(--_hover);
  }

  .row.head {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    block-size: 40px;
    background: var(--_surface);
    color: var(--_text-muted);
    font-size: var(--_font-size-small);
    font-weight: 500;
  }

  .cell {
    display: flex;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
    padding-inline: 12px;
    outline: none;
    white-space: nowrap;
  }

  .cell:focus-visible,
  .sort:focus-visible {
    outline: var(--_focus-ring);
    outline-offset: -2px;
    border-radius: 6px;
  }

  .cell.name {
    gap: 12px;
  }

  .person {
    display: grid;
    min-inline-size: 0;
    line-height: 1.35;
  }

  .text {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
  }

  .strong {
    font-weight: 500;
  }

  .muted {
    color: var(--_text-muted);
    font-size: var(--_font-size-small);
  }

  .more {
    flex: none;
    padding-inline: 6px;
    border-radius: 999px;
    background: var(--_surface-sunken);
    box-shadow: inset 0 0 0 1px var(--_border);
    color: var(--_text-muted);
    font-size: 11px;
    line-height: 18px;
  }

  time {
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }

  .sort {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    margin-inline: -6px;
    padding: 4px 6px;
    border: 0;
    border-radius: 6px;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }

  .sort:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .sort svg {
    opacity: 0;
    font-size: 11px;
  }

  .sort:hover svg,
  .sort:focus-visible svg {
    opacity: 0.6;
  }

  [aria-sort='ascending'] .sort,
  [aria-sort='descending'] .sort {
    color: var(--_text);
  }

  [aria-sort='ascending'] .sort svg,
  [aria-sort='descending'] .sort svg {
    opacity: 1;
  }

  .pill {
    --_tone: var(--_text-muted);
    display: inline-flex;
    align-items: center;
    gap: 6px;
    padding-inline: 8px 10px;
    border-radius: 999px;
    background: color-mix(in oklab, var(--_tone) 11%, var(--_surface));
    color: var(--_text-muted);
    font-size: var(--_font-size-small);
    font-weight: 500;
    line-height: 24px;
  }

  .pill::before {
    content: '';
    inline-size: 6px;
    block-size: 6px;
    border-radius: 50%;
    background: var(--_tone);
  }

  .pill.enabled {
    --_tone: var(--_success);
    color: var(--_success-text);
  }

  .pill.pending {
    --_tone: var(--_warning);
    color: var(--_warning-text);
  }

  .placeholder sl-skeleton {
    --color: var(--_border);
    --sheen-color: var(--_surface-sunken);
    --border-radius: 6px;
    inline-size: 70%;
    block-size: 12px;
    min-block-size: 0;
  }

  .placeholder sl-skeleton::part(base) {
    min-block-size: 0;
  }

  .placeholder sl-skeleton.round {
    --border-radius: 50%;
    flex: none;
    inline-size: 32px;
    block-size: 32px;
  }

  .pager {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 8px;
    min-block-size: 56px;
    padding-inline: 24px;
    border-block-start: 1px solid var(--_border);
  }

  .range {
    margin-inline-end: auto;
    unicode-bidi: plaintext;
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }

  .pager sl-button::part(label) {
    display: flex;
    align-items: center;
    padding-inline: 9px;
  }

  :host(:dir(rtl)) .mirrored {
    scale: -1 1;
  }

  @container (max-width: 880px) {
    .grid {
      grid-template-columns:
        minmax(180px, 2fr) minmax(110px, 1.2fr) minmax(100px, 1fr) minmax(112px, max-content);
    }

    .cell.username,
    .cell.created {
      display: none;
    }
  }

  @container (max-width: 640px) {
    .grid {
      grid-template-columns: minmax(0, 1fr) max-content;
    }

    .cell.departments,
    .cell.roles {
      display: none;
    }

    .toolbar {
      padding-inline: 16px;
    }

    .search {
      flex-basis: 100%;
      max-inline-size: none;
    }

    .row {
      padding-inline: 4px;
    }

    .pager {
      padding-inline: 16px;
    }
  }
`;
