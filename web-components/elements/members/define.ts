import '../departments/define.ts';
import '../member-table/define.ts';
import { defineElement } from '../../ui/define-element.ts';
import { RosterMembers } from './roster-members.ts';

defineElement('roster-members', RosterMembers);

declare global {
  interface HTMLElementTagNameMap {
    'roster-members': RosterMembers;
  }
}
