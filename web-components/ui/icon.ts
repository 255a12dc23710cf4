import { html, nothing, svg, type TemplateResult } from 'lit';
import { type IconName, iconPaths } from './icon-paths.ts';

/** A decorative icon, one em in size and of the text's colour. With `label` it is an image. */
export function icon(
  name: IconName,
  { label, className = 'icon' }: { label?: string; className?: string } = {},
): TemplateResult {
  return html`<svg
    class=${className}
    viewBox="0 0 16 16"
    fill="currentColor"
    width="1em"
    height="1em"
    role=${label ? 'img' : nothing}
    aria-label=${label ?? nothing}
    aria-hidden=${label ? nothing : 'true'}
  >
    ${iconPaths[name].map((d) => svg`<path fill-rule="evenodd" d=${d}></path>`)}
  </svg>`;
}
