import { html, nothing, type TemplateResult } from 'lit';
import { ProblemError, type RequestError } from '../data/errors.ts';
import { icon } from './icon.ts';
import type { IconName } from './icon-paths.ts';
import type { Localization } from './localization.ts';

export interface PanelOptions {
  readonly emblem: IconName;
  readonly title: string;
  readonly text: string;
  readonly action?: TemplateResult | typeof nothing;
  readonly failed?: boolean;
  /** whether to announce it at once */
  readonly alert?: boolean;
}

/** A message in place of content. Style it with `panelStyles`. */
export function messagePanel({
  emblem,
  title,
  text,
  action = nothing,
  failed = false,
  alert = false,
}: PanelOptions): TemplateResult {
  return html`<div
    class="panel ${failed ? 'failed' : ''}"
    part="message"
    role=${alert ? 'alert' : nothing}
  >
    <span class="emblem">${icon(emblem)}</span>
    <h3>${title}</h3>
    <p>${text}</p>
    ${action}
  </div>`;
}

/** Says in words what a failed request means, and whether trying again can help. */
export function failureWords(
  error: RequestError,
  { localize, forbidden }: { localize: Localization; forbidden: string },
): { emblem: IconName; title: string; text: string; mayRetry: boolean } {
  switch (error.kind) {
    case 'offline':
      return {
        emblem: 'wifi-off',
        title: localize.term('failure.offline.title'),
        text: localize.term('failure.offline.text'),
        mayRetry: true,
      };
    case 'forbidden':
      return {
        emblem: 'shield-lock',
        title: localize.term('failure.forbidden.title'),
        text: forbidden,
        mayRetry: false,
      };
    case 'unauthenticated':
    case 'credentials':
      return {
        emblem: 'shield-lock',
        title: localize.term('failure.unauthenticated.title'),
        text: localize.term('failure.unauthenticated.text'),
        mayRetry: true,
      };
    case 'throttled':
      return {
        emblem: 'hourglass-split',
        title: localize.term('failure.throttled.title'),
        text: localize.term('failure.throttled.text', waitSeconds(error)),
        mayRetry: true,
      };
    default:
      return {
        emblem: 'exclamation-triangle',
        title: localize.term('failure.server.title'),
        text: localize.term('failure.server.text', error.message),
        mayRetry: true,
      };
  }
}

function waitSeconds(error: RequestError): number {
  return (error instanceof ProblemError && error.retryAfter) || 1;
}

export interface FailurePanelOptions {
  readonly localize: Localization;
  /** what to say to those who may not see this */
  readonly forbidden: string;
  readonly onRetry: () => void;
}

/** A failed request in place of what it should have brought. Announced at once. */
export function failurePanel(
  error: RequestError,
  { localize, forbidden, onRetry }: FailurePanelOptions,
): TemplateResult {
  const { emblem, title, text, mayRetry } = failureWords(error, { localize, forbidden });
  const retry = html`<sl-button part="retry" @click=${onRetry}>
    ${localize.term('action.retry')}
  </sl-button>`;
  return messagePanel({
    emblem,
    title,
    text,
    action: mayRetry ? retry : nothing,
    failed: error.kind !== 'forbidden',
    alert: true,
  });
}
