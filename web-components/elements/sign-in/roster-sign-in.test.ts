import { expect, html, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { FakeServer } from '../../test-support/fake-server.ts';
import { all, mount, one, serve, shows, textOf } from '../../test-support/mount.ts';
import './define.ts';
import type { RosterSignIn } from './roster-sign-in.ts';

describe('<roster-sign-in>', () => {
  let server: FakeServer;
  let restore: () => void;

  beforeEach(() => {
    server = new FakeServer({ signedIn: false });
    ({ restore } = serve(server));
  });

  afterEach(() => restore());

  const form = (template = html`<roster-sign-in></roster-sign-in>`) =>
    mount<RosterSignIn>(template);
  const field = (element: Element, name: string) => one(element, `[name="${name}"]`);
  const failure = (element: Element) => textOf(one(element, '[role="alert"]'));

  async function fill(element: RosterSignIn, values: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      field(element, name).focus();
      await sendKeys({ type: value });
    }
  }

  async function refused(element: RosterSignIn, words: string): Promise<void> {
    await sendKeys({ press: 'Enter' });
    await waitUntil(() => failure(element).includes(words), `never said "${words}"`);
  }

  it('is accessible', async () => {
    await expect(await form()).to.be.accessible();
  });

  it('is accessible in the dark, with a refusal', async () => {
    const element = await form(html`<roster-sign-in theme="dark"></roster-sign-in>`);
    await fill(element, { username: 'anna', password: 'wrong' });
    await refused(element, 'Wrong username or password');
    await expect(element).to.be.accessible();
  });

  it('signs in from the keyboard alone', async () => {
    const element = await form();
    element.focus();
    await waitUntil(() => element.shadowRoot?.activeElement === field(element, 'organization'));
    await sendKeys({ type: 'acme' });
    await sendKeys({ press: 'Tab' });
    await sendKeys({ type: ' anna.berg ' });
    await sendKeys({ press: 'Tab' });
    await sendKeys({ type: server.password });
    const event = oneEvent(element, 'roster-signed-in');
    await sendKeys({ press: 'Enter' });
    expect((await event).detail.session.member.name).to.equal('Anna Berg');
    expect(await server.requests[0]?.clone().json()).to.deep.equal({
      organization: 'acme',
      username: 'anna.berg',
      password: server.password,
    });
    await element.updateComplete;
    expect(field(element, 'password')).to.have.property('value', '');
  });

  it('does not ask for an organization that it knows, nor sends an empty one', async () => {
    const known = await form(html`<roster-sign-in organization="acme"></roster-sign-in>`);
    expect(all(known, '[name="organization"]')).to.have.length(0);
    const element = await form();
    await fill(element, { username: 'anna', password: server.password });
    const event = oneEvent(element, 'roster-signed-in');
    await sendKeys({ press: 'Enter' });
    await event;
    expect(await server.requests.at(-1)?.clone().json()).not.to.have.property('organization');
  });

  it('says what is missing before it asks the server', async () => {
    const element = await form();
    await fill(element, { username: 'anna' });
    await refused(element, 'Enter your username and password');
    expect(element.shadowRoot?.activeElement === field(element, 'password')).to.equal(true);
    expect(server.requests).to.have.length(0);
  });

  it('keeps what was typed when the credentials are wrong', async () => {
    const element = await form();
    await fill(element, { username: 'anna', password: 'wrong' });
    await refused(element, 'Wrong username or password');
    expect(field(element, 'username')).to.have.property('value', 'anna');
    await waitUntil(() => element.shadowRoot?.activeElement === field(element, 'password'));
  });

  it('counts down when there were too many attempts, and lets no one in meanwhile', async () => {
    server.failNext('/session', { status: 429, headers: { 'Retry-After': '2' } });
    const element = await form();
    await fill(element, { username: 'anna', password: server.password });
    await refused(element, 'Try again in 2 seconds');
    const button = one(element, 'sl-button') as HTMLButtonElement;
    expect(button.disabled).to.equal(true);
    await sendKeys({ press: 'Enter' });
    expect(server.requests).to.have.length(1);
    await waitUntil(() => !button.disabled, 'never ended', { timeout: 6000 });
    expect(failure(element)).to.equal('');
  });

  it('tells a lost connection and a failing server from wrong credentials', async () => {
    const element = await form();
    await fill(element, { username: 'anna', password: 'wrong' });
    server.offline = true;
    await refused(element, 'can’t be reached');
    server.offline = false;
    server.failNext('/session', { status: 500, detail: 'Out of memory' });
    await refused(element, 'Out of memory');
  });

  async function chooses(element: RosterSignIn): Promise<void> {
    await fill(element, { username: 'anna', password: server.temporaryPassword });
    await sendKeys({ press: 'Enter' });
    await shows(element, '[name="new-password"]');
    await waitUntil(() => element.shadowRoot?.activeElement === field(element, 'new-password'));
  }

  it('asks for a password of one’s own at the first sign-in', async () => {
    const element = await form();
    await chooses(element);
    await expect(element).to.be.accessible();
    await fill(element, { 'new-password': 'short', again: 'short' });
    await sendKeys({ press: 'Enter' });
    await shows(element, '[name="new-password"].refused');
    await waitUntil(() => element.shadowRoot?.activeElement === field(element, 'new-password'));
    const rest = ' was not long enough';
    await fill(element, { 'new-password': rest, again: rest });
    const event = oneEvent(element, 'roster-signed-in');
    await sendKeys({ press: 'Enter' });
    expect((await event).detail.session.member.name).to.equal('Anna Berg');
    expect(await server.requests.at(-1)?.json()).to.deep.equal({
      username: 'anna',
      password: server.temporaryPassword,
      newPassword: 'short was not long enough',
    });
    await shows(element, '[name="username"]');
  });

  it('goes back from the choice of a password', async () => {
    const element = await form();
    await chooses(element);
    one(element, '[part="back"]').click();
    await shows(element, '[name="username"]');
    expect(failure(element)).to.equal('');
  });

  it('says what to do when the password for the first sign-in has run out', async () => {
    server.failNext('/session', { status: 403, type: '/problems/password-expired' });
    const element = await form();
    await fill(element, { username: 'anna', password: 'typed long ago' });
    await refused(element, 'Ask an administrator for a link');
  });

  async function chooseOrganization(element: RosterSignIn): Promise<HTMLElement[]> {
    server.otherOrganizations.push({ slug: 'bolt', name: 'Bolt <b>', username: 'anna.bolt' });
    await fill(element, { username: 'anna', password: server.password });
    await sendKeys({ press: 'Enter' });
    await shows(element, '[part="organization"]');
    const organizations = all(element, '[part="organization"]');
    await waitUntil(() => element.shadowRoot?.activeElement === organizations[0]);
    return organizations;
  }

  it('offers the organizations of a person who is in several, and signs in where one chooses', async () => {
    const element = await form();
    const organizations = await chooseOrganization(element);
    expect(organizations.map(textOf)).to.deep.equal(['Acme anna.berg', 'Bolt <b> anna.bolt']);
    expect(failure(element)).to.equal('');
    await expect(element).to.be.accessible();
    const event = oneEvent(element, 'roster-signed-in');
    await sendKeys({ press: 'Tab' });
    await sendKeys({ press: 'Enter' });
    expect((await event).detail.session.organization.slug).to.equal('bolt');
    expect(await server.requests.at(-1)?.json()).to.deep.equal({
      organization: 'bolt',
      username: 'anna.bolt',
      password: server.password,
    });
    await shows(element, '[name="username"]');
  });

  it('is accessible in the dark, with a choice of organizations', async () => {
    const element = await form(html`<roster-sign-in theme="dark" lang="zh-CN"></roster-sign-in>`);
    await chooseOrganization(element);
    expect(textOf(one(element, 'h1'))).to.equal('选择组织');
    await expect(element).to.be.accessible();
  });

  it('goes back from the choice of an organization with what was typed', async () => {
    const element = await form();
    await chooseOrganization(element);
    one(element, '[part="back"]').click();
    await shows(element, '[name="username"]');
    expect(field(element, 'username')).to.have.property('value', 'anna');
    expect(field(element, 'password')).to.have.property('value', server.password);
    await fill(element, { organization: 'bolt' });
    const event = oneEvent(element, 'roster-signed-in');
    await sendKeys({ press: 'Enter' });
    expect((await event).detail.session.organization.slug).to.equal('bolt');
  });

  it('stays at the choice of an organization when the server is away, and asks once at a time', async () => {
    const element = await form();
    const [acme, bolt] = await chooseOrganization(element);
    server.offline = true;
    bolt?.focus();
    await sendKeys({ press: 'Enter' });
    await waitUntil(() => failure(element).includes('can’t be reached'));
    expect(element.shadowRoot?.activeElement === bolt).to.equal(true);
    server.offline = false;
    const asked = server.requests.length;
    const release = server.hold();
    bolt?.click();
    await waitUntil(() => bolt?.getAttribute('aria-busy') === 'true');
    await expect(element).to.be.accessible();
    acme?.click();
    const event = oneEvent(element, 'roster-signed-in');
    release();
    expect((await event).detail.session.organization.slug).to.equal('bolt');
    expect(server.requests).to.have.length(asked + 1);
  });

  it('goes back to the password when it has been changed before the choice', async () => {
    const element = await form();
    const [acme] = await chooseOrganization(element);
    server.failNext('/session', { status: 401, type: '/problems/invalid-credentials' });
    acme?.click();
    await waitUntil(() => failure(element).includes('Wrong username or password'));
    await waitUntil(() => element.shadowRoot?.activeElement === field(element, 'password'));
    expect(field(element, 'username')).to.have.property('value', 'anna');
  });

  it('takes the colours of the page, text on them included', async () => {
    const element = await form(html`<roster-sign-in theme="dark"></roster-sign-in>`);
    const base = one(element, 'sl-button').shadowRoot?.querySelector('[part~="base"]');
    if (!base) throw new Error('no button');
    expect(getComputedStyle(base).color).to.equal('rgb(255, 255, 255)');
    element.style.setProperty('--roster-color-accent', 'rgb(1, 2, 3)');
    element.style.setProperty('--roster-color-on-accent', 'rgb(4, 5, 6)');
    await waitUntil(() => getComputedStyle(base).backgroundColor === 'rgb(1, 2, 3)');
    await waitUntil(() => getComputedStyle(base).color === 'rgb(4, 5, 6)');
  });

  it('speaks Chinese', async () => {
    const element = await form(html`<roster-sign-in lang="zh-CN"></roster-sign-in>`);
    expect(textOf(one(element, 'h1'))).to.equal('登录');
    await shows(element, '[label="用户名"]');
  });
});
