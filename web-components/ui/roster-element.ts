import { type CSSResultGroup, LitElement } from 'lit';
import { ConnectionController, type ConnectionHost } from '../controllers/connection.ts';
import type { GetToken } from '../data/access-token.ts';
import { baseStyles } from './base.styles.ts';
import type { RosterEvents } from './events.ts';
import { Localization } from './localization.ts';
import { shoelaceTokens } from './shoelace/tokens.ts';
import { tokens } from './tokens.ts';

/** `auto` follows the CSS property `color-scheme` of the page around the element. */
export type Theme = 'auto' | 'light' | 'dark';

/** What all our elements share: a connection, a language, a theme. Never extend LitElement itself. */
export abstract class RosterElement extends LitElement implements ConnectionHost {
  static override styles: CSSResultGroup = [tokens, shoelaceTokens, baseStyles];

  static override properties = {
    baseUrl: { attribute: 'base-url' },
    organization: {},
    getToken: { attribute: false },
    lang: { reflect: true },
    theme: { reflect: true },
  };

  declare baseUrl: string | undefined;
  declare organization: string | undefined;
  declare getToken: GetToken | undefined;
  declare lang: string;
  declare theme: Theme;

  protected readonly connection: ConnectionController;
  protected readonly localize: Localization;

  constructor({ alwaysOwnConnection = false }: { alwaysOwnConnection?: boolean } = {}) {
    super();
    this.theme = 'auto';
    this.connection = new ConnectionController(this, { alwaysOwn: alwaysOwnConnection });
    this.localize = new Localization(this, { inherited: () => this.connection.current.lang });
  }

  /** @returns false when a listener prevented what was about to happen */
  protected emit<Name extends keyof RosterEvents>(
    name: Name,
    detail: RosterEvents[Name],
    { cancelable = false }: { cancelable?: boolean } = {},
  ): boolean {
    return this.dispatchEvent(
      new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }),
    );
  }
}
