import { expect, html, oneEvent } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { Department } from '../../data/types.ts';
import { FakeServer } from '../../test-support/fake-server.ts';
import { all, mount, one, serve, shows, textOf } from '../../test-support/mount.ts';
import { acme } from '../../test-support/sample-directory.ts';
import './define.ts';
import type { RosterDepartments } from './roster-departments.ts';

describe('<roster-departments>', () => {
  let server: FakeServer;
  let restore: () => void;

  beforeEach(() => {
    server = new FakeServer();
    ({ restore } = serve(server));
  });

  afterEach(() => restore());

  async function tree(template = html`<roster-departments></roster-departments>`) {
    const element = await mount<RosterDepartments>(template, { width: 320 });
    await shows(element, '[role="treeitem"]');
    return element;
  }

  const names = (element: Element) =>
    all(element, '.row').map((row) => textOf(row.querySelector('.name')));
  const active = (element: Element) =>
    textOf(element.shadowRoot?.activeElement?.querySelector('.name'));

  async function press(element: RosterDepartments, ...keys: string[]): Promise<string> {
    for (const key of keys) {
      await sendKeys({ press: key });
      await element.updateComplete;
    }
    return active(element);
  }

  async function focused(element: RosterDepartments): Promise<void> {
    element.focus();
    await element.updateComplete;
  }

  it('is accessible', async () => {
    await expect(await tree()).to.be.accessible();
  });

  it('is accessible in the dark', async () => {
    const element = await tree(html`<roster-departments theme="dark"></roster-departments>`);
    await expect(element).to.be.accessible();
    expect(getComputedStyle(element).colorScheme).to.equal('dark');
  });

  it('opens with the root and its departments, the root selected, with counts', async () => {
    const element = await tree();
    expect(names(element)).to.deep.equal([
      'Acme',
      'Engineering',
      'Design',
      'Sales',
      'Customer Support',
      'Finance',
      'People & Culture',
      'Board',
    ]);
    expect(textOf(one(element, '[aria-selected="true"] .count'))).to.equal('120');
  });

  it('says level, size and position of each row', async () => {
    const element = await tree();
    const said = all(element, '.row').map((row) =>
      ['level', 'setsize', 'posinset', 'expanded', 'selected']
        .map((name) => row.getAttribute(`aria-${name}`))
        .join(' '),
    );
    expect(said.slice(0, 4)).to.deep.equal([
      '1 1 1 true true',
      '2 7 1 false false',
      '2 7 2  false',
      '2 7 3 false false',
    ]);
  });

  it('walks with the arrows, Home and End as the tree pattern says', async () => {
    const element = await tree();
    await focused(element);
    expect(active(element)).to.equal('Acme');
    expect(await press(element, 'ArrowUp')).to.equal('Acme');
    expect(await press(element, 'ArrowRight')).to.equal('Engineering');
    expect(await press(element, 'ArrowRight')).to.equal('Engineering');
    expect(names(element)).to.include('Platform');
    expect(await press(element, 'ArrowRight', 'ArrowDown')).to.equal('Mobile');
    expect(await press(element, 'ArrowRight')).to.equal('Mobile');
    expect(await press(element, 'ArrowLeft')).to.equal('Engineering');
    expect(await press(element, 'ArrowLeft')).to.equal('Engineering');
    expect(names(element)).not.to.include('Platform');
    expect(await press(element, 'End')).to.equal('Board');
    expect(await press(element, 'Home')).to.equal('Acme');
    expect(await press(element, 'PageDown')).to.equal('Board');
  });

  it('opens all siblings with an asterisk, and finds by typing', async () => {
    const element = await tree();
    await focused(element);
    expect(await press(element, 'ArrowDown', '*')).to.equal('Engineering');
    expect(names(element)).to.include.members(['Platform', 'Europe']);
    expect(await press(element, 's')).to.equal('Sales');
    await sendKeys({ type: 'u' });
    expect(await press(element, 'Home', 'd')).to.equal('Design');
  });

  it('mirrors the opening arrows in right-to-left text', async () => {
    const element = await tree(html`<roster-departments dir="rtl"></roster-departments>`);
    await focused(element);
    expect(await press(element, 'ArrowLeft')).to.equal('Engineering');
    expect(await press(element, 'ArrowRight')).to.equal('Acme');
  });

  it('selects with Enter, Space and a click, and says so once', async () => {
    const element = await tree();
    const chosen: string[] = [];
    element.addEventListener('roster-department-selected', ({ detail }) => {
      chosen.push(detail.department.id);
    });
    await focused(element);
    await press(element, 'ArrowDown', 'Enter', 'Enter', 'ArrowDown', 'Space');
    all(element, '.row').at(-1)?.click();
    expect(chosen).to.deep.equal(['engineering', 'design', 'board']);
  });

  it('opens by its arrow without selecting', async () => {
    const element = await tree();
    one(element, '.row:nth-of-type(2) .twisty').click();
    await element.updateComplete;
    expect(names(element)).to.include('Platform');
    expect(element.selected).to.equal('acme');
  });

  it('opens the way to a department that is selected from outside', async () => {
    const element = await tree(html`<roster-departments selected="storage"></roster-departments>`);
    expect(textOf(one(element, '[aria-selected="true"] .name'))).to.equal('Storage');
  });

  it('has one tab stop, and at most 60 rows of 50,000 on the page', async () => {
    const { departments } = acme();
    const [root] = departments;
    const many: Department[] = Array.from({ length: 50_000 }, (_, index) => ({
      id: `d${index}`,
      parentId: 'acme',
      name: `Department ${index}`,
      position: index,
      version: 1,
      memberCount: 0,
      totalMemberCount: 0,
    }));
    server.directory = { ...server.directory, departments: [root as Department, ...many] };
    const element = await tree();
    const scroller = one(element, '.tree');
    await focused(element);
    for (const top of [0, 900_000, scroller.scrollHeight]) {
      scroller.scrollTop = top;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await element.updateComplete;
      expect(all(element, '.row').length).to.be.within(2, 60);
      expect(all(element, '.row[tabindex="0"]')).to.have.length(1);
      expect(active(element)).to.equal('Acme');
    }
    expect(names(element).at(-1)).to.equal('Department 49999');
    expect(await press(element, 'End')).to.equal('Department 49999');
  });

  it('shows hostile names as text', async () => {
    const [root] = acme().departments;
    const name = `<img src=x onerror="window.hacked=1">\u202e${'x'.repeat(500)}`;
    server.directory = { ...server.directory, departments: [{ ...(root as Department), name }] };
    const element = await tree();
    expect(all(element, 'img')).to.have.length(0);
    expect(textOf(one(element, '.name'))).to.equal(name);
    expect(one(element, '.row').getBoundingClientRect().width).to.be.below(320);
  });

  it('shows what went wrong, and tries again', async () => {
    server.failNext('/departments', { status: 503, detail: 'Restarting' });
    const element = await mount<RosterDepartments>(html`<roster-departments></roster-departments>`);
    await shows(element, '[role="alert"]');
    expect(textOf(one(element, '[role="alert"]'))).to.contain('Restarting');
    one(element, 'sl-button').click();
    await shows(element, '[role="treeitem"]');
  });

  it('shows placeholders only when it takes long', async () => {
    const release = server.hold();
    const element = await mount<RosterDepartments>(html`<roster-departments></roster-departments>`);
    expect(all(element, 'sl-skeleton')).to.have.length(0);
    await shows(element, 'sl-skeleton');
    await expect(element).to.be.accessible();
    release();
    await oneEvent(element, 'roster-departments-loaded');
    await element.updateComplete;
    expect(all(element, 'sl-skeleton')).to.have.length(0);
  });

  it('gives up its request when it leaves the page, and asks again when it comes back', async () => {
    const release = server.hold();
    const element = await mount<RosterDepartments>(html`<roster-departments></roster-departments>`);
    const parent = element.parentElement as HTMLElement;
    element.remove();
    await new Promise((done) => setTimeout(done));
    expect(server.aborted).to.equal(1);
    release();
    parent.append(element);
    await shows(element, '[role="treeitem"]');
  });

  it('speaks Chinese', async () => {
    const element = await tree(html`<roster-departments lang="zh-CN"></roster-departments>`);
    expect(textOf(one(element, 'h2'))).to.equal('部门');
    expect(one(element, '.row').getAttribute('aria-label')).to.equal('Acme，120 名成员');
  });
});
