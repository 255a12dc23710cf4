import '../../ui/shoelace/button.ts';
import '../../ui/shoelace/input.ts';
import { defineElement } from '../../ui/define-element.ts';
import { RosterResetPassword } from './roster-reset-password.ts';

defineElement('roster-reset-password', RosterResetPassword);

declare global {
  interface HTMLElementTagNameMap {
    'roster-reset-password': RosterResetPassword;
  }
}
