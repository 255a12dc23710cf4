/**
 * Must be loaded before any other Shoelace element. Shoelace fetches its icons, the system ones
 * from `data:` URLs, which a strict Content-Security-Policy refuses. This registers an `<sl-icon>`
 * that draws from our own table, without a request and without HTML parsing (Trusted Types).
 */
import SlIcon from '@shoelace-style/shoelace/dist/components/icon/icon.component.js';
import { registerIconLibrary } from '@shoelace-style/shoelace/dist/utilities/icon-library.js';
import { type IconName, iconPaths } from '../icon-paths.ts';

const scheme = 'roster-icon:';
const svgNamespace = 'http://www.w3.org/2000/svg';

/** `resolveIcon` is private in Shoelace's types; `icon.test.ts` fails should it ever change. */
type IconBase = Omit<typeof SlIcon, 'prototype'> & (new () => HTMLElement);

class BuiltInIcon extends (SlIcon as unknown as IconBase) {
  async resolveIcon(url: string): Promise<SVGElement> {
    const name = url.slice(scheme.length);
    return drawIcon(Object.hasOwn(iconPaths, name) ? iconPaths[name as IconName] : []);
  }
}

function drawIcon(paths: readonly string[]): SVGElement {
  const drawing = document.createElementNS(svgNamespace, 'svg');
  drawing.setAttribute('viewBox', '0 0 16 16');
  drawing.setAttribute('fill', 'currentColor');
  drawing.part.add('svg');
  for (const d of paths) {
    const path = document.createElementNS(svgNamespace, 'path');
    path.setAttribute('fill-rule', 'evenodd');
    path.setAttribute('d', d);
    drawing.append(path);
  }
  return drawing;
}

(BuiltInIcon as unknown as typeof SlIcon).define('sl-icon');
for (const library of ['default', 'system']) {
  registerIconLibrary(library, { resolver: (name) => scheme + name });
}
