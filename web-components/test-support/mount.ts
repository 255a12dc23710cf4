import { fixture, fixtureCleanup, html, waitUntil } from '@open-wc/testing';
import type { LitElement, TemplateResult } from 'lit';
import type { FakeServer } from './fake-server.ts';

/** Lets the components talk to this server instead of the network, until `restore` is called. */
export function serve(server: FakeServer): { restore: () => void } {
  const original = globalThis.fetch;
  globalThis.fetch = server.fetch;
  return {
    restore: () => {
      fixtureCleanup(); // nobody may ask the network in its place
      globalThis.fetch = original;
    },
  };
}

/** Puts an element on the page, in a frame of a screen's size. */
export async function mount<T extends LitElement>(
  template: TemplateResult,
  { width = 1000, height = 600 }: { width?: number; height?: number } = {},
): Promise<T> {
  const frame = await fixture<HTMLElement>(html`<div>${template}</div>`);
  frame.style.cssText = `inline-size: ${width}px; block-size: ${height}px`;
  const element = frame.firstElementChild as T;
  await element.updateComplete;
  return element;
}

/** All elements in an element's shadow root that match. */
export function all<T extends Element = HTMLElement>(element: Element, selector: string): T[] {
  return [...(element.shadowRoot?.querySelectorAll<T>(selector) ?? [])];
}

/** The first one; fails the test when there is none. */
export function one<T extends Element = HTMLElement>(element: Element, selector: string): T {
  const [first] = all<T>(element, selector);
  if (!first) throw new Error(`<${element.localName}> shows no ${selector}`);
  return first;
}

/** Waits until an element's shadow root shows what matches. */
export async function shows(element: Element, selector: string): Promise<void> {
  await waitUntil(
    () => all(element, selector).length > 0,
    `<${element.localName}> never showed ${selector}`,
    { timeout: 5000 },
  );
}

export function textOf(element: Element | null | undefined): string {
  return (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}
