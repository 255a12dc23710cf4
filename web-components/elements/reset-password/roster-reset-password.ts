import { html, type TemplateResult } from 'lit';
import { CountdownController } from '../../controllers/countdown.ts';
import { LoadController } from '../../controllers/load.ts';
import { fieldMessage } from '../../data/errors.ts';
import type { PasswordReset } from '../../data/types.ts';
import { formFailure, refusalWords, retryAfter } from '../../ui/form-failure.ts';
import { deadLink, formResult, untilWords } from '../../ui/form-result.ts';
import { LinkElement } from '../../ui/link-element.ts';
import { NewPassword } from '../../ui/new-password.ts';

/**
 * Sets a password by the link that an administrator made.
 *
 * @tag roster-reset-password
 * @attr {string} token - From the link; without it, the page's fragment.
 * @attr {string} continue-url - Where the sign-in is, `/` without it.
 * @attr {string} base-url - Where the server is; without it, the provider's or the page's own.
 * @attr {string} lang - Language of the words; `en` and `zh-CN` are spoken.
 * @attr {auto|light|dark} theme - Colours; `auto` follows the page's `color-scheme`.
 *
 * @fires {CustomEvent<{}>} roster-password-set - The password is set.
 *
 * @csspart form - The form.
 * @csspart field - A labelled text field.
 * @csspart failure - Why the form was refused.
 * @csspart submit - The button.
 * @csspart result - What came of it, in the form's place.
 * @csspart continue - The link to the sign-in.
 *
 * @cssprop [--roster-color-accent] - Colour of the button.
 * @cssprop [--roster-font-size=14px] - Size of the text.
 */
export class RosterResetPassword extends LinkElement<PasswordReset> {
  readonly #password = new NewPassword(this);
  readonly #wait = new CountdownController(this);
  readonly #completion = new LoadController<true>(this, {
    onLoaded: () => {
      this.#password.clear();
      this.focusHeading();
      this.emit('roster-password-set', {});
    },
    onFailed: (error) => {
      if (error.kind === 'throttled') this.#wait.start(retryAfter(error));
      if (this.#password.refuse(error, 'password')) return;
      if (this.renderDead()) this.focusHeading();
      else this.#password.focus();
    },
  });

  override focus(): void {
    this.#password.focus();
  }

  protected override lookUp(token: string, signal: AbortSignal): Promise<PasswordReset> {
    return this.connection.current.client.lookUpPasswordReset(token, { signal });
  }

  protected override reset(): void {
    this.#password.clear();
    this.#completion.clear();
  }

  protected override renderDead(): TemplateResult | undefined {
    return super.renderDead() ?? deadLink(this.#completion.error, this.linkWords);
  }

  protected override renderFound(found: PasswordReset): TemplateResult {
    if (this.#completion.value) {
      return formResult({
        title: this.localize.term('reset.done.title'),
        text: this.localize.term('reset.done.text'),
        link: { href: this.continueUrl, words: this.localize.term('link.sign-in') },
      });
    }
    const { name, username, organization, expiresAt } = found;
    const who = username === null ? name : `${name} (${username})`;
    return html`<form part="form" novalidate @submit=${this.#onSubmit}>
      <div class="intro">
        <h1 tabindex="-1">${this.localize.term('reset.title')}</h1>
        <p>${this.localize.term('reset.text', who, organization)}</p>
        <p>${untilWords(expiresAt, this.localize)}</p>
        ${formFailure(this.#failure())}
      </div>
      ${this.#password.render(this.localize, { disabled: this.#completion.loading })}
      <sl-button
        part="submit"
        type="submit"
        variant="primary"
        size="large"
        ?loading=${this.#completion.loading}
        ?disabled=${this.#wait.seconds > 0}
      >
        ${this.localize.term('reset.submit')}
      </sl-button>
    </form>`;
  }

  #failure(): string | undefined {
    const { error, loading } = this.#completion;
    if (!error || loading || fieldMessage(error, 'password') !== undefined) return undefined;
    return refusalWords(error, { localize: this.localize, wait: this.#wait.seconds });
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#completion.loading || this.#wait.seconds > 0 || !this.#password.check()) return;
    const { client } = this.connection.current;
    const completion = { token: this.currentToken, password: this.#password.value };
    void this.#completion.run(async (signal) => {
      await client.completePasswordReset(completion, { signal });
      return true;
    });
  };
}
