import { defineElement } from '../../ui/define-element.ts';
import { RosterProvider } from './roster-provider.ts';

defineElement('roster-provider', RosterProvider);

declare global {
  interface HTMLElementTagNameMap {
    'roster-provider': RosterProvider;
  }
}
