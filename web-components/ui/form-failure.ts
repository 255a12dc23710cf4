import { html, nothing, type TemplateResult } from 'lit';
import { ProblemError, type RequestError } from '../data/errors.ts';
import { icon } from './icon.ts';
import type { Localization } from './localization.ts';

/** seconds to wait where the server names none */
const usualWait = 30;

/** Seconds until a throttled form may be sent again. */
export function retryAfter(error: unknown): number {
  return (error instanceof ProblemError && error.retryAfter) || usualWait;
}

/** Why a form with credentials was refused; nothing once a throttled one may be sent again. */
export function refusalWords(
  error: RequestError,
  { localize, wait }: { localize: Localization; wait: number },
): string | undefined {
  switch (error.kind) {
    case 'credentials':
    case 'unauthenticated':
      return localize.term('sign-in.wrong');
    case 'throttled':
      return wait > 0 ? localize.term('sign-in.throttled', wait) : undefined;
    case 'offline':
      return localize.term('sign-in.offline');
    default:
      return localize.term('failure.server.text', error.message);
  }
}

/** The place above a form's fields where it says why it was refused. Style it with `formStyles`. */
export function formFailure(words: string | undefined): TemplateResult {
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
