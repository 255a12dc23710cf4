import { html, nothing, type TemplateResult } from 'lit';
import { CountdownController } from '../../controllers/countdown.ts';
import { LoadController } from '../../controllers/load.ts';
import { fieldMessage, isProblem, type RequestError } from '../../data/errors.ts';
import type { Join, Joined } from '../../data/types.ts';
import { formFailure, refusalWords, retryAfter } from '../../ui/form-failure.ts';
import { deadLink, formResult, untilWords } from '../../ui/form-result.ts';
import { LinkElement } from '../../ui/link-element.ts';
import { AccountForm, type AccountKind } from './account-form.ts';

/**
 * Answers an invitation: join with a new account or with one's own, or decline.
 *
 * @tag roster-join
 * @attr {string} token - From the link; without it, the page's fragment.
 * @attr {string} continue-url - Where the sign-in is, `/` without it.
 * @attr {string} base-url - Where the server is; without it, the provider's or the page's own.
 * @attr {string} lang - Language of the words; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours; `auto` follows the page's `color-scheme`.
 *
 * @fires {CustomEvent<{ joined: Joined }>} roster-joined - The person is a member now.
 * @fires {CustomEvent<{}>} roster-declined - The invitation is declined.
 *
 * @csspart invitation - Who invites, to what, until when.
 * @csspart accept - The button that leads to the account.
 * @csspart decline - The button that declines.
 * @csspart form - The form with the account.
 * @csspart field - A labelled text field.
 * @csspart failure - Why the answer was refused.
 * @csspart submit - The button that joins.
 * @csspart switch - The button between a new account and one's own.
 * @csspart result - What came of it, in the form's place.
 * @csspart continue - The link to the sign-in.
 *
 * @cssprop [--roster-color-accent] - Colour of the button.
 * @cssprop [--roster-font-size=14px] - Size of the text.
 */
export class RosterJoin extends LinkElement<Join> {
  static override properties = { ...LinkElement.properties, _kind: { state: true } };

  declare private _kind: AccountKind | undefined;

  readonly #account = new AccountForm(this);
  readonly #wait = new CountdownController(this);
  readonly #accepting = new LoadController<Joined>(this, {
    onLoaded: (joined) => {
      this.#account.clear();
      this.focusHeading();
      this.emit('roster-joined', { joined });
    },
    onFailed: (error) => this.#fail(error),
  });
  readonly #declining = new LoadController<true>(this, {
    onLoaded: () => {
      this.focusHeading();
      this.emit('roster-declined', {});
    },
    onFailed: () => this.focusHeading(),
  });

  protected override lookUp(token: string, signal: AbortSignal): Promise<Join> {
    return this.connection.current.client.lookUpInvitation(token, { signal });
  }

  protected override reset(): void {
    this._kind = undefined;
    this.#account.clear();
    this.#accepting.clear();
    this.#declining.clear();
  }

  protected override renderDead(): TemplateResult | undefined {
    const error = this.#accepting.error ?? this.#declining.error;
    return super.renderDead() ?? deadLink(error, this.linkWords);
  }

  protected override renderFound(join: Join): TemplateResult {
    if (this.#accepting.value) return this.#renderJoined(this.#accepting.value);
    if (this.#declining.value) {
      return formResult({
        title: this.localize.term('join.declined.title'),
        text: this.localize.term('join.declined.text', join.organization),
      });
    }
    return this._kind === undefined
      ? this.#renderInvitation(join)
      : this.#renderAccount(join, this._kind);
  }

  #renderJoined({ organization, member }: Joined): TemplateResult {
    return formResult({
      title: this.localize.term('join.joined.title', organization.name),
      text: this.localize.term('join.joined.text', organization.slug, member.username),
      link: { href: this.continueUrl, words: this.localize.term('link.sign-in') },
    });
  }

  #renderInvitation(join: Join): TemplateResult {
    const { inviter, organization, name, email, expiresAt } = join;
    const { error, loading } = this.#declining;
    // What a program sends comes from the organization itself.
    const text =
      inviter === organization
        ? this.localize.term('join.text-without-inviter', organization)
        : this.localize.term('join.text', inviter, organization);
    return html`<div class="invitation" part="invitation">
      <div class="intro">
        <h1 tabindex="-1">${this.localize.term('join.title', organization)}</h1>
        <p>${text}</p>
        <p>
          ${this.localize.term('join.for')}: ${name}${
            email === null ? nothing : html`<br>${this.localize.term('join.mailed-to')}: ${email}`
          }
        </p>
        <p>${untilWords(expiresAt, this.localize)}</p>
        ${formFailure(error && !loading ? this.#words(error) : undefined)}
      </div>
      <sl-button
        part="accept"
        variant="primary"
        size="large"
        ?disabled=${loading}
        @click=${() => this.#choose('register', join)}
      >
        ${this.localize.term('join.accept')}
      </sl-button>
      <sl-button part="decline" size="large" ?loading=${loading} @click=${this.#decline}>
        ${this.localize.term('join.decline')}
      </sl-button>
    </div>`;
  }

  #renderAccount(join: Join, kind: AccountKind): TemplateResult {
    const { localize } = this;
    const busy = this.#accepting.loading;
    const other = kind === 'register' ? 'sign-in' : 'register';
    const title = kind === 'register' ? 'join.register-title' : 'join.sign-in-title';
    return html`<form
      part="form"
      novalidate
      @submit=${(event: SubmitEvent) => this.#submit(event, kind)}
    >
      <div class="intro">
        <h1 tabindex="-1">${localize.term(title, join.organization)}</h1>
        ${formFailure(this.#failure())}
      </div>
      ${this.#account.render(kind, join, { localize, disabled: busy })}
      <sl-button
        part="submit"
        type="submit"
        variant="primary"
        size="large"
        ?loading=${busy}
        ?disabled=${this.#wait.seconds > 0}
      >
        ${localize.term('join.submit')}
      </sl-button>
      <sl-button
        part="switch"
        variant="text"
        ?disabled=${busy}
        @click=${() => this.#choose(other, join)}
      >
        ${localize.term(kind === 'register' ? 'join.have-account' : 'join.register')}
      </sl-button>
    </form>`;
  }

  #choose(kind: AccountKind, join: Join): void {
    this._kind = kind;
    this.#accepting.clear();
    this.#declining.clear();
    this.#account.clear(kind === 'register' ? (join.username ?? '') : '');
    this.#account.focus(kind === 'register' ? 'username' : 'organization');
  }

  #submit(event: SubmitEvent, kind: AccountKind): void {
    event.preventDefault();
    if (this.#accepting.loading || this.#wait.seconds > 0) return;
    const acceptance = this.#account.check(kind);
    if (acceptance === undefined) return;
    const { client } = this.connection.current;
    const token = this.currentToken;
    void this.#accepting.run((signal) =>
      client.acceptInvitation({ token, ...acceptance }, { signal }),
    );
  }

  readonly #decline = (): void => {
    if (this.#declining.loading) return;
    const { client } = this.connection.current;
    const token = this.currentToken;
    void this.#declining.run(async (signal) => {
      await client.declineInvitation(token, { signal });
      return true;
    });
  };

  #fail(error: RequestError): void {
    if (error.kind === 'throttled') this.#wait.start(retryAfter(error));
    if (this._kind && this.#account.refuse(error, this._kind)) return;
    if (this.renderDead()) this.focusHeading();
    else this.#account.focus(this._kind === 'register' ? 'username' : 'password');
  }

  #failure(): string | undefined {
    const { error, loading } = this.#accepting;
    if (!error || loading) return undefined;
    const ofField = ['username', 'password'].some((name) => fieldMessage(error, name));
    return ofField ? undefined : this.#words(error);
  }

  #words(error: RequestError): string | undefined {
    const { localize } = this;
    if (isProblem(error, 'password-expired')) return localize.term('password.expired');
    if (isProblem(error, 'password-change-required')) return localize.term('password.temporary');
    if (fieldMessage(error, 'account') !== undefined) return localize.term('join.member-already');
    return refusalWords(error, { localize, wait: this.#wait.seconds });
  }
}
