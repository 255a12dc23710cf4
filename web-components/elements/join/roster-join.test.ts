import { expect, html, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { FakeServer } from '../../test-support/fake-server.ts';
import { all, mount, one, serve, shows, textOf } from '../../test-support/mount.ts';
import './define.ts';
import type { RosterJoin } from './roster-join.ts';

const good = 'wandering violet teapot';

describe('<roster-join>', () => {
  let server: FakeServer;
  let restore: () => void;

  beforeEach(() => {
    server = new FakeServer({ signedIn: false });
    server.links.set('good', 'open');
    ({ restore } = serve(server));
  });

  afterEach(() => {
    restore();
    history.replaceState(null, '', location.pathname + location.search);
  });

  const open = (template = html`<roster-join token="good"></roster-join>`) =>
    mount<RosterJoin>(template);
  const heading = (element: Element) => textOf(one(element, 'h1'));
  const focused = (element: Element, selector: string) =>
    waitUntil(
      () => element.shadowRoot?.activeElement === all(element, selector)[0],
      `${selector} never had the focus`,
    );

  async function invitation(template?: Parameters<typeof open>[0]): Promise<RosterJoin> {
    const element = await open(template);
    await shows(element, '[part="invitation"]');
    return element;
  }

  async function fill(element: Element, values: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      one(element, `[name="${name}"]`).focus();
      await sendKeys({ type: value });
    }
  }

  async function register(element: RosterJoin, username: string, password = good) {
    one(element, '[part="accept"]').click();
    await focused(element, '[name="username"]');
    await fill(element, { username, 'new-password': password, again: password });
    await sendKeys({ press: 'Enter' });
  }

  it('is accessible: the invitation, the forms, and what came of them', async () => {
    const element = await invitation();
    await expect(element).to.be.accessible();
    one(element, '[part="accept"]').click();
    await shows(element, '[name="new-password"]');
    await expect(element).to.be.accessible();
    one(element, '[part="switch"]').click();
    await shows(element, '[name="organization"]');
    await expect(element).to.be.accessible();
    server.links.set('dead', 'expired');
    element.token = 'dead';
    await shows(element, '[part="result"]');
    await expect(element).to.be.accessible();
  });

  it('is accessible in the dark, with a refusal', async () => {
    const element = await invitation(html`<roster-join theme="dark" token="good"></roster-join>`);
    await register(element, 'carla', 'short');
    await shows(element, '[name="new-password"].refused');
    await expect(element).to.be.accessible();
    const back = one(element, '[part="switch"]').shadowRoot?.querySelector('[part~="base"]');
    expect(getComputedStyle(back as Element).color).to.equal('rgb(174, 188, 255)');
  });

  it('says who invites, to what, until when', async () => {
    const element = await invitation();
    expect(heading(element)).to.equal('Join Acme');
    const text = textOf(one(element, '.intro'));
    expect(text).to.contain('Anna Berg invites you to Acme.');
    expect(text).to.contain('Carla Diaz');
    expect(text).to.contain('c…@diaz.example');
    expect(text).to.contain('2030');
  });

  it('takes the token from the fragment', async () => {
    history.replaceState(null, '', '#good');
    await invitation(html`<roster-join></roster-join>`);
    expect(await server.requests[0]?.json()).to.deep.equal({ token: 'good' });
  });

  it('joins with a new account, from the keyboard', async () => {
    const element = await invitation();
    const event = oneEvent(element, 'roster-joined');
    await register(element, ' carla ');
    expect((await event).detail.joined.member.username).to.equal('carla');
    expect(await server.requests.at(-1)?.json()).to.deep.equal({
      token: 'good',
      account: { kind: 'register', username: 'carla', password: good },
    });
    await focused(element, 'h1');
    expect(heading(element)).to.equal('You have joined Acme');
    expect(one(element, 'a').getAttribute('href')).to.equal('/');
  });

  it('says at the field what is wrong with it', async () => {
    const element = await invitation();
    await register(element, 'taken', good);
    await focused(element, '[name="username"].refused');
    expect(one(element, '.refused').getAttribute('help-text')).to.contain('taken');
    await fill(element, { username: '2', again: 'x' });
    await sendKeys({ press: 'Enter' });
    await focused(element, '[name="again"].refused');
    expect(server.requests).to.have.length(2);
  });

  it('says what the server has against a password', async () => {
    const element = await invitation();
    await register(element, 'carla', 'short');
    await focused(element, '[name="new-password"].refused');
    expect(one(element, '.refused').getAttribute('help-text')).to.contain('15 characters');
    expect(textOf(one(element, '[role="alert"]'))).to.equal('');
  });

  it('joins with an account that is there, called otherwise where the name is taken', async () => {
    const element = await invitation();
    one(element, '[part="accept"]').click();
    await shows(element, '[part="switch"]');
    one(element, '[part="switch"]').click();
    await focused(element, '[name="organization"]');
    await fill(element, { username: 'taken', password: 'wrong' });
    await fill(element, { organization: 'umbra' });
    server.failNext('/join/accept', { status: 401, type: '/problems/invalid-credentials' });
    await sendKeys({ press: 'Enter' });
    await waitUntil(() => textOf(one(element, '[role="alert"]')).includes('Wrong username'));
    await focused(element, '[name="password"]');
    await fill(element, { password: '!' });
    await sendKeys({ press: 'Enter' });
    await focused(element, '[name="username-here"]');
    await sendKeys({ type: 'carla.d' });
    await sendKeys({ press: 'Enter' });
    await shows(element, '[part="result"]');
    const sent = await server.requests.at(-1)?.json();
    expect(sent.username).to.equal('carla.d');
    expect(sent.account).to.include({ kind: 'sign-in', organization: 'umbra', username: 'taken' });
  });

  it('says that an account is a member already', async () => {
    const errors = [{ field: 'account', message: 'This account is a member already.' }];
    server.failNext('/join/accept', { status: 409, type: '/problems/not-unique', errors });
    const element = await invitation();
    await register(element, 'carla');
    await waitUntil(() => textOf(one(element, '[role="alert"]')).includes('is a member'));
    await focused(element, '[name="username"]');
  });

  it('declines', async () => {
    const element = await invitation();
    const event = oneEvent(element, 'roster-declined');
    one(element, '[part="decline"]').click();
    await event;
    await focused(element, 'h1');
    expect(heading(element)).to.equal('You have declined');
    expect(server.links.get('good')).to.equal('used');
  });

  const dead = {
    expired: 'This link has expired',
    replaced: 'There is a newer link',
    revoked: 'This link was withdrawn',
    used: 'This link was used already',
  } as const;
  for (const [state, words] of Object.entries(dead)) {
    it(`says that a link is dead: ${state}`, async () => {
      server.links.set('good', state as keyof typeof dead);
      const element = await open();
      await shows(element, '[part="result"]');
      expect(heading(element)).to.equal(words);
      await focused(element, 'h1');
    });
  }

  it('says that a link is not known, or that there is none', async () => {
    const element = await open(html`<roster-join token="other"></roster-join>`);
    await shows(element, '[part="result"]');
    expect(heading(element)).to.equal('This link is not known');
    const none = await open(html`<roster-join></roster-join>`);
    expect(heading(none)).to.equal('This link is not known');
    expect(server.requests).to.have.length(1);
  });

  it('notices that the link died meanwhile', async () => {
    const element = await invitation();
    server.links.set('good', 'replaced');
    await register(element, 'carla');
    await shows(element, '[part="result"]');
    expect(heading(element)).to.equal('There is a newer link');
  });

  it('offers to try again when the server is away', async () => {
    server.offline = true;
    const element = await open();
    await shows(element, '[part="retry"]');
    server.offline = false;
    one(element, '[part="retry"]').click();
    await shows(element, '[part="invitation"]');
  });

  it('speaks Chinese', async () => {
    const element = await invitation(html`<roster-join lang="zh-CN" token="good"></roster-join>`);
    expect(heading(element)).to.equal('加入 Acme');
  });
});
