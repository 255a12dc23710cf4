import { expect, fixture, html } from '@open-wc/testing';
import { render } from 'lit';
import { cssProperties } from './css-properties.ts';

describe('cssProperties', () => {
  it('sets, changes and removes properties, and leaves others alone', async () => {
    const root = await fixture<HTMLElement>(html`<div></div>`);
    const draw = (properties: Record<string, string>) =>
      render(html`<p ${cssProperties(properties)}></p>`, root);
    draw({ '--_level': '2', width: '10px' });
    const paragraph = root.querySelector('p') as HTMLElement;
    paragraph.style.color = 'red';
    draw({ '--_level': '3' });
    expect(paragraph.style.getPropertyValue('--_level')).to.equal('3');
    expect(paragraph.style.width).to.equal('');
    expect(paragraph.style.color).to.equal('red');
  });
});
