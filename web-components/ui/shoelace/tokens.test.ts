import { expect } from '@open-wc/testing';
import type { CSSResultGroup } from 'lit';
import './button.ts';
import './input.ts';
import './skeleton.ts';
import { shoelaceTokens } from './tokens.ts';

const cssText = (styles: CSSResultGroup | undefined): string =>
  Array.isArray(styles)
    ? styles.map(cssText).join('\n')
    : ((styles as { cssText?: string })?.cssText ?? '');

describe('Shoelace’s tokens', () => {
  before(() => {
    document.createElement('sl-button'); // registers what it is made of
  });

  for (const tag of ['sl-button', 'sl-icon', 'sl-input', 'sl-skeleton', 'sl-spinner']) {
    it(`are all set that <${tag}> reads`, () => {
      const element = customElements.get(tag) as unknown as { styles: CSSResultGroup };
      const read = [...cssText(element.styles).matchAll(/var\((--sl-[\w-]+)/g)].map(
        ([, name]) => name,
      );
      const missing = read.filter((name) => !shoelaceTokens.cssText.includes(`${name}:`));
      expect([...new Set(missing)]).to.deep.equal([]);
    });
  }
});
