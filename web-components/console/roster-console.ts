import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { live } from 'lit/directives/live.js';
import { LoadController } from '../controllers/load.ts';
import type { OwnOrganization, Session } from '../data/types.ts';
import { avatar, avatarStyles } from '../ui/avatar.ts';
import type { RosterEvents } from '../ui/events.ts';
import { failurePanel } from '../ui/failure-panel.ts';
import { refusalWords } from '../ui/form-failure.ts';
import { icon } from '../ui/icon.ts';
import { panelStyles } from '../ui/panel.styles.ts';
import { RosterElement } from '../ui/roster-element.ts';
import { consoleStyles } from './roster-console.styles.ts';

/**
 * The hosted console: the sign-in, then the pages of one organization. It belongs to the page that
 * the server serves at `/`, and is no part of what products embed.
 *
 * @tag roster-console
 * @attr {string} lang - Language of the words; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours; `auto` follows the page's `color-scheme`.
 */
export class RosterConsole extends RosterElement {
  static override styles = [RosterElement.styles, panelStyles, avatarStyles, consoleStyles];

  readonly #session = new LoadController<Session | null>(this, {
    onLoaded: (session) => session && this.#askForOrganizations(),
  });
  readonly #organizations = new LoadController<readonly OwnOrganization[]>(this);
  readonly #switch = new LoadController<Session>(this, {
    onLoaded: (session) => void this.#session.run(async () => session),
  });
  readonly #leaving = new LoadController<void>(this, {
    onLoaded: () => void this.#session.run(async () => null),
  });
  #switchingTo: string | undefined;
  #asked = false;
  #askedToSignIn = false;

  constructor() {
    super({ alwaysOwnConnection: true });
    this.addEventListener('roster-unauthenticated', () => {
      if (this.#session.value) void this.#session.run(async () => null);
    });
  }

  protected override willUpdate(): void {
    if (this.#asked) return;
    this.#asked = true;
    const { client } = this.connection.current;
    void this.#session.run((signal) => client.session({ signal }));
  }

  protected override updated(): void {
    const signIn = this.renderRoot.querySelector('roster-sign-in');
    if (signIn && !this.#askedToSignIn) signIn.focus();
    if (!signIn && this.#askedToSignIn) this.renderRoot.querySelector('main')?.focus();
    this.#askedToSignIn = signIn !== null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { value, error, waiting } = this.#session;
    if (value) return this.#renderSignedIn(value);
    if (value === null) return this.#renderSignedOut();
    if (error) {
      return html`<main class="centred">
        ${failurePanel(error, {
          localize: this.localize,
          forbidden: error.message,
          onRetry: () => void this.#session.retry(),
        })}
      </main>`;
    }
    return waiting
      ? html`<main class="centred" role="status">${this.localize.term('console.loading')}…</main>`
      : nothing;
  }

  #renderSignedOut(): TemplateResult {
    return html`<main class="centred">
      <div class="card">
        <div class="brand">
          <span class="mark">${icon('people')}</span>${this.localize.term('console.product')}
        </div>
        <roster-sign-in
          @roster-signed-in=${({ detail }: CustomEvent<RosterEvents['roster-signed-in']>) =>
            void this.#session.run(async () => detail.session)}
        ></roster-sign-in>
      </div>
    </main>`;
  }

  #askForOrganizations(): void {
    const { client } = this.connection.current;
    void this.#organizations.run((signal) => client.ownOrganizations({ signal }));
  }

  readonly #onOrganization = ({ currentTarget }: Event): void => {
    const { client } = this.connection.current;
    const { value: slug } = currentTarget as HTMLSelectElement;
    this.#switchingTo = slug;
    void this.#switch.run((signal) => client.switchOrganization(slug, { signal }));
  };

  /** The name; a list for who is in several. After a switch that failed it shows where one still is. */
  #renderOrganization({ slug, name }: Session['organization']): TemplateResult {
    const own = this.#organizations.value ?? [];
    if (own.length < 2) return html`<span class="organization">${name}</span>`;
    const { error, loading } = this.#switch;
    const isShown = (one: OwnOrganization) => (loading ? this.#switchingTo : slug) === one.slug;
    return html`<div class="organization several">
      <select
        aria-label=${this.localize.term('console.organization')}
        @change=${this.#onOrganization}
      >
        ${own.map(
          (one) => html`<option value=${one.slug} .selected=${live(isShown(one))}>
            ${one.name}
          </option>`,
        )}
      </select>
      <span class="refusal" role="alert">
        ${error && !loading ? refusalWords(error, { localize: this.localize, wait: 0 }) : nothing}
      </span>
    </div>`;
  }

  #renderSignedIn({ organization, member }: Session): TemplateResult {
    return html`
      <header class="bar">
        <span class="mark">${icon('people')}</span>
        ${this.#renderOrganization(organization)}
        <div class="account" role="group" aria-label=${this.localize.term('console.account')}>
          ${avatar(member.name)}
          <div class="who">
            <span>${member.name}</span>
            ${member.username ? html`<span class="username">${member.username}</span>` : nothing}
          </div>
        </div>
        <sl-button
          size="small"
          class="sign-out"
          ?disabled=${this.#leaving.loading}
          @click=${() => void this.#leaving.run(() => this.connection.current.client.signOut())}
        >
          <span slot="prefix">${icon('box-arrow-right')}</span>
          ${this.localize.term('console.sign-out')}
        </sl-button>
      </header>
      <main tabindex="-1">
        ${keyed(organization.slug, html`<roster-members></roster-members>`)}
      </main>
    `;
  }
}
