import type { RequestError } from '../data/errors.ts';
import type { Department, Joined, Member, MemberPage, Session } from '../data/types.ts';

/** Every event that an element of ours fires, with its detail. All bubble and cross shadow roots. */
export interface RosterEvents {
  'roster-signed-in': { readonly session: Session };
  'roster-joined': { readonly joined: Joined };
  'roster-declined': Record<string, never>;
  'roster-password-set': Record<string, never>;
  'roster-unauthenticated': Record<string, never>;
  'roster-department-selected': { readonly department: Department };
  'roster-departments-loaded': { readonly departments: readonly Department[] };
  'roster-members-loaded': { readonly page: MemberPage };
  'roster-member-activated': { readonly member: Member };
  'roster-load-failed': { readonly error: RequestError };
}

type RosterEventMap = { [Name in keyof RosterEvents]: CustomEvent<RosterEvents[Name]> };

declare global {
  interface HTMLElementEventMap extends RosterEventMap {}
}
