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
  'action.back': 'Back',
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
  'sign-in.organization-help':
    'Can stay empty if there is only one, or if you registered yourself.',
  'sign-in.username': 'Username',
  'sign-in.password': 'Password',
  'sign-in.submit': 'Sign in',
  'sign-in.missing': 'Enter your username and password.',
  'sign-in.wrong': 'Wrong username or password.',
  'sign-in.throttled': (seconds: number) =>
    `Too many attempts. Try again in ${counted(seconds, 'second', 'seconds')}.`,
  'sign-in.choose-title': 'Choose an organization',
  'sign-in.choose-text': 'You are in several. Where do you want to sign in?',
  'sign-in.offline': 'The server can’t be reached. Check the network, then try again.',

  'password.new': 'New password',
  'password.again': 'New password, once more',
  'password.choose': 'Password',
  'password.choose-again': 'Password, once more',
  'password.hint': '15 characters or more. A few words in a row are easy to remember.',
  'password.missing': 'Choose a password.',
  'password.differs': 'The two are not the same.',
  'password.title': 'Choose a password of your own',
  'password.first-text': 'The one that you were given is for the first sign-in only.',
  'password.first-submit': 'Set password and sign in',
  'password.expired':
    'This password was for the first sign-in only and has run out. Ask an administrator for a link to set a new one.',
  'password.temporary':
    'This password is for the first sign-in only. Sign in where you got it and choose one of your own, then open this link again.',
  'field.refused': (reason: string) => `Not accepted: ${reason}`,
  'field.username-missing': 'Enter a username.',
  'field.username-taken': 'This username is taken.',
  'link.loading': 'Looking at the link',
  'link.until': (date: string) => `The link works until ${date}.`,
  'link.sign-in': 'Go to sign-in',
  'link.expired.title': 'This link has expired',
  'link.expired.text': 'Ask for a new one where you got it.',
  'link.replaced.title': 'There is a newer link',
  'link.replaced.text': 'This one no longer works. Use the one that was sent last.',
  'link.revoked.title': 'This link was withdrawn',
  'link.revoked.text': 'If you did not expect that, ask an administrator.',
  'link.used.title': 'This link was used already',
  'link.used.text': 'It works once. If that was you, sign in.',
  'link.unknown.title': 'This link is not known',
  'link.unknown.text': 'Part of it may be missing. Open it once more from where you got it.',
  'join.title': (organization: string) => `Join ${organization}`,
  'join.text': (inviter: string, organization: string) =>
    `${inviter} invites you to ${organization}.`,
  'join.text-without-inviter': (organization: string) => `You are invited to ${organization}.`,
  'join.for': 'Invited',
  'join.mailed-to': 'Sent to',
  'join.accept': 'Join now',
  'join.decline': 'Decline',
  'join.register': 'Create an account',
  'join.have-account': 'I have an account',
  'join.register-title': (organization: string) => `Create an account for ${organization}`,
  'join.sign-in-title': (organization: string) => `Sign in to join ${organization}`,
  'join.organization-help': 'The one that manages your account. Leave empty if it is your own.',
  'join.username-here': (organization: string) => `Username in ${organization}`,
  'join.member-already': 'This account is a member of the organization already.',
  'join.submit': 'Join',
  'join.joined.title': (organization: string) => `You have joined ${organization}`,
  'join.joined.text': (organization: string, username: string) =>
    `Sign in to organization “${organization}” with username “${username}”.`,
  'join.declined.title': 'You have declined',
  'join.declined.text': (organization: string) => `${organization} can invite you again.`,
  'reset.title': 'Set a new password',
  'reset.text': (name: string, organization: string) => `For ${name} in ${organization}.`,
  'reset.submit': 'Set password',
  'reset.done.title': 'Your password is set',
  'reset.done.text': 'You were signed out everywhere. Sign in with the new password.',

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
  'console.organization': 'Organization',
  'console.sign-out': 'Sign out',
  'console.loading': 'Loading',
};

/** A translation has exactly the words that English has; a missing one does not compile. */
export type Terms = typeof en;
