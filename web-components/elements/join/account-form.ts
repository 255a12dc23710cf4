import { html, nothing, type TemplateResult } from 'lit';
import { fieldMessage, isProblem, type RequestError } from '../../data/errors.ts';
import type { Join, JoinAcceptance } from '../../data/types.ts';
import type { Localization } from '../../ui/localization.ts';
import { NewPassword, type NewPasswordHost } from '../../ui/new-password.ts';
import { textField } from '../../ui/shoelace/fields.ts';

export type AccountKind = JoinAcceptance['account']['kind'];

type Field = 'organization' | 'username' | 'password' | 'username-here';
type Why = 'missing' | 'taken' | { readonly refused: string };
type Acceptance = Omit<JoinAcceptance, 'token'>;

/** Whose account joins: a new one, or one that its owner signs in to. */
export class AccountForm {
  readonly #host: NewPasswordHost;
  readonly #newPassword: NewPassword;
  readonly #entered: Record<Field, string> = {
    organization: '',
    username: '',
    password: '',
    'username-here': '',
  };
  #wrong: { field: Field; why: Why } | undefined;
  #asksUsernameHere = false;

  constructor(host: NewPasswordHost) {
    this.#host = host;
    this.#newPassword = new NewPassword(host);
  }

  clear(username = ''): void {
    Object.assign(this.#entered, { organization: '', username, password: '', 'username-here': '' });
    this.#wrong = undefined;
    this.#asksUsernameHere = false;
    this.#newPassword.clear();
  }

  /** @returns what to send; undefined when something is missing, which has the focus and says so */
  check(kind: AccountKind): Acceptance | undefined {
    const { password, ...names } = this.#entered;
    const username = names.username.trim();
    const usernameHere = names['username-here'].trim();
    if (username === '') return this.#refuse('username', 'missing');
    if (kind === 'register') {
      if (!this.#newPassword.check()) return undefined;
      return { account: { kind, username, password: this.#newPassword.value } };
    }
    if (password === '') return this.#refuse('password', 'missing');
    if (this.#asksUsernameHere && usernameHere === '') {
      return this.#refuse('username-here', 'missing');
    }
    const organization = names.organization.trim();
    return {
      account: { kind, username, password, ...(organization && { organization }) },
      ...(this.#asksUsernameHere && { username: usernameHere }),
    };
  }

  /** @returns whether the server's refusal is about one field, which then has the focus */
  refuse(error: RequestError, kind: AccountKind): boolean {
    const message = fieldMessage(error, 'username');
    if (message !== undefined) {
      if (kind === 'sign-in') this.#asksUsernameHere = true;
      const field = kind === 'sign-in' ? 'username-here' : 'username';
      this.#refuse(field, isProblem(error, 'not-unique') ? 'taken' : { refused: message });
      return true;
    }
    return kind === 'register' && this.#newPassword.refuse(error, 'password');
  }

  focus(field: Field): void {
    void this.#host.updateComplete.then(() =>
      this.#host.renderRoot.querySelector<HTMLElement>(`[name="${field}"]`)?.focus(),
    );
  }

  render(
    kind: AccountKind,
    join: Join,
    { localize, disabled }: { localize: Localization; disabled: boolean },
  ): TemplateResult {
    const field = (name: Field, label: string, more: { help?: string; autocomplete?: string }) =>
      textField({
        ...more,
        name,
        label,
        disabled,
        value: this.#entered[name],
        lang: localize.lang(),
        error: this.#words(name, localize),
        type: name === 'password' ? 'password' : 'text',
        required: name !== 'organization',
        onInput: (value) => {
          this.#entered[name] = value;
          this.#wrong = undefined;
          this.#host.requestUpdate();
        },
      });
    const username = field('username', localize.term('sign-in.username'), {
      autocomplete: 'username',
    });
    if (kind === 'register') {
      return html`${username} ${this.#newPassword.render(localize, { disabled, first: true })}`;
    }
    const here = localize.term('join.username-here', join.organization);
    return html`
      ${field('organization', localize.term('sign-in.organization'), {
        help: localize.term('join.organization-help'),
        autocomplete: 'organization',
      })}
      ${username}
      ${field('password', localize.term('sign-in.password'), { autocomplete: 'current-password' })}
      ${this.#asksUsernameHere ? field('username-here', here, { autocomplete: 'off' }) : nothing}
    `;
  }

  #refuse(field: Field, why: Why): undefined {
    this.#wrong = { field, why };
    this.#host.requestUpdate();
    this.focus(field);
  }

  #words(field: Field, localize: Localization): string | undefined {
    if (this.#wrong?.field !== field) return undefined;
    const { why } = this.#wrong;
    if (why === 'taken') return localize.term('field.username-taken');
    if (why !== 'missing') return localize.term('field.refused', why.refused);
    return localize.term(field === 'password' ? 'sign-in.missing' : 'field.username-missing');
  }
}
