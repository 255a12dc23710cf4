import { expect, html, oneEvent } from '@open-wc/testing';
import { FakeServer } from '../../test-support/fake-server.ts';
import { mount, one, serve, shows, textOf } from '../../test-support/mount.ts';
import { acme } from '../../test-support/sample-directory.ts';
import '../../define.ts';
import type { RosterProvider } from './roster-provider.ts';

describe('<roster-provider>', () => {
  let server: FakeServer;
  let restore: () => void;

  beforeEach(() => {
    server = new FakeServer({ signedIn: false, tokens: ['good', 'better'] });
    ({ restore } = serve(server));
  });

  afterEach(() => restore());

  const departments = (element: Element) => {
    const found = element.querySelector('roster-departments');
    if (!found) throw new Error('no departments');
    return found;
  };

  const withTree = (getToken: () => Promise<string>) => html`<roster-provider
    base-url="https://directory.example"
    lang="zh-CN"
    theme="dark"
    .getToken=${getToken}
  >
    <roster-departments></roster-departments>
  </roster-provider>`;

  it('is accessible', async () => {
    const element = await mount<RosterProvider>(withTree(async () => 'good'));
    await shows(departments(element), '[role="treeitem"]');
    await expect(element).to.be.accessible();
  });

  it('gives address, token, language and colours to those inside', async () => {
    const element = await mount<RosterProvider>(withTree(async () => 'good'));
    const inside = departments(element);
    await shows(inside, '[role="treeitem"]');
    const [request] = server.requests;
    expect(request?.url).to.equal('https://directory.example/api/v1/departments');
    expect(request?.headers.get('Authorization')).to.equal('Bearer good');
    expect(textOf(one(inside, 'h2'))).to.equal('部门');
    expect(getComputedStyle(inside).colorScheme).to.equal('dark');
  });

  it('reaches elements inside the shadow roots of others', async () => {
    const loaded = oneEvent(document.body, 'roster-members-loaded');
    await mount<RosterProvider>(html`<roster-provider .getToken=${async () => 'good'}>
      <roster-members></roster-members>
    </roster-provider>`);
    await loaded;
    const authorizations = server.requests.map((request) => request.headers.get('Authorization'));
    expect([...new Set(authorizations)]).to.deep.equal(['Bearer good']);
  });

  it('tells those inside when its connection or its language changes', async () => {
    const element = await mount<RosterProvider>(withTree(async () => 'good'));
    const inside = departments(element);
    await shows(inside, '[role="treeitem"]');
    const event = oneEvent(inside, 'roster-departments-loaded');
    element.getToken = async () => 'better';
    await event;
    expect(server.requests.at(-1)?.headers.get('Authorization')).to.equal('Bearer better');
    element.lang = 'en';
    await element.updateComplete;
    await inside.updateComplete;
    expect(textOf(one(inside, 'h2'))).to.equal('Departments');
  });

  it('says that the server does not know who asks', async () => {
    const told = oneEvent(document.body, 'roster-unauthenticated');
    const element = await mount<RosterProvider>(withTree(async () => 'wrong'));
    expect((await told).target === element).to.equal(true);
    await shows(departments(element), '[role="alert"]');
  });

  it('shares one token among all inside', async () => {
    let asked = 0;
    const getToken = async () => {
      asked += 1;
      return 'good';
    };
    const loaded = oneEvent(document.body, 'roster-members-loaded');
    await mount<RosterProvider>(html`<roster-provider .getToken=${getToken}>
      <roster-members></roster-members>
    </roster-provider>`);
    await loaded;
    expect(asked).to.equal(1);
  });

  it('leaves alone an element that has its own address', async () => {
    server.signedIn = true;
    const element = await mount<RosterProvider>(html`<roster-provider
      base-url="https://one.example"
      .getToken=${async () => 'good'}
    >
      <roster-departments base-url="https://two.example"></roster-departments>
    </roster-provider>`);
    await shows(departments(element), '[role="treeitem"]');
    expect(server.requests.map(({ url }) => new URL(url).host)).to.deep.equal(['two.example']);
  });

  it('lets two organizations stand on one page', async () => {
    const other = { ...acme(), departments: acme().departments.slice(0, 3) };
    const original = server.fetch;
    const second = new FakeServer({ directory: other });
    globalThis.fetch = (input, init) =>
      String(input).startsWith('https://two.example')
        ? second.fetch(input, init)
        : original(input, init);
    server.signedIn = true;
    const counted = async (host: string) => {
      const element = await mount(
        html`<roster-departments base-url=${`https://${host}.example`}></roster-departments>`,
      );
      await shows(element, '[role="treeitem"]');
      return element.shadowRoot?.querySelectorAll('.row').length;
    };
    expect(await Promise.all([counted('one'), counted('two')])).to.deep.equal([8, 2]);
  });
});
