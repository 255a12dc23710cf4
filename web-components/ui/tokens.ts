import { css } from 'lit';

/**
 * The theme. A host page sets `--roster-*`; elements read only the `--_*` names made from them here.
 * Both colour schemes stand side by side: `light-dark()` follows the CSS property `color-scheme`,
 * so an element without `theme` looks as the page around it does.
 */
export const tokens = css`
  :host {
    --_surface: var(--roster-color-surface, light-dark(#ffffff, #16191f));
    --_surface-sunken: var(--roster-color-surface-sunken, light-dark(#f6f7f9, #101216));
    --_text: var(--roster-color-text, light-dark(#1a1f2b, #e7eaf0));
    --_text-muted: var(--roster-color-text-muted, light-dark(#5a6372, #9ba5b5));
    --_border: var(--roster-color-border, light-dark(#e3e6eb, #2a2f39));
    --_border-strong: var(--roster-color-border-strong, light-dark(#c4cad4, #434b59));
    --_accent: var(--roster-color-accent, light-dark(#3d56c9, #4c67e0));
    --_on-accent: var(--roster-color-on-accent, #ffffff);
    --_accent-text: var(--roster-color-accent-text, light-dark(#3048b4, #aebcff));
    --_accent-soft: color-mix(in oklab, var(--_accent) 10%, var(--_surface));
    --_hover: color-mix(in oklab, var(--_text) 5%, transparent);
    --_danger: var(--roster-color-danger, light-dark(#b42332, #e5606d));
    --_danger-text: var(--roster-color-danger-text, light-dark(#9d1c2a, #ff9aa4));
    --_success: var(--roster-color-success, light-dark(#1f8a55, #3fbf7f));
    --_success-text: var(--roster-color-success-text, light-dark(#12633b, #7fdcab));
    --_warning: var(--roster-color-warning, light-dark(#c27a06, #e0a33c));
    --_warning-text: var(--roster-color-warning-text, light-dark(#7d4c00, #f2c777));
    --_radius: var(--roster-radius, 8px);
    --_font: var(
      --roster-font-family,
      system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Helvetica Neue',
      'Noto Sans',
      'PingFang SC',
      'Microsoft YaHei',
      'Noto Sans CJK SC',
      Arial,
      sans-serif
    );
    --_font-size: var(--roster-font-size, 14px);
    --_font-size-small: calc(var(--_font-size) - 1.5px);
    --_focus-ring: 2px solid var(--_accent-text);
    --_fast: 120ms;
  }

  @media (prefers-reduced-motion: reduce) {
    :host {
      --_fast: 0ms;
    }
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
    color-scheme: dark;
  }
`;
