/** The script of the pages that the server serves at `/`, `/join` and `/reset`. */
import '../define.ts';
import '../ui/shoelace/button.ts';
import { defineElement } from '../ui/define-element.ts';
import { spokenLanguage } from '../ui/localization.ts';
import { RosterConsole } from './roster-console.ts';

document.documentElement.lang = spokenLanguage(navigator.language);

const page = /^\/(join|reset)$/.exec(location.pathname)?.[1] as 'join' | 'reset' | undefined;
const place = document.querySelector('roster-console');
if (page && place) {
  const { showLinkPage } = await import('./link-page.ts');
  showLinkPage(page, place);
} else {
  defineElement('roster-console', RosterConsole);
}
