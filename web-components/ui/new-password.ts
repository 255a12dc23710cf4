import { html, type TemplateResult } from 'lit';
import { fieldMessage, type RequestError } from '../data/errors.ts';
import type { Localization } from './localization.ts';
import { textField } from './shoelace/fields.ts';

type Field = 'new-password' | 'again';

export interface NewPasswordHost {
  requestUpdate(): void;
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly updateComplete: Promise<boolean>;
}

/** A password that a person chooses, typed twice, and what is wrong with it. */
export class NewPassword {
  readonly #host: NewPasswordHost;
  readonly #entered: Record<Field, string> = { 'new-password': '', again: '' };
  #wrong: 'missing' | 'differs' | { refused: string } | undefined;

  constructor(host: NewPasswordHost) {
    this.#host = host;
  }

  get value(): string {
    return this.#entered['new-password'];
  }

  clear(): void {
    this.#entered['new-password'] = '';
    this.#entered.again = '';
    this.#wrong = undefined;
    this.#host.requestUpdate();
  }

  /** @returns whether it may be sent; if not, the field at fault has the focus and says why */
  check(): boolean {
    const { 'new-password': first, again } = this.#entered;
    this.#wrong = first === '' ? 'missing' : first === again ? undefined : 'differs';
    if (this.#wrong !== undefined) this.focus(this.#wrong === 'differs' ? 'again' : 'new-password');
    this.#host.requestUpdate();
    return this.#wrong === undefined;
  }

  /**
   * Shows what the server says of it.
   *
   * @param field what the server calls it
   * @returns false when that is nothing
   */
  refuse(error: RequestError, field: 'password' | 'newPassword'): boolean {
    const message = fieldMessage(error, field);
    if (message === undefined) return false;
    this.#wrong = { refused: message };
    this.focus();
    this.#host.requestUpdate();
    return true;
  }

  focus(field: Field = 'new-password'): void {
    void this.#host.updateComplete.then(() =>
      this.#host.renderRoot.querySelector<HTMLElement>(`[name="${field}"]`)?.focus(),
    );
  }

  /** @param first for a new account, which had no password before */
  render(
    localize: Localization,
    { disabled, first = false }: { disabled: boolean; first?: boolean },
  ): TemplateResult {
    const field = (name: Field, label: string, error: string | undefined, help = '') =>
      textField({
        name,
        label,
        help,
        error,
        disabled,
        value: this.#entered[name],
        lang: localize.lang(),
        type: 'password',
        autocomplete: 'new-password',
        required: true,
        onInput: (value) => {
          this.#entered[name] = value;
          this.#wrong = undefined;
          this.#host.requestUpdate();
        },
      });
    const wrong = this.#wrong;
    const refused =
      wrong === 'missing'
        ? localize.term('password.missing')
        : typeof wrong === 'object'
          ? localize.term('field.refused', wrong.refused)
          : undefined;
    const differs = wrong === 'differs' ? localize.term('password.differs') : undefined;
    const label = localize.term(first ? 'password.choose' : 'password.new');
    const again = localize.term(first ? 'password.choose-again' : 'password.again');
    return html`
      ${field('new-password', label, refused, localize.term('password.hint'))}
      ${field('again', again, differs)}
    `;
  }
}
