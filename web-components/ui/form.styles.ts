import { css } from 'lit';

/** A short form of one column, and what stands in its place when it is done. */
export const formStyles = css`
  :host {
    inline-size: 100%;
    max-inline-size: 380px;
  }

  form,
  .choice,
  .invitation,
  .result {
    display: grid;
    gap: 18px;
  }

  h1 {
    font-size: calc(var(--_font-size) + 8px);
    font-weight: 600;
    letter-spacing: -0.015em;
    line-height: 1.25;
    overflow-wrap: anywhere;
    outline: none;
  }

  .intro {
    margin-block-end: 6px;
  }

  .intro p,
  .result p {
    margin-block-start: 6px;
    color: var(--_text-muted);
    overflow-wrap: anywhere;
  }

  .failure {
    display: flex;
    gap: 10px;
    margin-block-start: 14px;
    padding: 10px 14px;
    border-radius: var(--_radius);
    background: color-mix(in oklab, var(--_danger) 9%, var(--_surface));
    color: var(--_danger-text);
  }

  .failure svg {
    margin-block-start: 3px;
  }

  .failure span {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  .result a {
    justify-self: start;
    color: var(--_accent-text);
    font-weight: 500;
  }

  .result a:focus-visible {
    outline: var(--_focus-ring);
    outline-offset: 2px;
    border-radius: 2px;
  }

  .result .emblem {
    display: grid;
    place-items: center;
    inline-size: 44px;
    block-size: 44px;
    border-radius: 50%;
    background: color-mix(in oklab, var(--_success) 12%, var(--_surface));
    color: var(--_success-text);
    font-size: 20px;
  }

  .result.failed .emblem {
    background: color-mix(in oklab, var(--_danger) 10%, var(--_surface));
    color: var(--_danger-text);
  }

  sl-input::part(form-control-label) {
    display: block;
    margin-block-end: 6px;
    font-weight: 500;
  }

  sl-input::part(form-control-help-text) {
    margin-block-start: 5px;
  }

  sl-input.refused::part(form-control-help-text) {
    color: var(--_danger-text);
  }

  sl-button[variant='text']::part(base) {
    color: var(--_accent-text);
  }

  sl-button {
    inline-size: 100%;
    margin-block-start: 4px;
  }
`;
