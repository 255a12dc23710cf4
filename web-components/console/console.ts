/** The script of the page that the server serves at `/`. */
import '../define.ts';
import '../ui/shoelace/button.ts';
import { defineElement } from '../ui/define-element.ts';
import { RosterConsole } from './roster-console.ts';

document.documentElement.lang = navigator.language;
defineElement('roster-console', RosterConsole);
