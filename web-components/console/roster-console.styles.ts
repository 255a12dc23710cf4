import { css } from 'lit';

export const consoleStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    min-block-size: 0;
    background: var(--_surface-sunken);
  }

  .bar {
    display: flex;
    align-items: center;
    gap: 12px;
    flex: none;
    block-size: 56px;
    padding-inline: 20px;
    background: var(--_surface);
    border-block-end: 1px solid var(--_border);
  }

  .mark {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 30px;
    block-size: 30px;
    border-radius: 9px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 16px;
  }

  .organization {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
    font-size: calc(var(--_font-size) + 1px);
    font-weight: 600;
  }

  .organization.several {
    overflow: visible;
  }

  .organization select {
    max-inline-size: 100%;
    margin-inline-start: -8px;
    padding: 4px 8px;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background: transparent;
    color: inherit;
    font: inherit;
    text-overflow: ellipsis;
    cursor: pointer;
  }

  .organization select:hover {
    border-color: var(--_border);
  }

  .organization select:focus-visible {
    outline: var(--_focus-ring);
    outline-offset: 1px;
  }

  .organization option {
    background: var(--_surface);
    color: var(--_text);
  }

  .organization .refusal {
    color: var(--_danger-text);
    font-size: var(--_font-size-small);
    font-weight: 400;
  }

  .account {
    display: flex;
    align-items: center;
    gap: 10px;
    min-inline-size: 0;
  }

  .who {
    display: grid;
    min-inline-size: 0;
    line-height: 1.3;
  }

  .who span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
  }

  .who .username {
    color: var(--_text-muted);
    font-size: var(--_font-size-small);
  }

  main {
    flex: 1;
    min-block-size: 0;
    outline: none;
  }

  main.centred {
    display: grid;
    place-items: center;
    padding: 24px 16px;
    overflow: auto;
  }

  .card {
    display: grid;
    gap: 24px;
    inline-size: 100%;
    max-inline-size: 420px;
    padding: 36px 36px 40px;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 2);
    background: var(--_surface);
    box-shadow: 0 1px 2px rgb(0 0 0 / 4%), 0 12px 32px rgb(0 0 0 / 6%);
  }

  .brand {
    display: flex;
    align-items: center;
    gap: 10px;
    font-weight: 600;
  }

  @media (max-width: 600px) {
    .bar {
      padding-inline: 16px;
    }

    .who {
      display: none;
    }

    .card {
      padding: 28px 24px 32px;
    }
  }
`;
