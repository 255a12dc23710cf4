import { css } from 'lit';

export const signInStyles = css`
  :host {
    inline-size: 100%;
    max-inline-size: 380px;
  }

  form {
    display: grid;
    gap: 18px;
  }

  h1 {
    font-size: calc(var(--_font-size) + 8px);
    font-weight: 600;
    letter-spacing: -0.015em;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }

  .intro {
    margin-block-end: 6px;
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

  sl-input::part(form-control-label) {
    display: block;
    margin-block-end: 6px;
    font-weight: 500;
  }

  sl-input::part(form-control-help-text) {
    margin-block-start: 5px;
  }

  sl-button {
    inline-size: 100%;
    margin-block-start: 4px;
  }
`;
