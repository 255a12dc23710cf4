import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { LoadController } from '../controllers/load.ts';
import { failurePanel } from './failure-panel.ts';
import { formStyles } from './form.styles.ts';
import { deadLink } from './form-result.ts';
import type { Localization } from './localization.ts';
import { panelStyles } from './panel.styles.ts';
import { RosterElement } from './roster-element.ts';

/** What the elements behind a link share: its token, what it is for, and why it opens nothing. */
export abstract class LinkElement<Found> extends RosterElement {
  static override styles = [RosterElement.styles, panelStyles, formStyles];

  static override properties = {
    ...RosterElement.properties,
    token: {},
    continueUrl: { attribute: 'continue-url' },
  };

  declare token: string | undefined;
  declare continueUrl: string;

  protected readonly found = new LoadController<Found>(this, {
    onFailed: () => this.focusHeading(),
  });
  #usedToken: string | undefined;

  constructor() {
    super();
    this.continueUrl = '/';
  }

  /** The token that is answered now: the property's, else the one in the page's fragment. */
  protected get currentToken(): string {
    return this.#usedToken ?? '';
  }

  protected abstract lookUp(token: string, signal: AbortSignal): Promise<Found>;

  /** Forgets what belongs to the link before. */
  protected abstract reset(): void;

  protected abstract renderFound(found: Found): TemplateResult;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const token = this.token ?? this.#usedToken ?? location.hash.slice(1);
    if (token === this.#usedToken) return;
    this.#usedToken = token;
    this.found.clear();
    this.reset();
    if (token !== '') void this.found.run((signal) => this.lookUp(token, signal));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { value, error, waiting } = this.found;
    const dead = this.renderDead();
    if (dead) return dead;
    if (value !== undefined && error === undefined) return this.renderFound(value);
    if (error) {
      return failurePanel(error, {
        localize: this.localize,
        forbidden: error.message,
        onRetry: () => void this.found.retry(),
      });
    }
    return waiting ? html`<p role="status">${this.localize.term('link.loading')}…</p>` : nothing;
  }

  /** Why the link opens nothing, as far as that is known yet. */
  protected renderDead(): TemplateResult | undefined {
    return deadLink(this.currentToken === '' ? 'unknown' : this.found.error, this.linkWords);
  }

  protected get linkWords(): { localize: Localization; continueUrl: string } {
    return { localize: this.localize, continueUrl: this.continueUrl };
  }

  /** To the heading, which says what came of it. */
  protected focusHeading(): void {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('h1[tabindex]')?.focus(),
    );
  }
}
