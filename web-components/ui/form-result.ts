import { html, nothing, type TemplateResult } from 'lit';
import { isProblem, type RequestError } from '../data/errors.ts';
import { icon } from './icon.ts';
import type { Localization } from './localization.ts';

export interface FormResultOptions {
  readonly title: string;
  readonly text: string;
  readonly failed?: boolean;
  readonly link?: { readonly href: string; readonly words: string };
}

/** What came of a form, in its place. Its heading takes the focus. Style it with `formStyles`. */
export function formResult({ title, text, failed = false, link }: FormResultOptions) {
  return html`<div class="result ${failed ? 'failed' : ''}" part="result">
    <span class="emblem">${icon(failed ? 'exclamation-circle' : 'check-lg')}</span>
    <div>
      <h1 tabindex="-1">${title}</h1>
      <p>${text}</p>
    </div>
    ${link ? html`<a part="continue" href=${link.href}>${link.words}</a>` : nothing}
  </div>`;
}

const deadStates = ['expired', 'replaced', 'revoked', 'used'] as const;

/** Why a link opens nothing, in its form's place; undefined when the error is another. */
export function deadLink(
  error: RequestError | 'unknown' | undefined,
  { localize, continueUrl }: { localize: Localization; continueUrl: string },
): TemplateResult | undefined {
  const state =
    deadStates.find((one) => isProblem(error, `link-${one}`)) ??
    (error === 'unknown' || isProblem(error, 'not-found') ? 'unknown' : undefined);
  if (state === undefined) return undefined;
  return formResult({
    title: localize.term(`link.${state}.title`),
    text: localize.term(`link.${state}.text`),
    failed: true,
    ...(state === 'used' && {
      link: { href: continueUrl, words: localize.term('link.sign-in') },
    }),
  });
}

/** A link's last moment, in the reader's words. */
export function untilWords(expiresAt: string, localize: Localization): string {
  const moment = localize.date(expiresAt, { dateStyle: 'long', timeStyle: 'short' });
  return localize.term('link.until', moment);
}
