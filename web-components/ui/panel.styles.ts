import { css } from 'lit';

/** A calm message in place of content: nothing here, or something went wrong. */
export const panelStyles = css`
  .panel {
    display: grid;
    justify-items: center;
    align-content: center;
    gap: 6px;
    flex: 1;
    padding: 48px 24px;
    text-align: center;
  }

  .panel .emblem {
    display: grid;
    place-items: center;
    inline-size: 48px;
    block-size: 48px;
    margin-block-end: 8px;
    border-radius: 50%;
    background: var(--_surface-sunken);
    color: var(--_text-muted);
    font-size: 20px;
  }

  .panel.failed .emblem {
    background: color-mix(in oklab, var(--_danger) 10%, var(--_surface));
    color: var(--_danger-text);
  }

  .panel h3 {
    font-size: calc(var(--_font-size) + 1px);
    font-weight: 600;
  }

  .panel p {
    max-inline-size: 42ch;
    color: var(--_text-muted);
    text-wrap: balance;
    overflow-wrap: anywhere;
  }

  .panel sl-button {
    margin-block-start: 12px;
  }
`;
