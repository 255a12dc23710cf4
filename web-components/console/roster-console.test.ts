import { expect, html, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import '../define.ts';
import { FakeServer } from '../test-support/fake-server.ts';
import { all, mount, one, serve, shows, textOf } from '../test-support/mount.ts';
import { defineElement } from '../ui/define-element.ts';
import { RosterConsole } from './roster-console.ts';

defineElement('roster-console', RosterConsole);

describe('<roster-console>', () => {
  let server: FakeServer;
  let restore: () => void;

  beforeEach(() => {
    server = new FakeServer();
    ({ restore } = serve(server));
  });

  afterEach(() => restore());

  const open = () => mount<RosterConsole>(html`<roster-console></roster-console>`);

  it('is accessible, signed in and signed out', async () => {
    const element = await open();
    await shows(element, 'roster-members');
    await shows(one(one(element, 'roster-members'), 'roster-member-table'), '.row[data-id]');
    await expect(element).to.be.accessible();
    one(element, '.sign-out').click();
    await shows(element, 'roster-sign-in');
    await expect(element).to.be.accessible();
  });

  it('shows the organization and who is signed in', async () => {
    const element = await open();
    await shows(element, 'header');
    expect(textOf(one(element, '.organization'))).to.equal('Acme');
    expect(textOf(one(element, '.who'))).to.equal('Anna Berg anna.berg');
  });

  it('asks to sign in, and opens the members then', async () => {
    server.signedIn = false;
    const element = await open();
    await shows(element, 'roster-sign-in');
    server.signedIn = true;
    const session = await (await server.fetch('/api/v1/session')).json();
    one(element, 'roster-sign-in').dispatchEvent(
      new CustomEvent('roster-signed-in', { detail: { session } }),
    );
    await shows(element, 'roster-members');
    expect(element.shadowRoot?.activeElement?.localName).to.equal('main');
  });

  it('lets a person who is in several organizations go on in another', async () => {
    server.otherOrganizations.push({ slug: 'bolt', name: 'Bolt', username: 'anna.bolt' });
    const element = await open();
    await shows(element, 'header select');
    const members = one(element, 'roster-members');
    await shows(one(members, 'roster-member-table'), '.row[data-id]');
    const select = one<HTMLSelectElement>(element, 'header select');
    expect([...select.options].map(textOf)).to.deep.equal(['Acme', 'Bolt']);
    expect(select.value).to.equal('acme');
    await expect(element).to.be.accessible();
    select.focus();
    await sendKeys({ press: 'ArrowDown' });
    await waitUntil(() => textOf(one(element, '.who')) === 'Anna Berg anna.bolt');
    expect(select.value).to.equal('bolt');
    expect(one(element, 'roster-members') === members).to.equal(false);
  });

  it('stays where it is, and says why, when the switch is refused', async () => {
    server.otherOrganizations.push({ slug: 'bolt', name: 'Bolt', username: 'anna.bolt' });
    const element = await open();
    await shows(element, 'header select');
    const members = one(element, 'roster-members');
    server.failNext('/session/organization', { status: 404, detail: 'There is none' });
    const select = one<HTMLSelectElement>(element, 'header select');
    select.value = 'bolt';
    select.dispatchEvent(new Event('change'));
    await waitUntil(() => textOf(one(element, '.refusal')).includes('There is none'));
    expect(select.value).to.equal('acme');
    expect(one(element, 'roster-members') === members).to.equal(true);
  });

  it('signs out at the server', async () => {
    const element = await open();
    await shows(element, '.sign-out');
    one(element, '.sign-out').click();
    await shows(element, 'roster-sign-in');
    expect(server.signedIn).to.equal(false);
    expect(all(element, 'header')).to.have.length(0);
  });

  it('asks to sign in again when the session has ended elsewhere', async () => {
    const element = await open();
    await shows(element, 'roster-members');
    const members = one(element, 'roster-members');
    await shows(one(members, 'roster-member-table'), '.row[data-id]');
    server.signedIn = false;
    one(members, 'roster-member-table').setAttribute('search', 'ben');
    await shows(element, 'roster-sign-in');
  });

  it('offers to try again when the server is away', async () => {
    server.offline = true;
    const element = await open();
    await shows(element, '[role="alert"]');
    server.offline = false;
    one(element, '[part="retry"]').click();
    await shows(element, 'roster-members');
  });
});
