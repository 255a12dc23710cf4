import '../../ui/shoelace/button.ts';
import '../../ui/shoelace/input.ts';
import { defineElement } from '../../ui/define-element.ts';
import { RosterSignIn } from './roster-sign-in.ts';

defineElement('roster-sign-in', RosterSignIn);

declare global {
  interface HTMLElementTagNameMap {
    'roster-sign-in': RosterSignIn;
  }
}
