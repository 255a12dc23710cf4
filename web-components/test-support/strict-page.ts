/** The script of `strict-page.html`: tells the test that opened it what the policy refused. */
import { FakeServer } from './fake-server.ts';

const refused: string[] = [];
document.addEventListener('securitypolicyviolation', (event) => {
  refused.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
});

globalThis.fetch = new FakeServer().fetch;
await import('../define.ts');

/** Violations are told in order, a task later: after this one, none of the elements' is missing. */
function plantViolation(): void {
  document.body.append(document.createElement('planted'));
  document.querySelector('planted')?.setAttribute('style', 'color: red');
}

window.addEventListener('message', ({ data }) => {
  if (data === 'plant') plantViolation();
  const members = document.querySelector('roster-members');
  const table = members?.shadowRoot?.querySelector('roster-member-table');
  const rows = table?.shadowRoot?.querySelectorAll('.row[data-id]').length ?? 0;
  parent.postMessage({ refused, rows }, location.origin);
});
