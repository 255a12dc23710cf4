import { CommandError } from '../command-error.ts';
import {
  type DepartmentRow,
  departmentNamed,
  fold,
  type RoleRow,
  roleNamed,
  rootOf,
} from '../names.ts';
import type { SheetRow } from './read-rows.ts';

/** What a row asks of the API. */
export interface Wish {
  kind: 'add' | 'invite';
  path: '/members' | '/invitations';
  body: Readonly<Record<string, unknown>>;
}

/** What is to be done with a row: a wish, nothing because an import before did it, or what is wrong. */
export type Plan =
  | { kind: 'wish'; wish: Wish }
  | { kind: 'done'; result: string; link: string }
  | { kind: 'wrong'; reason: string };

export interface Place {
  departments: readonly DepartmentRow[];
  roles: readonly RoleRow[];
  /** Of the mails; undefined: the organization's. */
  language: string | undefined;
}

/** Plans rows in their order: of two with one username the later one is wrong. */
export function planner(place: Place): (row: SheetRow) => Plan {
  const usernames = new Map<string, number>();
  return (row) => {
    const { result, link } = row.before;
    if (result === 'added' || result === 'invited') return { kind: 'done', result, link };
    try {
      const wish = wishOf(row, place);
      const username = fold(row.values.username);
      const first = usernames.get(username);
      if (username !== '' && first !== undefined) {
        throw new CommandError(`username: row ${first} has the same`);
      }
      usernames.set(username, row.number);
      return { kind: 'wish', wish };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { kind: 'wrong', reason: error.message };
    }
  };
}

function wishOf({ values, hasMoreThanHeaders }: SheetRow, place: Place): Wish {
  const { name, username, email, password, invite } = values;
  if (hasMoreThanHeaders) throw new CommandError('more cells than headers');
  if (name === '') throw new CommandError('name: is missing');
  const member = { name, ...placesOf(values, place) };
  if (invite === '') {
    if (password === '') throw new CommandError('neither a password nor an invitation');
    if (username === '') throw new CommandError('username: is missing');
    const body = { ...member, username, password, ...(email !== '' && { email }) };
    return { kind: 'add', path: '/members', body };
  }
  if (password !== '') throw new CommandError('both a password and an invitation');
  if (username !== '') throw new CommandError('username: who is invited chooses it when joining');
  const { language } = place;
  const by = deliveryOf(invite);
  if (by === 'mail' && email === '') throw new CommandError('email: is missing');
  if (by === 'link' && email !== '') {
    throw new CommandError('email: an invitation by link is sent nowhere; invite by mail, or none');
  }
  const delivery = by === 'link' ? { by } : { by, email, ...(language && { language }) };
  return { kind: 'invite', path: '/invitations', body: { ...member, delivery } };
}

function deliveryOf(invite: string): 'mail' | 'link' {
  const word = fold(invite);
  if (['mail', 'email', 'e-mail', '邮件', '邮箱'].includes(word)) return 'mail';
  if (['link', '链接'].includes(word)) return 'link';
  throw new CommandError(`invite: "${invite}" is neither mail nor link`);
}

/** Where nobody says: the root department, and the role Member. */
function placesOf(
  values: Pick<SheetRow['values'], 'departments' | 'roles'>,
  place: Place,
): { departments: string[]; roles: string[] } {
  const departments = several(values.departments).map((name) =>
    departmentNamed(place.departments, name),
  );
  const roles = several(values.roles).map((name) => roleNamed(place.roles, name));
  return {
    departments: departments.length === 0 ? [rootOf(place.departments)] : departments,
    roles: roles.length === 0 ? [roleNamed(place.roles, 'Member')] : roles,
  };
}

function several(cell: string): string[] {
  return cell
    .split(/[;；]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
