import { css } from 'lit';

/** pixels; the stylesheet and the virtualisation must agree */
export const rowHeight = 36;

export const departmentsStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    block-size: 100%;
    background: var(--_surface-sunken);
  }

  .header {
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: 56px;
    padding-inline: 20px 12px;
  }

  .header h2 {
    flex: 1;
    font-size: var(--_font-size-small);
    font-weight: 600;
    color: var(--_text-muted);
  }

  .tree {
    position: relative;
    flex: 1;
    min-block-size: 0;
    overflow: auto;
    padding-block: 0 12px;
    scrollbar-width: thin;
    scrollbar-color: var(--_border-strong) transparent;
  }

  .canvas {
    position: relative;
  }

  .row {
    position: absolute;
    inset-inline: 8px;
    inset-block-start: 0;
    block-size: ${rowHeight}px;
    padding-inline: calc((var(--_level, 1) - 1) * 16px + 4px) 12px;
    display: flex;
    align-items: center;
    gap: 6px;
    border-radius: var(--_radius);
    cursor: pointer;
    user-select: none;
  }

  .row:hover {
    background: var(--_hover);
  }

  .row[aria-selected='true'] {
    background: var(--_accent-soft);
    color: var(--_accent-text);
    font-weight: 600;
  }

  .row:focus {
    outline: none;
  }

  .row:focus-visible {
    outline: var(--_focus-ring);
    outline-offset: -2px;
  }

  .twisty {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 24px;
    block-size: 24px;
    border-radius: 6px;
    color: var(--_text-muted);
    font-size: 11px;
  }

  .twisty.openable:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .twisty svg {
    transition: rotate var(--_fast) ease;
  }

  [aria-expanded='true'] > .twisty svg {
    rotate: 90deg;
  }

  :host(:dir(rtl)) .twisty svg {
    scale: -1 1;
  }

  :host(:dir(rtl)) [aria-expanded='true'] > .twisty svg {
    rotate: 90deg;
    scale: 1;
  }

  .name {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
  }

  .count {
    flex: none;
    color: var(--_text-muted);
    font-size: var(--_font-size-small);
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }

  .row[aria-selected='true'] .count {
    color: inherit;
  }

  .placeholder {
    display: grid;
    gap: 22px;
    padding: 11px 20px;
  }

  .placeholder sl-skeleton {
    --border-radius: 6px;
    --color: var(--_border);
    --sheen-color: var(--_surface-sunken);
    block-size: 14px;
    min-block-size: 0;
  }

  .placeholder sl-skeleton::part(base) {
    min-block-size: 0;
  }

  @media (forced-colors: active) {
    .row[aria-selected='true'] {
      forced-color-adjust: none;
      background: SelectedItem;
      color: SelectedItemText;
    }
  }
`;
