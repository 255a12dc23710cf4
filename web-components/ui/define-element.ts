/** Registers an element once; a second copy of our bundle on the page leaves the first in place. */
export function defineElement(tag: `roster-${string}`, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}
