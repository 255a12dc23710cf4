import { css, html, type TemplateResult } from 'lit';
import type { ApiClient } from '../../data/api-client.ts';
import { RosterElement } from '../../ui/roster-element.ts';

/**
 * Gives its connection, language and colours to all Roster elements inside it.
 *
 * @example
 * <roster-provider base-url="https://directory.example" lang="zh-CN">
 *   <roster-members></roster-members>
 * </roster-provider>
 *
 * @tag roster-provider
 * @attr {string} base-url - Where the server is; without it, the page's own.
 * @attr {string} organization - Slug; the sign-in inside need not ask for it.
 * @attr {string} lang - Language of all inside; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours of all inside; `auto` follows the page's `color-scheme`.
 *
 * @prop {() => Promise<AccessToken | string>} getToken - Gives a widget token; asked 30 s before the
 *   last one ends, and once more when the server refuses it. Without it the session cookie serves.
 *
 * @fires {CustomEvent<{}>} roster-unauthenticated - The server does not know who asks (any more).
 *
 * @slot - The elements that use the connection.
 */
export class RosterProvider extends RosterElement {
  static override styles = [
    RosterElement.styles,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  constructor() {
    super({ alwaysOwnConnection: true });
  }

  /** For the host page's own requests, with the same token. */
  get client(): ApiClient {
    return this.connection.current.client;
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}
