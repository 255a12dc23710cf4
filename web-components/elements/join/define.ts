import '../../ui/shoelace/button.ts';
import '../../ui/shoelace/input.ts';
import { defineElement } from '../../ui/define-element.ts';
import { RosterJoin } from './roster-join.ts';

defineElement('roster-join', RosterJoin);

declare global {
  interface HTMLElementTagNameMap {
    'roster-join': RosterJoin;
  }
}
