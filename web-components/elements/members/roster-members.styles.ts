import { css } from 'lit';

export const membersStyles = css`
  :host {
    block-size: 100%;
    min-block-size: 0;
  }

  .frame {
    block-size: 100%;
    min-block-size: 0;
    container-type: inline-size;
  }

  .panes {
    display: grid;
    grid-template-columns: var(--_tree-size, 280px) 0 minmax(0, 1fr);
    block-size: 100%;
    min-block-size: 0;
  }

  .side {
    min-inline-size: 0;
    min-block-size: 0;
    overflow: hidden;
  }

  .divider {
    position: relative;
    z-index: 2;
    touch-action: none;
    cursor: col-resize;
    outline: none;
  }

  .divider::before {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline: -5px;
  }

  .divider::after {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-start: -1px;
    inline-size: 1px;
    background: var(--_border);
    transition: background var(--_fast) ease;
  }

  .divider:hover::after,
  .divider:active::after,
  .divider:focus-visible::after {
    inset-inline-start: -2px;
    inline-size: 3px;
    background: var(--_accent);
  }

  .main {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    min-block-size: 0;
  }

  .heading {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
    min-block-size: 72px;
    padding: 12px 24px;
  }

  .title {
    display: flex;
    align-items: baseline;
    gap: 10px;
    flex: 1;
    min-inline-size: 0;
  }

  .title h1 {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
    font-size: calc(var(--_font-size) + 6px);
    font-weight: 600;
    letter-spacing: -0.01em;
    line-height: 1.3;
  }

  .title .total {
    flex: none;
    color: var(--_text-muted);
    unicode-bidi: plaintext;
  }

  .scope {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-block-size: 32px;
    color: var(--_text-muted);
    cursor: pointer;
  }

  .scope:hover {
    color: var(--_text);
  }

  .scope input {
    inline-size: 16px;
    block-size: 16px;
    margin: 0;
    accent-color: var(--_accent);
    cursor: inherit;
  }

  .scope input:focus-visible {
    outline: var(--_focus-ring);
    outline-offset: 2px;
  }

  roster-member-table {
    flex: 1;
  }

  .chooser {
    display: none;
  }

  @container (max-width: 760px) {
    .panes {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: auto auto minmax(0, 1fr);
    }

    .divider {
      display: none;
    }

    .chooser {
      display: flex;
      align-items: center;
      gap: 10px;
      inline-size: 100%;
      min-block-size: 48px;
      padding-inline: 16px;
      border: 0;
      border-block-end: 1px solid var(--_border);
      background: var(--_surface-sunken);
      color: inherit;
      font: inherit;
      font-weight: 500;
      text-align: start;
      cursor: pointer;
    }

    .chooser:focus-visible {
      outline: var(--_focus-ring);
      outline-offset: -2px;
    }

    .chooser .label {
      flex: 1;
      min-inline-size: 0;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .chooser svg {
      color: var(--_text-muted);
    }

    .chooser[aria-expanded='true'] .caret {
      rotate: 180deg;
    }

    .side {
      display: none;
    }

    .side.open {
      display: block;
      block-size: min(48vh, 400px);
      border-block-end: 1px solid var(--_border);
    }

    .heading {
      min-block-size: 52px;
      padding: 8px 16px;
    }

    .title h1 {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      clip-path: inset(50%);
    }
  }
`;
