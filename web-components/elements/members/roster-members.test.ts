import { expect, html, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { FakeServer } from '../../test-support/fake-server.ts';
import { all, mount, one, serve, shows, textOf } from '../../test-support/mount.ts';
import './define.ts';
import type { RosterDepartments } from '../departments/roster-departments.ts';
import type { RosterMembers } from './roster-members.ts';

describe('<roster-members>', () => {
  let server: FakeServer;
  let restore: () => void;

  beforeEach(() => {
    server = new FakeServer();
    ({ restore } = serve(server));
  });

  afterEach(() => restore());

  const tree = (element: Element) => one<RosterDepartments>(element, 'roster-departments');
  const table = (element: Element) => one(element, 'roster-member-table');
  const department = (element: Element, id: string) => one(tree(element), `[data-id="${id}"]`);
  const divider = (element: Element) => one(element, '[role="separator"]');
  const lastQuery = () => Object.fromEntries(server.memberQueries().at(-1) ?? []);

  async function page(
    template = html`<roster-members></roster-members>`,
    size?: { width?: number; height?: number },
  ) {
    const element = await mount<RosterMembers>(template, size);
    await shows(tree(element), '[role="treeitem"]');
    await shows(table(element), '.row[data-id]');
    return element;
  }

  async function loaded(element: RosterMembers, act: () => unknown): Promise<void> {
    const event = oneEvent(element, 'roster-members-loaded');
    act();
    await event;
    await element.updateComplete;
  }

  it('is accessible', async () => {
    await expect(await page()).to.be.accessible();
  });

  it('is accessible in the dark, and in one column', async () => {
    await expect(
      await page(html`<roster-members theme="dark"></roster-members>`),
    ).to.be.accessible();
    const narrow = await page(undefined, { width: 390, height: 800 });
    one(narrow, '.chooser').click();
    await narrow.updateComplete;
    await expect(narrow).to.be.accessible();
  });

  it('begins with everybody, asked for once and without a filter', async () => {
    const element = await page();
    expect(textOf(one(element, 'h1'))).to.equal('Acme');
    expect(textOf(one(element, '.total'))).to.equal('120 members');
    expect(server.memberQueries().map(String)).to.deep.equal(['sort=name&limit=50']);
  });

  it('lists the members of the department that is chosen', async () => {
    const element = await page();
    await loaded(element, () => department(element, 'engineering').click());
    expect(textOf(one(element, 'h1'))).to.equal('Engineering');
    expect(lastQuery()).to.include({ department: 'engineering', includeDescendants: 'true' });
    await loaded(element, () => department(element, 'acme').click());
    expect(lastQuery()).not.to.have.property('department');
  });

  it('leaves out departments below, in the list and in the counts', async () => {
    const element = await page();
    await loaded(element, () => department(element, 'engineering').click());
    const countOf = () => textOf(department(element, 'engineering').querySelector('.count'));
    const withAll = countOf();
    await loaded(element, () => one(element, '.scope input').click());
    expect(lastQuery()).to.include({ department: 'engineering', includeDescendants: 'false' });
    expect(Number(countOf())).to.be.below(Number(withAll));
    expect(textOf(one(element, '.total'))).to.equal(`${countOf()} members`);
  });

  it('offers no choice about departments below where there are none', async () => {
    const element = await page();
    await loaded(element, () => department(element, 'design').click());
    expect(all(element, '.scope')).to.have.length(0);
  });

  it('opens at the department that the page names', async () => {
    const element = await page(html`<roster-members department="storage"></roster-members>`);
    expect(textOf(one(element, 'h1'))).to.equal('Storage');
    expect(server.memberQueries().every((query) => query.get('department') === 'storage')).to.equal(
      true,
    );
  });

  it('is divided by keyboard', async () => {
    const element = await page();
    const size = () => Number(divider(element).getAttribute('aria-valuenow'));
    const drawn = () => Math.round(one(element, '.side').getBoundingClientRect().width);
    divider(element).focus();
    const press = async (key: string) => {
      await sendKeys({ press: key });
      await element.updateComplete;
      expect(drawn()).to.equal(size());
      return size();
    };
    expect(await press('ArrowRight')).to.equal(288);
    expect(await press('ArrowLeft')).to.equal(280);
    expect(await press('Home')).to.equal(200);
    expect(await press('ArrowLeft')).to.equal(200);
    expect(await press('End')).to.equal(480);
  });

  it('is divided by mouse, and a double click puts the divider back', async () => {
    const element = await page();
    const { x, y, height } = divider(element).getBoundingClientRect();
    const from: [number, number] = [Math.round(x), Math.round(y + height / 2)];
    await sendMouse({ type: 'move', position: from });
    await sendMouse({ type: 'down' });
    await sendMouse({ type: 'move', position: [from[0] + 60, from[1]] });
    await sendMouse({ type: 'up' });
    await element.updateComplete;
    expect(divider(element).getAttribute('aria-valuenow')).to.equal('340');
    divider(element).dispatchEvent(new MouseEvent('dblclick'));
    await element.updateComplete;
    expect(divider(element).getAttribute('aria-valuenow')).to.equal('280');
  });

  it('folds the tree away in one column, and closes it after a choice', async () => {
    const element = await page(undefined, { width: 390, height: 800 });
    const chooser = one(element, '.chooser');
    const folded = () => !one(element, '.side').checkVisibility();
    expect(folded()).to.equal(true);
    expect(divider(element).checkVisibility()).to.equal(false);
    chooser.click();
    await element.updateComplete;
    expect([folded(), chooser.getAttribute('aria-expanded')]).to.deep.equal([false, 'true']);
    await loaded(element, () => department(element, 'sales').click());
    expect([folded(), textOf(one(element, '.chooser .label'))]).to.deep.equal([true, 'Sales']);
    await waitUntil(() => element.shadowRoot?.activeElement === chooser, 'lost the focus');
    expect(element.scrollWidth).to.be.at.most(390);
  });

  it('speaks Chinese in all its parts', async () => {
    const element = await page(html`<roster-members lang="zh-CN"></roster-members>`);
    expect(textOf(one(element, '.total'))).to.equal('120 名成员');
    expect(textOf(one(tree(element), 'h2'))).to.equal('部门');
    expect(textOf(one(table(element), '[role="columnheader"]'))).to.equal('姓名');
    element.lang = 'en';
    await element.updateComplete;
    await tree(element).updateComplete;
    expect(textOf(one(tree(element), 'h2'))).to.equal('Departments');
  });

  it('writes nothing outside its own shadow root', async () => {
    const before = document.documentElement.getAttributeNames().join() + document.head.innerHTML;
    const element = await page();
    expect(document.documentElement.getAttributeNames().join() + document.head.innerHTML).to.equal(
      before,
    );
    expect(element.childNodes).to.have.length(0);
    expect(document.body.getAttribute('style')).to.equal(null);
  });
});
