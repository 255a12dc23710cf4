import type { Translation } from '@shoelace-style/localize';

const plural = new Intl.PluralRules('en');
const number = new Intl.NumberFormat('en');

const counted = (count: number, one: string, other: string): string =>
  `${number.format(count)} ${plural.select(count) === 'one' ? one : other}`;

/** English: the list of all words. Keys have a dot, so that none is one of Shoelace's own. */
export const en = {
  $code: 'en',
  $name: 'English',
  $dir: 'ltr' as Translation['$dir'],

  'action.retry': 'Try again',
  'action.clear-filters': 'Clear filters',

  'count.members': (count: number) => counted(count, 'member', 'members'),

  'failure.offline.title': 'No connection',
  'failure.offline.text': 'The server can’t be reached. Check the network, then try again.',
  'failure.unauthenticated.title': 'Your session has ended',
  'failure.unauthenticated.text': 'Sign in again to go on.',
  'failure.forbidden.title': 'You don’t have access',
  'failure.forbidden.members':
    'Your role doesn’t include seeing members. An administrator can change that.',
  'failure.forbidden.departments': 'Your role doesn’t include seeing departments.',
  'failure.throttled.title': 'Too many requests',
  'failure.throttled.text': (seconds: number) =>
    `Wait ${counted(seconds, 'second', 'seconds')}, then try again.`,
  'failure.server.title': 'Something went wrong',
  'failure.server.text': (detail: string) => `The server answered: ${detail}`,

  'sign-in.title': 'Sign in',
  'sign-in.title-to': (organization: string) => `Sign in to ${organization}`,
  'sign-in.organization': 'Organization',
  'sign-in.organization-help': 'Leave empty if there is only one.',
  'sign-in.username': 'Username',
  'sign-in.password': 'Password',
  'sign-in.submit': 'Sign in',
  'sign-in.missing': 'Enter your username and password.',
  'sign-in.wrong': 'Wrong username or password.',
  'sign-in.throttled': (seconds: number) =>
    `Too many attempts. Try again in ${counted(seconds, 'second', 'seconds')}.`,
  'sign-in.offline': 'The server can’t be reached. Check the network, then try again.',
  'sign-in.failed': (detail: string) => `Signing in failed: ${detail}`,

  'departments.title': 'Departments',
  'departments.loading': 'Loading departments',
  'departments.node': (name: string, count: number) =>
    `${name}, ${counted(count, 'member', 'members')}`,
  'departments.resize': 'Resize the department list',
  'departments.choose': 'Choose department',

  'members.search': 'Search by name or username',
  'members.filter-status': 'Status',
  'members.include-descendants': 'Include sub-departments',
  'members.table': 'Members',
  'members.loading': 'Loading members',
  'members.column.name': 'Name',
  'members.column.username': 'Username',
  'members.column.departments': 'Departments',
  'members.column.roles': 'Roles',
  'members.column.status': 'Status',
  'members.column.created': 'Added',
  'members.more': (count: number) => `+${number.format(count)}`,
  'members.page': (from: number, to: number, total: number) =>
    `${number.format(from)}–${number.format(to)} of ${number.format(total)}`,
  'members.previous': 'Previous page',
  'members.next': 'Next page',
  'members.none.title': 'No members yet',
  'members.none.text': 'People appear here once they are added, invited or provisioned.',
  'members.none-in-department.title': 'Nobody in this department',
  'members.none-in-department.text': 'Members who are put into this department appear here.',
  'members.no-match.title': 'No one matches',
  'members.no-match.text': 'Try another spelling, or search without filters.',

  'status.all': 'All',
  'status.pending': 'To be added',
  'status.enabled': 'Enabled',
  'status.disabled': 'Disabled',

  'console.product': 'Roster',
  'console.account': 'Signed in',
  'console.sign-out': 'Sign out',
  'console.loading': 'Loading',
};

/** A translation has exactly the words that English has; a missing one does not compile. */
export type Terms = typeof en;
