import { type ElementPart, noChange } from 'lit';
import { Directive, directive, type PartInfo, PartType } from 'lit/directive.js';

type Properties = Readonly<Record<string, string>>;

/** Lit's own `styleMap` writes a `style` attribute on the first render: `style-src 'self'` refuses it. */
class CssProperties extends Directive {
  readonly #set = new Map<string, string>();

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new TypeError('cssProperties belongs to an element');
  }

  override update({ element }: ElementPart, [properties]: [Properties]): typeof noChange {
    const { style } = element as HTMLElement;
    for (const name of this.#set.keys()) {
      if (!(name in properties)) style.removeProperty(name);
    }
    for (const [name, value] of Object.entries(properties)) {
      if (this.#set.get(name) !== value) style.setProperty(name, value);
    }
    this.#set.clear();
    for (const [name, value] of Object.entries(properties)) this.#set.set(name, value);
    return noChange;
  }

  render(_properties: Properties): typeof noChange {
    return noChange;
  }
}

/**
 * Sets CSS properties of an element by script, which every Content-Security-Policy allows.
 *
 * @example html`<div ${cssProperties({ 'inline-size': '40px', '--_level': '2' })}></div>`
 */
export const cssProperties = directive(CssProperties);
