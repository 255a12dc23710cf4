import { html, nothing, type TemplateResult } from 'lit';
import { CountdownController } from '../../controllers/countdown.ts';
import { LoadController } from '../../controllers/load.ts';
import { ProblemError } from '../../data/errors.ts';
import type { Session } from '../../data/types.ts';
import { icon } from '../../ui/icon.ts';
import { RosterElement } from '../../ui/roster-element.ts';
import { textField } from '../../ui/shoelace/fields.ts';
import { signInStyles } from './roster-sign-in.styles.ts';

type Field = 'organization' | 'username' | 'password';

/** seconds to wait where the server names none */
const usualWait = 30;

/**
 * Signs a member in to an organization with username and password; the server sets a cookie.
 *
 * @tag roster-sign-in
 * @attr {string} base-url - Where the server is; without it, the provider's or the page's own.
 * @attr {string} organization - Slug; without it, the provider's, else a field asks for it.
 * @attr {string} heading - In place of "Sign in".
 * @attr {string} lang - Language of the words; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours; `auto` follows the page's `color-scheme`.
 *
 * @fires {CustomEvent<{ session: Session }>} roster-signed-in - The member is in.
 *
 * @slot - Under the button.
 *
 * @csspart form - The form.
 * @csspart field - A labelled text field.
 * @csspart failure - Why the sign-in was refused.
 * @csspart submit - The button.
 *
 * @cssprop [--roster-color-accent] - Colour of the button.
 * @cssprop [--roster-font-size=14px] - Size of the text.
 */
export class RosterSignIn extends RosterElement {
  static override styles = [RosterElement.styles, signInStyles];

  static override properties = {
    ...RosterElement.properties,
    heading: {},
    _incomplete: { state: true },
  };

  declare heading: string | undefined;
  declare private _incomplete: boolean;

  readonly #signIn = new LoadController<Session>(this, {
    onLoaded: (session) => this.#succeed(session),
    onFailed: (error) => {
      if (error.kind === 'throttled') this.#wait.start(retryAfter(error));
      void this.updateComplete.then(() => this.#focusField('password'));
    },
  });
  readonly #wait = new CountdownController(this);
  readonly #entered: Record<Field, string> = { organization: '', username: '', password: '' };

  constructor() {
    super();
    this._incomplete = false;
  }

  /** To the first field that is still empty. */
  override focus(): void {
    void this.updateComplete.then(() => {
      const asked: Field[] = this.#knownOrganization() === undefined ? ['organization'] : [];
      const empty = [...asked, 'username', 'password'] as const;
      const first = empty.find((name) => this.#entered[name] === '') ?? 'password';
      this.#focusField(first);
    });
  }

  protected override render(): TemplateResult {
    const organization = this.#knownOrganization();
    const busy = this.#signIn.loading;
    const lang = this.localize.lang();
    const field = (name: Field) => ({
      value: this.#entered[name],
      lang,
      disabled: busy,
      onInput: (value: string) => {
        this.#entered[name] = value;
        this._incomplete = false;
      },
    });
    return html`<form part="form" novalidate @submit=${this.#onSubmit}>
      <div class="intro">
        <h1>${this.heading ?? this.localize.term('sign-in.title')}</h1>
        ${this.#renderFailure()}
      </div>
      ${
        organization === undefined
          ? textField({
              ...field('organization'),
              name: 'organization',
              label: this.localize.term('sign-in.organization'),
              help: this.localize.term('sign-in.organization-help'),
              autocomplete: 'organization',
            })
          : nothing
      }
      ${textField({
        ...field('username'),
        name: 'username',
        label: this.localize.term('sign-in.username'),
        autocomplete: 'username',
        required: true,
      })}
      ${textField({
        ...field('password'),
        name: 'password',
        label: this.localize.term('sign-in.password'),
        type: 'password',
        autocomplete: 'current-password',
        required: true,
      })}
      <sl-button
        part="submit"
        type="submit"
        variant="primary"
        size="large"
        ?loading=${busy}
        ?disabled=${this.#wait.seconds > 0}
      >
        ${this.localize.term('sign-in.submit')}
      </sl-button>
      <slot></slot>
    </form>`;
  }

  #renderFailure(): TemplateResult | typeof nothing {
    const words = this.#failure();
    return html`<div role="alert">
      ${
        words === undefined
          ? nothing
          : html`<div class="failure" part="failure">
              ${icon('exclamation-circle')}<span>${words}</span>
            </div>`
      }
    </div>`;
  }

  #failure(): string | undefined {
    if (this._incomplete) return this.localize.term('sign-in.missing');
    const { error, loading } = this.#signIn;
    if (!error || loading) return undefined;
    switch (error.kind) {
      case 'credentials':
      case 'unauthenticated':
        return this.localize.term('sign-in.wrong');
      case 'throttled':
        return this.#wait.seconds > 0
          ? this.localize.term('sign-in.throttled', this.#wait.seconds)
          : undefined;
      case 'offline':
        return this.localize.term('sign-in.offline');
      default:
        return this.localize.term('sign-in.failed', error.message);
    }
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#signIn.loading || this.#wait.seconds > 0) return;
    const { username, password } = this.#entered;
    const organization = this.#knownOrganization() ?? this.#entered.organization.trim();
    const missing = username.trim() === '' ? 'username' : password === '' ? 'password' : undefined;
    this._incomplete = missing !== undefined;
    if (missing) {
      this.#focusField(missing);
      return;
    }
    const { client } = this.connection.current;
    void this.#signIn.run((signal) =>
      client.signIn(
        { username: username.trim(), password, ...(organization && { organization }) },
        { signal },
      ),
    );
  };

  #succeed(session: Session): void {
    this.#entered.password = '';
    this.emit('roster-signed-in', { session });
  }

  #knownOrganization(): string | undefined {
    return this.organization ?? this.connection.current.organization;
  }

  #focusField(name: Field): void {
    this.renderRoot.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
  }
}

function retryAfter(error: unknown): number {
  return (error instanceof ProblemError && error.retryAfter) || usualWait;
}
