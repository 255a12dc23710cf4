import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import './icon.ts';
import './input.ts';
import { iconPaths } from '../icon-paths.ts';

const drawn = (icon: Element | null) => icon?.shadowRoot?.querySelectorAll('svg path').length ?? 0;

describe('<sl-icon> of ours', () => {
  it('draws without a request', async () => {
    const fetched: unknown[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = async (input) => {
      fetched.push(input);
      return Response.error();
    };
    const icon = await fixture(html`<sl-icon name="eye" library="system"></sl-icon>`);
    await waitUntil(() => drawn(icon) === iconPaths.eye.length);
    globalThis.fetch = original;
    expect(fetched).to.deep.equal([]);
  });

  it('draws nothing, and fails at nothing, for a name that it does not know', async () => {
    for (const name of ['no-such-icon', 'toString', '__proto__']) {
      const icon = await fixture(html`<sl-icon name=${name}></sl-icon>`);
      await waitUntil(() => icon.shadowRoot?.querySelector('svg'));
      expect(drawn(icon), name).to.equal(0);
    }
  });

  it('is what Shoelace’s own elements show', async () => {
    const input = await fixture(html`<sl-input label="Name" clearable value="x"></sl-input>`);
    await waitUntil(() => drawn(input.shadowRoot?.querySelector('sl-icon') ?? null) > 0);
  });
});
