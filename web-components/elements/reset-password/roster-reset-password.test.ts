import { expect, html, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { FakeServer } from '../../test-support/fake-server.ts';
import { all, mount, one, serve, shows, textOf } from '../../test-support/mount.ts';
import './define.ts';
import type { RosterResetPassword } from './roster-reset-password.ts';

const good = 'wandering violet teapot';

describe('<roster-reset-password>', () => {
  let server: FakeServer;
  let restore: () => void;

  beforeEach(() => {
    server = new FakeServer({ signedIn: false });
    server.links.set('good', 'open');
    ({ restore } = serve(server));
  });

  afterEach(() => restore());

  const heading = (element: Element) => textOf(one(element, 'h1'));
  const focused = (element: Element, selector: string) =>
    waitUntil(
      () => element.shadowRoot?.activeElement === all(element, selector)[0],
      `${selector} never had the focus`,
    );

  async function open(
    template = html`<roster-reset-password token="good"></roster-reset-password>`,
  ): Promise<RosterResetPassword> {
    const element = await mount<RosterResetPassword>(template);
    await shows(element, 'h1');
    return element;
  }

  async function choose(element: Element, password: string, again = password): Promise<void> {
    one(element, '[name="new-password"]').focus();
    await sendKeys({ type: password });
    one(element, '[name="again"]').focus();
    await sendKeys({ type: again });
    await sendKeys({ press: 'Enter' });
  }

  it('is accessible', async () => {
    await expect(await open()).to.be.accessible();
  });

  it('is accessible in the dark, with a refusal', async () => {
    const element = await open(
      html`<roster-reset-password theme="dark" token="good"></roster-reset-password>`,
    );
    await choose(element, good, 'another');
    await shows(element, '.refused');
    await expect(element).to.be.accessible();
  });

  it('says for whom, until when', async () => {
    const text = textOf(one(await open(), '.intro'));
    expect(text).to.contain('For Carla Diaz (carla) in Acme.');
    expect(text).to.contain('2030');
  });

  it('sets the password once, from the keyboard', async () => {
    const element = await open();
    element.focus();
    await focused(element, '[name="new-password"]');
    const event = oneEvent(element, 'roster-password-set');
    await choose(element, good);
    await event;
    expect(await server.requests.at(-1)?.json()).to.deep.equal({ token: 'good', password: good });
    await focused(element, 'h1');
    expect(heading(element)).to.equal('Your password is set');
    expect(one(element, 'a').getAttribute('href')).to.equal('/');
    expect(server.links.get('good')).to.equal('used');
  });

  it('asks nothing of the server until the two are the same', async () => {
    const element = await open();
    await choose(element, good, 'another');
    await focused(element, '[name="again"].refused');
    expect(server.requests).to.have.length(1);
  });

  it('says what the server has against a password', async () => {
    const element = await open();
    await choose(element, 'short');
    await focused(element, '[name="new-password"].refused');
    expect(one(element, '.refused').getAttribute('help-text')).to.contain('15 characters');
  });

  it('says that the link was used, also when that happened meanwhile', async () => {
    const element = await open();
    server.links.set('good', 'used');
    await choose(element, good);
    await shows(element, '[part="result"]');
    expect(heading(element)).to.equal('This link was used already');
    const again = await open();
    expect(heading(again)).to.equal('This link was used already');
    await focused(again, 'h1');
  });

  it('says what else stops it', async () => {
    const element = await open();
    server.offline = true;
    await choose(element, good);
    await waitUntil(() => textOf(one(element, '[role="alert"]')).includes('can’t be reached'));
    server.offline = false;
    server.failNext('/password-reset/complete', { status: 429, headers: { 'Retry-After': '9' } });
    await sendKeys({ press: 'Enter' });
    await waitUntil(() => textOf(one(element, '[role="alert"]')).includes('9 seconds'));
  });

  it('speaks Chinese', async () => {
    const element = await open(
      html`<roster-reset-password lang="zh-CN" token="good"></roster-reset-password>`,
    );
    expect(heading(element)).to.equal('设置新密码');
  });
});
