import '../../ui/shoelace/button.ts';
import '../../ui/shoelace/skeleton.ts';
import { defineElement } from '../../ui/define-element.ts';
import { RosterDepartments } from './roster-departments.ts';

defineElement('roster-departments', RosterDepartments);

declare global {
  interface HTMLElementTagNameMap {
    'roster-departments': RosterDepartments;
  }
}
