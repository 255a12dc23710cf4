import './shoelace/translations.ts';
import { LocalizeController, registerTranslation } from '@shoelace-style/localize';
import type { ReactiveControllerHost } from 'lit';
import { en, type Terms } from '../locales/en.ts';
import { zhCn } from '../locales/zh-cn.ts';

registerTranslation(en, zhCn);

/**
 * An element's words. Its language is its own `lang`, else the connection's, else that of the
 * nearest ancestor with a `lang`, else the page's; a language that we do not speak becomes English.
 */
export class Localization extends LocalizeController<Terms> {
  readonly #inherited: () => string | undefined;
  #lang: string | undefined;

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    { inherited = () => undefined }: { inherited?: () => string | undefined } = {},
  ) {
    super(host);
    this.#inherited = inherited;
  }

  hostUpdate(): void {
    this.#lang = undefined; // one look at the page for each update, not for each word
  }

  override lang(): string {
    this.#lang ??= spokenLanguage(
      this.host.lang ||
        this.#inherited() ||
        this.host.parentElement?.closest<HTMLElement>('[lang]')?.lang ||
        document.documentElement.lang ||
        navigator.language,
    );
    return this.#lang;
  }
}

/** The nearest language that has words: the same one with its region, or English. */
export function spokenLanguage(wanted: string): string {
  const tag = wanted.toLowerCase().replaceAll('_', '-');
  let language: string;
  try {
    language = new Intl.Locale(tag).language;
  } catch {
    return 'en';
  }
  if (language === 'zh') return 'zh-cn';
  return language === 'en' ? tag : 'en';
}
