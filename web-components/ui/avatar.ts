import { css, html, type TemplateResult } from 'lit';
import { cssProperties } from './css-properties.ts';
import { hueOf, initials } from './initials.ts';

/** A person's initials in a circle; decorative, the name stands beside it. */
export function avatar(name: string): TemplateResult {
  return html`<span
    class="avatar"
    aria-hidden="true"
    ${cssProperties({ '--_hue': String(hueOf(name)) })}
    >${initials(name)}</span
  >`;
}

export const avatarStyles = css`
  .avatar {
    display: inline-grid;
    place-items: center;
    flex: none;
    inline-size: 32px;
    block-size: 32px;
    border-radius: 50%;
    background: light-dark(oklch(0.93 0.035 var(--_hue)), oklch(0.33 0.05 var(--_hue)));
    color: light-dark(oklch(0.42 0.1 var(--_hue)), oklch(0.88 0.06 var(--_hue)));
    font-size: 12px;
    font-weight: 600;
    letter-spacing: 0.01em;
    user-select: none;
  }
`;
