import { expect, html, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { FakeServer } from '../../test-support/fake-server.ts';
import { all, mount, one, serve, shows, textOf } from '../../test-support/mount.ts';
import { acme, person } from '../../test-support/sample-directory.ts';
import './define.ts';
import type { RosterMemberTable } from './roster-member-table.ts';

describe('<roster-member-table>', () => {
  let server: FakeServer;
  let restore: () => void;

  beforeEach(() => {
    server = new FakeServer();
    ({ restore } = serve(server));
  });

  afterEach(() => restore());

  const rows = (element: Element) => all(element, '.row[data-id]');
  const names = (element: Element) =>
    rows(element).map((row) => textOf(row.querySelector('.strong')));
  const lastQuery = () => Object.fromEntries(server.memberQueries().at(-1) ?? []);

  async function table(template = html`<roster-member-table></roster-member-table>`, width = 1000) {
    const element = await mount<RosterMemberTable>(template, { width });
    await shows(element, '.row[data-id]');
    return element;
  }

  async function loaded(element: RosterMemberTable, act: () => unknown): Promise<void> {
    const event = oneEvent(element, 'roster-members-loaded');
    act();
    await event;
    await element.updateComplete;
  }

  async function type(element: RosterMemberTable, text: string): Promise<void> {
    one(element, 'sl-input').focus();
    await sendKeys({ type: text });
  }

  it('is accessible', async () => {
    await expect(await table()).to.be.accessible();
  });

  it('is accessible in the dark, and on a phone', async () => {
    const element = await table(
      html`<roster-member-table theme="dark"></roster-member-table>`,
      390,
    );
    await expect(element).to.be.accessible();
  });

  describe('search', () => {
    it('asks once typing rests, and gives up what was asked before', async () => {
      const element = await table();
      const release = server.hold();
      await type(element, 'be');
      await waitUntil(() => server.memberQueries().length === 2);
      await type(element, 'n s');
      await waitUntil(() => server.memberQueries().length === 3);
      expect(server.aborted).to.equal(1);
      await loaded(element, release);
      expect(server.memberQueries().map((query) => query.get('search'))).to.deep.equal([
        null,
        'be',
        'ben s',
      ]);
      expect(names(element)).to.deep.equal(['Ben Silva']);
    });

    it('keeps a space at the end, for the next word', async () => {
      const element = await table();
      await type(element, 'ben ');
      await oneEvent(element, 'roster-members-loaded');
      await element.updateComplete;
      await type(element, 's');
      await waitUntil(() => element.search === 'ben s');
    });

    it('asks at once on Enter', async () => {
      const element = await table();
      await type(element, 'anna');
      await loaded(element, () => sendKeys({ press: 'Enter' }));
      expect(new Set(names(element).map((name) => name.split(' ')[0]))).to.deep.equal(
        new Set(['Anna']),
      );
      expect(server.memberQueries()).to.have.length(2);
    });

    it('waits while an input method composes', async () => {
      const element = await table();
      const input = one(element, 'sl-input').shadowRoot?.querySelector('input') as HTMLInputElement;
      input.value = 'zhang';
      input.dispatchEvent(
        new InputEvent('input', { bubbles: true, composed: true, isComposing: true }),
      );
      await new Promise((done) => setTimeout(done, 400));
      expect(server.memberQueries()).to.have.length(1);
      input.value = '张三';
      input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      await oneEvent(element, 'roster-members-loaded');
      expect(lastQuery().search).to.equal('张三');
    });
  });

  describe('filters', () => {
    it('counts each status, and filters by one of them', async () => {
      const element = await table();
      const labels = all(element, '.segment').map(textOf);
      expect(labels).to.deep.equal(['All 120', 'To be added 17', 'Enabled 86', 'Disabled 17']);
      await loaded(element, () => one(element, 'input[value="pending"]').click());
      expect(lastQuery().status).to.equal('pending');
      expect(all(element, '.pill.pending')).to.have.length(17);
      expect(all(element, '.segment').map(textOf)).to.deep.equal(labels);
    });

    it('moves between statuses with the arrows', async () => {
      const element = await table();
      one(element, 'input[value=""]').focus();
      await loaded(element, () => sendKeys({ press: 'ArrowRight' }));
      expect(lastQuery().status).to.equal('pending');
    });

    it('combines search, status and department', async () => {
      const element = await table(
        html`<roster-member-table
          department="engineering"
          status="enabled"
          search="an"
        ></roster-member-table>`,
      );
      expect(lastQuery()).to.deep.equal({
        search: 'an',
        status: 'enabled',
        department: 'engineering',
        includeDescendants: 'true',
        sort: 'name',
        limit: '50',
      });
      await loaded(element, () => {
        element.directOnly = true;
      });
      expect(lastQuery().includeDescendants).to.equal('false');
    });
  });

  it('sorts by a column, and turns the order round', async () => {
    const element = await table();
    const header = () => all(element, '[role="columnheader"]');
    const sorts = () => header().map((one) => one.getAttribute('aria-sort'));
    expect(sorts()).to.deep.equal(['ascending', 'none', null, null, null, 'none']);
    await loaded(element, () => header()[5]?.querySelector('button')?.click());
    expect(lastQuery().sort).to.equal('createdAt');
    await loaded(element, () => header()[5]?.querySelector('button')?.click());
    expect(lastQuery().sort).to.equal('-createdAt');
    expect(sorts()).to.deep.equal(['none', 'none', null, null, null, 'descending']);
  });

  describe('pages', () => {
    const range = (element: Element) => textOf(one(element, '.range'));
    const buttons = (element: Element) => all<HTMLButtonElement>(element, '.pager sl-button');

    it('go forward and back', async () => {
      const element = await table();
      expect(range(element)).to.equal('1–50 of 120');
      expect(buttons(element).map(({ disabled }) => disabled)).to.deep.equal([true, false]);
      const first = names(element);
      await loaded(element, () => buttons(element)[1]?.click());
      expect(range(element)).to.equal('51–100 of 120');
      await loaded(element, () => buttons(element)[1]?.click());
      expect(range(element)).to.equal('101–120 of 120');
      expect(buttons(element).map(({ disabled }) => disabled)).to.deep.equal([false, true]);
      expect(one(element, '.row[data-id]').getAttribute('aria-rowindex')).to.equal('102');
      await loaded(element, () => buttons(element)[0]?.click());
      await loaded(element, () => buttons(element)[0]?.click());
      expect(names(element)).to.deep.equal(first);
    });

    it('begin again when the filter changes', async () => {
      const element = await table();
      await loaded(element, () => buttons(element)[1]?.click());
      await loaded(element, () => {
        element.status = 'enabled';
      });
      expect(range(element)).to.equal('1–50 of 86');
      expect(lastQuery()).not.to.have.property('cursor');
    });

    it('keep the one in sight when the next fails, and try again', async () => {
      const element = await table();
      const before = names(element);
      server.offline = true;
      buttons(element)[1]?.click();
      await shows(element, '.notice');
      expect(names(element)).to.deep.equal(before);
      await expect(element).to.be.accessible();
      server.offline = false;
      await loaded(element, () => one(element, '.notice sl-button').click());
      expect(range(element)).to.equal('51–100 of 120');
      expect(all(element, '.notice')).to.have.length(0);
    });

    it('lead back to the first when a cursor is no longer taken', async () => {
      const element = await table();
      server.failNext('/members', { status: 400, title: 'Unknown cursor' });
      buttons(element)[1]?.click();
      await shows(element, '.notice');
      await loaded(element, () => one(element, '.notice sl-button').click());
      expect(range(element)).to.equal('1–50 of 120');
    });
  });

  describe('with the keyboard', () => {
    const where = (element: Element) => {
      const focused = element.shadowRoot?.activeElement;
      return `${focused?.getAttribute('data-row')},${focused?.getAttribute('data-column')}`;
    };

    async function press(element: RosterMemberTable, ...keys: string[]): Promise<string> {
      for (const key of keys) await sendKeys({ press: key });
      await element.updateComplete;
      return where(element);
    }

    it('is one tab stop, and moves by cells', async () => {
      const element = await table();
      expect(all(element, '[data-row][tabindex="0"]')).to.have.length(1);
      one(element, '[data-row="1"][data-column="0"]').focus();
      expect(await press(element, 'ArrowDown', 'ArrowRight')).to.equal('2,1');
      expect(await press(element, 'End')).to.equal('2,5');
      expect(await press(element, 'ArrowRight')).to.equal('2,5');
      expect(await press(element, 'Home', 'PageDown')).to.equal('12,0');
      await sendKeys({ down: 'Control' });
      expect(await press(element, 'End')).to.equal('50,5');
      expect(await press(element, 'Home')).to.equal('0,0');
      await sendKeys({ up: 'Control' });
      expect(await press(element, 'ArrowUp')).to.equal('0,0');
      expect(all(element, '[data-row][tabindex="0"]')).to.have.length(1);
    });

    it('passes over hidden columns', async () => {
      const element = await table(undefined, 390);
      one(element, '[data-row="1"][data-column="0"]').focus();
      expect(await press(element, 'ArrowRight')).to.equal('1,4');
    });

    it('sorts from the header and opens a member with Enter', async () => {
      const element = await table();
      one(element, '[data-row="0"][data-column="1"]').focus();
      await loaded(element, () => sendKeys({ press: 'Enter' }));
      expect(lastQuery().sort).to.equal('username');
      one(element, '[data-row="1"][data-column="0"]').focus();
      const event = oneEvent(element, 'roster-member-activated');
      await sendKeys({ press: 'Enter' });
      expect((await event).detail.member.id).to.equal(rows(element)[0]?.dataset.id);
    });

    it('keeps its tab stop when a shorter page comes', async () => {
      const element = await table();
      one(element, '[data-row="50"][data-column="0"]').focus();
      await loaded(element, () => {
        element.search = 'Ben S';
      });
      await element.updateComplete;
      expect(one(element, '[data-row][tabindex="0"]').dataset.row).to.equal('1');
    });
  });

  describe('without rows', () => {
    const message = (element: Element) => textOf(one(element, '.panel'));

    async function empty(template = html`<roster-member-table></roster-member-table>`) {
      const element = await mount<RosterMemberTable>(template);
      await shows(element, '.panel');
      await expect(element).to.be.accessible();
      return element;
    }

    it('says that there are no members yet', async () => {
      server.directory = acme({ people: 0 });
      expect(message(await empty())).to.contain('No members yet');
    });

    it('says that a department has none', async () => {
      server.directory = acme({ people: 0 });
      const template = html`<roster-member-table department="sales"></roster-member-table>`;
      expect(message(await empty(template))).to.contain('Nobody in this department');
    });

    it('says that none matches, and clears the filters', async () => {
      const element = await empty(
        html`<roster-member-table search="xyzzy" status="enabled"></roster-member-table>`,
      );
      expect(message(element)).to.contain('No one matches');
      await loaded(element, () => one(element, '.panel sl-button').click());
      expect([element.search, element.status]).to.deep.equal(['', undefined]);
      expect(rows(element)).to.have.length(50);
    });

    it('says that one may not see them, and offers no second try', async () => {
      server.failNext('/members', { status: 403 });
      const element = await empty();
      expect(message(element)).to.contain('You don’t have access');
      expect(all(element, '.panel sl-button')).to.have.length(0);
    });

    it('says that there is no connection, and comes back by itself', async () => {
      server.offline = true;
      const element = await empty();
      expect(message(element)).to.contain('No connection');
      server.offline = false;
      await loaded(element, () => window.dispatchEvent(new Event('online')));
      expect(rows(element)).to.have.length(50);
    });

    it('says how long to wait when asked too often', async () => {
      server.failNext('/members', { status: 429, headers: { 'Retry-After': '9' } });
      expect(message(await empty())).to.contain('Wait 9 seconds');
    });

    it('says what the server said, and not the rows of another question', async () => {
      const element = await table();
      server.failNext('/members', { status: 500, detail: 'Out of memory' });
      element.search = 'ben';
      await shows(element, '.panel');
      expect(message(element)).to.contain('Out of memory');
      expect(rows(element)).to.have.length(0);
    });
  });

  it('shows placeholders only when it takes long, as high as the rows', async () => {
    const release = server.hold();
    const element = await mount<RosterMemberTable>(
      html`<roster-member-table></roster-member-table>`,
    );
    expect(all(element, 'sl-skeleton')).to.have.length(0);
    await shows(element, 'sl-skeleton');
    await expect(element).to.be.accessible();
    const height = one(element, '.row.placeholder').offsetHeight;
    await loaded(element, release);
    expect(all(element, 'sl-skeleton')).to.have.length(0);
    expect(rows(element)[0]?.offsetHeight).to.equal(height);
  });

  it('shows hostile values as text', async () => {
    const hostile = `<img src=x onerror="window.hacked=1">\u202e${'ß'.repeat(500)}`;
    server.directory = {
      ...server.directory,
      members: [
        person(0, {
          name: hostile,
          username: hostile,
          email: hostile,
          departments: [{ id: 'x', name: hostile, primary: true }],
          roles: [{ id: 'y', name: hostile }],
          createdAt: hostile,
        }),
      ],
    };
    const element = await table();
    expect(all(element, 'img')).to.have.length(0);
    expect(names(element)).to.deep.equal([hostile]);
    const body = one(element, '.body');
    expect(body.scrollWidth).to.equal(body.clientWidth);
  });

  it('speaks Chinese, two languages on one page', async () => {
    const chinese = await table(html`<roster-member-table lang="zh-CN"></roster-member-table>`);
    const english = await table();
    expect(textOf(one(chinese, '[role="columnheader"]'))).to.equal('姓名');
    expect(textOf(one(english, '[role="columnheader"]'))).to.equal('Name');
    expect(textOf(one(chinese, '.range'))).to.equal('第 1–50 项，共 120 项');
  });
});
