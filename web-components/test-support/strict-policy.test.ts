import { expect, fixture, html, waitUntil } from '@open-wc/testing';

interface Answer {
  readonly refused: readonly string[];
  readonly rows: number;
}

describe('a page with a strict Content-Security-Policy and Trusted Types', () => {
  it('refuses nothing that the elements do', async () => {
    const frame = await fixture<HTMLIFrameElement>(
      html`<iframe src=${new URL('./strict-page.html', import.meta.url).href} title="page"></iframe>`,
    );
    frame.style.cssText = 'inline-size: 1000px; block-size: 600px';
    let answer: Answer = { refused: [], rows: 0 };
    const listen = ({ data, source }: MessageEvent) => {
      if (source === frame.contentWindow) answer = data as Answer;
    };
    window.addEventListener('message', listen);
    await waitUntil(
      () => {
        frame.contentWindow?.postMessage('report', location.origin);
        return answer.rows > 0;
      },
      'never showed members',
      { timeout: 10_000, interval: 100 },
    );
    window.removeEventListener('message', listen);
    expect(answer.refused).to.deep.equal([]);
  });
});
