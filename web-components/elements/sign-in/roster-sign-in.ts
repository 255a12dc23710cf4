import { html, nothing, type TemplateResult } from 'lit';
import { CountdownController } from '../../controllers/countdown.ts';
import { LoadController } from '../../controllers/load.ts';
import { fieldMessage, isProblem, type RequestError } from '../../data/errors.ts';
import type { Credentials, OfferedOrganization, Session } from '../../data/types.ts';
import { formStyles } from '../../ui/form.styles.ts';
import { formFailure, refusalWords, retryAfter } from '../../ui/form-failure.ts';
import { NewPassword } from '../../ui/new-password.ts';
import { RosterElement } from '../../ui/roster-element.ts';
import { textField } from '../../ui/shoelace/fields.ts';
import { organizationChoice, organizationChoiceStyles } from './organization-choice.ts';

type Field = 'organization' | 'username' | 'password';
type Step = 'credentials' | 'organization' | 'password';

/**
 * Signs a member in to an organization with username and password; the server sets a cookie. Who is in
 * several organizations and names none chooses one in place; who has a password for the first sign-in
 * only chooses another.
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
 * @csspart organization - A button: one of the organizations to choose from.
 * @csspart back - From a choice to the sign-in.
 *
 * @cssprop [--roster-color-accent] - Colour of the button.
 * @cssprop [--roster-font-size=14px] - Size of the text.
 */
export class RosterSignIn extends RosterElement {
  static override styles = [RosterElement.styles, formStyles, organizationChoiceStyles];

  static override properties = {
    ...RosterElement.properties,
    heading: {},
    _incomplete: { state: true },
    _step: { state: true },
  };

  declare heading: string | undefined;
  declare private _incomplete: boolean;
  declare private _step: Step;

  readonly #signIn = new LoadController<Session>(this, {
    onLoaded: (session) => this.#succeed(session),
    onFailed: (error) => this.#fail(error),
  });
  readonly #newPassword = new NewPassword(this);
  readonly #wait = new CountdownController(this);
  readonly #entered: Record<Field, string> = { organization: '', username: '', password: '' };
  #offered: readonly OfferedOrganization[] = [];
  #chosen: OfferedOrganization | undefined;

  constructor() {
    super();
    this._incomplete = false;
    this._step = 'credentials';
  }

  /** To the first field that is still empty. */
  override focus(): void {
    const asked: Field[] = this.#knownOrganization() === undefined ? ['organization'] : [];
    const empty = [...asked, 'username', 'password'] as const;
    const first = empty.find((name) => this.#entered[name] === '') ?? 'password';
    this.#focus(`[name="${first}"]`);
  }

  protected override render(): TemplateResult {
    const organization = this.#knownOrganization();
    if (this._step === 'password') return this.#renderPasswordChoice();
    if (this._step === 'organization') return this.#renderOrganizationChoice();
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
        ${formFailure(this.#failure())}
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
      ${this.#renderSubmit(this.localize.term('sign-in.submit'))}
      <slot></slot>
    </form>`;
  }

  #renderOrganizationChoice(): TemplateResult {
    return html`<div class="choice">
      <div class="intro">
        <h1 id="choose">${this.localize.term('sign-in.choose-title')}</h1>
        <p>${this.localize.term('sign-in.choose-text')}</p>
        ${formFailure(this.#failure())}
      </div>
      ${organizationChoice(this.#offered, {
        labelledBy: 'choose',
        chosen: this.#signIn.loading ? this.#chosen : undefined,
        disabled: this.#signIn.loading || this.#wait.seconds > 0,
        onChoose: (organization) => {
          this.#chosen = organization;
          this.#send();
        },
      })}
      ${this.#renderBack()}
    </div>`;
  }

  #renderPasswordChoice(): TemplateResult {
    return html`<form part="form" novalidate @submit=${this.#onPasswordChosen}>
      <div class="intro">
        <h1>${this.localize.term('password.title')}</h1>
        <p>${this.localize.term('password.first-text')}</p>
        ${formFailure(this.#failure())}
      </div>
      ${this.#newPassword.render(this.localize, { disabled: this.#signIn.loading })}
      ${this.#renderSubmit(this.localize.term('password.first-submit'))}
      ${this.#renderBack()}
    </form>`;
  }

  #renderBack(): TemplateResult {
    return html`<sl-button part="back" variant="text" @click=${this.#startOver}>
      ${this.localize.term('action.back')}
    </sl-button>`;
  }

  #renderSubmit(words: string): TemplateResult {
    return html`<sl-button
      part="submit"
      type="submit"
      variant="primary"
      size="large"
      ?loading=${this.#signIn.loading}
      ?disabled=${this.#wait.seconds > 0}
    >
      ${words}
    </sl-button>`;
  }

  #failure(): string | undefined {
    if (this._incomplete) return this.localize.term('sign-in.missing');
    const { error, loading } = this.#signIn;
    if (!error || loading) return undefined;
    if (isProblem(error, 'password-change-required')) return undefined;
    if (this._step === 'organization' && isProblem(error, 'choose-organization')) return undefined;
    if (isProblem(error, 'password-expired')) return this.localize.term('password.expired');
    if (this._step === 'password' && fieldMessage(error, 'newPassword') !== undefined) {
      return undefined;
    }
    return refusalWords(error, { localize: this.localize, wait: this.#wait.seconds });
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#signIn.loading || this.#wait.seconds > 0) return;
    const { username, password } = this.#entered;
    const missing = username.trim() === '' ? 'username' : password === '' ? 'password' : undefined;
    this._incomplete = missing !== undefined;
    if (missing) {
      this.#focus(`[name="${missing}"]`);
      return;
    }
    this.#send();
  };

  #send(): void {
    const { client } = this.connection.current;
    void this.#signIn.run((signal) => client.signIn(this.#credentials(), { signal }));
  }

  readonly #onPasswordChosen = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#signIn.loading || this.#wait.seconds > 0 || !this.#newPassword.check()) return;
    const { client } = this.connection.current;
    const change = { ...this.#credentials(), newPassword: this.#newPassword.value };
    void this.#signIn.run((signal) => client.changePassword(change, { signal }));
  };

  readonly #startOver = (): void => {
    // What is typed still serves for another organization; a password for the first sign-in does not.
    if (this._step === 'password') this.#entered.password = '';
    this.#toCredentials();
    this.#signIn.clear();
    this.focus();
  };

  #toCredentials(): void {
    this._step = 'credentials';
    this.#chosen = undefined;
    this.#newPassword.clear();
  }

  #credentials(): Credentials {
    const { username, password } = this.#entered;
    if (this.#chosen) {
      const { slug: organization, username: there } = this.#chosen;
      return { username: there ?? username.trim(), password, organization };
    }
    const organization = this.#knownOrganization() ?? this.#entered.organization.trim();
    return { username: username.trim(), password, ...(organization && { organization }) };
  }

  #fail(error: RequestError): void {
    if (error.kind === 'throttled') this.#wait.start(retryAfter(error));
    if (isProblem(error, 'password-change-required')) {
      this._step = 'password';
      this.#newPassword.focus();
      return;
    }
    if (isProblem(error, 'choose-organization') && error.problem.organizations) {
      this.#offer(error.problem.organizations);
      return;
    }
    if (this._step === 'password' && this.#newPassword.refuse(error, 'newPassword')) return;
    // The password that was given is no good any more: it ran out, or was changed elsewhere.
    if (error.kind === 'credentials' || error.kind === 'forbidden') this.#toCredentials();
    if (this._step === 'password') this.#newPassword.focus();
    if (this._step === 'credentials') this.#focus('[name="password"]');
  }

  #offer(organizations: readonly OfferedOrganization[]): void {
    this.#offered = organizations;
    this.#chosen = undefined;
    this._step = 'organization';
    this.#focus('[part="organization"]');
  }

  #succeed(session: Session): void {
    this.#entered.password = '';
    this.#toCredentials();
    this.emit('roster-signed-in', { session });
  }

  #knownOrganization(): string | undefined {
    return this.organization ?? this.connection.current.organization;
  }

  /** The first that matches, once it can have the focus. */
  #focus(selector: string): void {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(selector)?.focus(),
    );
  }
}
