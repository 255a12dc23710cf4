import { expect, fixture, html, waitUntil } from '@open-wc/testing';

interface Answer {
  readonly refused: readonly string[];
  readonly rows: number;
}

describe('a page with a strict Content-Security-Policy and Trusted Types', () => {
  it('refuses nothing that the elements do, but a planted style attribute', async () => {
    const frame = await fixture<HTMLIFrameElement>(
      html`<iframe src=${new URL('./strict-page.html', import.meta.url).href} title="page"></iframe>`,
    );
    frame.style.cssText = 'inline-size: 1000px; block-size: 600px';
    let answer: Answer = { refused: [], rows: 0 };
    const listen = ({ data, source }: MessageEvent) => {
      if (source === frame.contentWindow) answer = data as Answer;
    };
    window.addEventListener('message', listen);
    const ask = (word: 'report' | 'plant') =>
      frame.contentWindow?.postMessage(word, location.origin);
    const until = (holds: () => boolean, otherwise: string) =>
      waitUntil(
        () => {
          ask('report');
          return holds();
        },
        otherwise,
        { timeout: 10_000, interval: 100 },
      );
    await until(() => answer.rows > 0, 'never showed members');
    ask('plant');
    await until(() => answer.refused.length > 0, 'the policy is not in force');
    window.removeEventListener('message', listen);
    expect(answer.refused).to.deep.equal(['style-src-attr: inline ']);
  });
});
