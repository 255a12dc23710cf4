import type { FieldInput } from './field-change.ts';
import type { MemberProfile } from './member-profile.ts';
import type { MemberView } from './member-view.ts';

/** What the audit tells of a member, by field: names instead of ids, and nothing of a password. */
export function memberFields(member: MemberView): Record<string, FieldInput> {
  return {
    ...profileFields(member.profile),
    name: member.displayName,
    username: member.username,
    email: member.email,
    externalId: member.externalId,
    status: member.status,
    manager: member.manager?.displayName,
    departments: member.departments.map(({ name }) => name),
    roles: member.roles.map(({ name }) => name),
  };
}

// Named as a filter names them; of what has columns of its own, the column is told.
function profileFields({ name, roles, ...profile }: MemberProfile): Record<string, FieldInput> {
  const { formatted: _told, ...parts } = name ?? {};
  return {
    ...Object.fromEntries(Object.entries(parts).map(([part, text]) => [`name.${part}`, text])),
    ...Object.fromEntries(
      Object.entries(profile).map(([field, value]) => [
        field,
        typeof value === 'string' ? value : value?.map(inWords),
      ]),
    ),
    profileRoles: roles?.map(inWords),
  };
}

function inWords(value: object): string {
  const { type, primary, display, ...rest } = value as Record<string, unknown>;
  const words = Object.values(rest).filter((part) => part !== undefined && part !== '');
  const text = words.length > 0 ? words.join(', ') : String(display ?? '');
  return typeof type === 'string' ? `${text} (${type})` : text;
}
