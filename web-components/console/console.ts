/** The script of the page that the server serves at `/`. */
import '../define.ts';
import '../ui/shoelace/button.ts';
import { defineElement } from '../ui/define-element.ts';
import { spokenLanguage } from '../ui/localization.ts';
import { RosterConsole } from './roster-console.ts';

document.documentElement.lang = spokenLanguage(navigator.language);
defineElement('roster-console', RosterConsole);
