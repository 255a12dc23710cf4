import { css } from 'lit';

/**
 * Shoelace's tokens, from ours: the one place where `--sl-*` is set. Only those that the loaded
 * elements read; `tokens.test.ts` fails when one is missing. Lengths are pixels, so that the root
 * font size of a host page changes nothing.
 */
export const shoelaceTokens = css`
  :host {
    --sl-color-neutral-0: var(--_surface);
    --sl-color-neutral-200: var(--_border);
    --sl-color-neutral-300: var(--_border-strong);
    --sl-color-neutral-400: color-mix(in oklab, var(--_text-muted) 60%, var(--_surface));
    --sl-color-neutral-500: var(--_text-muted);
    --sl-color-neutral-600: var(--_text-muted);
    --sl-color-neutral-700: var(--_text);
    --sl-color-primary-50: var(--_accent-soft);
    --sl-color-primary-100: color-mix(in oklab, var(--_accent) 16%, var(--_surface));
    --sl-color-primary-300: color-mix(in oklab, var(--_accent) 45%, var(--_surface));
    --sl-color-primary-400: color-mix(in oklab, var(--_accent) 70%, var(--_surface));
    --sl-color-primary-500: color-mix(in oklab, var(--_accent) 88%, var(--_text));
    --sl-color-primary-600: var(--_accent);
    --sl-color-primary-700: var(--_accent-text);
    --sl-color-danger-500: color-mix(in oklab, var(--_danger) 88%, var(--_text));
    --sl-color-danger-600: var(--_danger);
    --sl-color-danger-700: var(--_danger-text);
    --sl-color-success-500: color-mix(in oklab, var(--_success) 88%, var(--_text));
    --sl-color-success-600: var(--_success);
    --sl-color-success-700: var(--_success-text);
    --sl-color-warning-500: color-mix(in oklab, var(--_warning) 88%, var(--_text));
    --sl-color-warning-600: var(--_warning);
    --sl-color-warning-700: var(--_warning-text);

    --sl-border-radius-medium: var(--_radius);
    --sl-border-radius-circle: 50%;
    --sl-border-radius-pill: 9999px;
    --sl-spacing-3x-small: 2px;
    --sl-spacing-2x-small: 4px;
    --sl-spacing-x-small: 8px;
    --sl-spacing-small: 12px;
    --sl-spacing-medium: 16px;
    --sl-spacing-large: 20px;
    --sl-transition-x-fast: var(--_fast);
    --sl-transition-fast: var(--_fast);
    --sl-font-sans: var(--_font);
    --sl-font-weight-normal: 400;
    --sl-font-weight-semibold: 500;
    --sl-focus-ring: var(--_focus-ring);
    --sl-focus-ring-width: 2px;
    --sl-focus-ring-offset: 2px;

    --sl-button-font-size-small: var(--_font-size-small);
    --sl-button-font-size-medium: var(--_font-size);
    --sl-button-font-size-large: calc(var(--_font-size) + 1px);

    --sl-input-height-small: 32px;
    --sl-input-height-medium: 38px;
    --sl-input-height-large: 44px;
    --sl-input-background-color: var(--_surface);
    --sl-input-background-color-hover: var(--_surface);
    --sl-input-background-color-focus: var(--_surface);
    --sl-input-background-color-disabled: var(--_surface-sunken);
    --sl-input-filled-background-color: var(--_surface-sunken);
    --sl-input-filled-background-color-hover: var(--_surface-sunken);
    --sl-input-filled-background-color-focus: var(--_surface-sunken);
    --sl-input-filled-background-color-disabled: var(--_surface-sunken);
    --sl-input-border-color: var(--_border-strong);
    --sl-input-border-color-hover: var(--_text-muted);
    --sl-input-border-color-focus: var(--_accent);
    --sl-input-border-color-disabled: var(--_border);
    --sl-input-border-width: 1px;
    --sl-input-border-radius-small: var(--_radius);
    --sl-input-border-radius-medium: var(--_radius);
    --sl-input-border-radius-large: var(--_radius);
    --sl-input-color: var(--_text);
    --sl-input-color-hover: var(--_text);
    --sl-input-color-focus: var(--_text);
    --sl-input-color-disabled: var(--_text-muted);
    --sl-input-icon-color: var(--_text-muted);
    --sl-input-icon-color-hover: var(--_text);
    --sl-input-placeholder-color: var(--_text-muted);
    --sl-input-placeholder-color-disabled: var(--_text-muted);
    --sl-input-focus-ring-color: color-mix(in oklab, var(--_accent) 30%, transparent);
    --sl-input-focus-ring-offset: 0;
    --sl-input-font-family: var(--_font);
    --sl-input-font-weight: 400;
    --sl-input-letter-spacing: normal;
    --sl-input-font-size-small: var(--_font-size);
    --sl-input-font-size-medium: var(--_font-size);
    --sl-input-font-size-large: calc(var(--_font-size) + 1px);
    --sl-input-label-color: var(--_text);
    --sl-input-label-font-size-small: var(--_font-size-small);
    --sl-input-label-font-size-medium: var(--_font-size-small);
    --sl-input-label-font-size-large: var(--_font-size);
    --sl-input-help-text-color: var(--_text-muted);
    --sl-input-help-text-font-size-small: var(--_font-size-small);
    --sl-input-help-text-font-size-medium: var(--_font-size-small);
    --sl-input-help-text-font-size-large: var(--_font-size);
    --sl-input-required-content: '';
    --sl-input-required-content-color: var(--_danger-text);
    --sl-input-required-content-offset: 0;
    --sl-input-spacing-small: 10px;
    --sl-input-spacing-medium: 12px;
    --sl-input-spacing-large: 14px;
  }

  /* Shoelace takes the page's background for text on colour: dark on accent in the dark. */
  sl-button[variant='primary']::part(base) {
    color: var(--_on-accent);
  }
`;
