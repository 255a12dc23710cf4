import type SlInput from '@shoelace-style/shoelace/dist/components/input/input.component.js';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icon.ts';

export interface TextFieldOptions {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly lang: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly autocomplete?: string;
  readonly help?: string;
  /** why what was typed is refused; stands in place of the help */
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly autofocus?: boolean;
}

/** A labelled text field. Needs `ui/shoelace/input.ts` loaded. */
export function textField({
  name,
  label,
  value,
  lang,
  onInput,
  type = 'text',
  autocomplete,
  help = '',
  error,
  required = false,
  disabled = false,
  autofocus = false,
}: TextFieldOptions): TemplateResult {
  return html`<sl-input
    part="field"
    name=${name}
    type=${type}
    label=${label}
    lang=${lang}
    class=${error ? 'refused' : nothing}
    help-text=${error ?? help}
    autocomplete=${autocomplete ?? nothing}
    autocapitalize="off"
    autocorrect="off"
    .spellcheck=${false}
    .value=${value}
    ?required=${required}
    ?disabled=${disabled}
    ?autofocus=${autofocus}
    ?password-toggle=${type === 'password'}
    @sl-input=${(event: Event) => onInput((event.currentTarget as SlInput).value)}
  ></sl-input>`;
}

export interface SearchFieldOptions {
  readonly label: string;
  readonly value: string;
  readonly lang: string;
  /** called for every change of the text, but not while an input method is still composing */
  readonly onInput: (value: string) => void;
  /** called when the reader does not want to wait: Enter, or the clear button */
  readonly onCommit: (value: string) => void;
}

/** A search box with a clear button. Needs `ui/shoelace/input.ts` loaded. */
export function searchField({
  label,
  value,
  lang,
  onInput,
  onCommit,
}: SearchFieldOptions): TemplateResult {
  const current = (event: Event) => (event.currentTarget as SlInput).value;
  return html`<sl-input
    part="search"
    class="search"
    type="search"
    label=${label}
    placeholder=${label}
    lang=${lang}
    autocomplete="off"
    clearable
    .value=${value}
    @input=${(event: InputEvent) => {
      if (!event.isComposing) onInput(current(event));
    }}
    @compositionend=${(event: Event) => onInput(current(event))}
    @sl-clear=${() => onCommit('')}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === 'Enter' && !event.isComposing) onCommit(current(event));
    }}
  >
    <span slot="prefix">${icon('search')}</span>
  </sl-input>`;
}
