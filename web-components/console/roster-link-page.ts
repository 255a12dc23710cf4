import { html, type TemplateResult } from 'lit';
import { icon } from '../ui/icon.ts';
import { RosterElement } from '../ui/roster-element.ts';
import { consoleStyles } from './roster-console.styles.ts';

/**
 * The hosted page behind a link: `/join` or `/reset`. It belongs to the server's own pages, and is no
 * part of what products embed.
 *
 * @tag roster-link-page
 * @attr {join|reset} page - Which one.
 * @attr {string} token - From the link.
 * @attr {string} lang - Language of the words; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours; `auto` follows the page's `color-scheme`.
 */
export class RosterLinkPage extends RosterElement {
  static override styles = [RosterElement.styles, consoleStyles];

  static override properties = { ...RosterElement.properties, page: {}, token: {} };

  declare page: 'join' | 'reset';
  declare token: string;

  protected override render(): TemplateResult {
    return html`<main class="centred">
      <div class="card">
        <div class="brand">
          <span class="mark">${icon('people')}</span>${this.localize.term('console.product')}
        </div>
        ${
          this.page === 'join'
            ? html`<roster-join .token=${this.token}></roster-join>`
            : html`<roster-reset-password .token=${this.token}></roster-reset-password>`
        }
      </div>
    </main>`;
  }
}
