/** What the page at `/join` or `/reset` loads beside the console. */
import '../elements/join/define.ts';
import '../elements/reset-password/define.ts';
import { defineElement } from '../ui/define-element.ts';
import { RosterLinkPage } from './roster-link-page.ts';

defineElement('roster-link-page', RosterLinkPage);

/** Shows the page in the console's place, and takes the token out of the address bar. */
export function showLinkPage(page: 'join' | 'reset', place: Element): void {
  const element = document.createElement('roster-link-page') as RosterLinkPage;
  element.page = page;
  const takeToken = () => {
    element.token = location.hash.slice(1);
    history.replaceState(null, '', location.pathname);
  };
  takeToken();
  // Another link, opened in the same tab, changes the fragment only.
  window.addEventListener('hashchange', () => {
    if (location.hash.length > 1) takeToken();
  });
  place.replaceWith(element);
}
