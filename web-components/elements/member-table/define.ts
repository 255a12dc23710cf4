import '../../ui/shoelace/button.ts';
import '../../ui/shoelace/input.ts';
import '../../ui/shoelace/skeleton.ts';
import { defineElement } from '../../ui/define-element.ts';
import { RosterMemberTable } from './roster-member-table.ts';

defineElement('roster-member-table', RosterMemberTable);

declare global {
  interface HTMLElementTagNameMap {
    'roster-member-table': RosterMemberTable;
  }
}
