import { type Complex, isComplex, isList, type Value, valueAt } from '../../scim/schemas/value.ts';
import type { MemberProfile, MemberState, MembershipView, MemberView } from '../directory/index.ts';
import { enterpriseUserUrn, rosterUserUrn } from './schemas.ts';

const profileTexts = [
  'nickName',
  'profileUrl',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
] as const satisfies (keyof MemberProfile)[];

const profileLists = [
  'emails',
  'phoneNumbers',
  'ims',
  'photos',
  'addresses',
  'entitlements',
  'roles',
  'x509Certificates',
] as const satisfies (keyof MemberProfile)[];

const enterpriseTexts = [
  'employeeNumber',
  'costCenter',
  'organization',
  'division',
  'department',
] as const satisfies (keyof MemberProfile)[];

/** The member that a SCIM User asks for. A User without `active` is active. */
export function toMemberState(user: Complex): MemberState {
  const enterprise = valueAt(user, enterpriseUserUrn);
  const extension = isComplex(enterprise) ? enterprise : {};
  const manager = valueAt(extension, 'manager');
  return {
    username: textOf(user, 'userName') ?? '',
    displayName: textOf(user, 'displayName'),
    externalId: textOf(user, 'externalId'),
    enabled: valueAt(user, 'active') !== false,
    manager: isComplex(manager) ? textOf(manager, 'value') : undefined,
    profile: profileOf(user, extension),
  };
}

/** The password that a User carries; it goes into nothing but its hash. */
export function passwordOf(user: Complex): string | undefined {
  return textOf(user, 'password');
}

function profileOf(user: Complex, enterprise: Complex): MemberProfile {
  // Checked against the schema already, whose names the profile shares.
  const profile: Record<string, Value | undefined> = { name: valueAt(user, 'name') };
  for (const name of [...profileTexts, ...profileLists]) profile[name] = valueAt(user, name);
  for (const name of enterpriseTexts) profile[name] = valueAt(enterprise, name);
  const set = Object.entries(profile).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as MemberProfile;
}

/** A member as a SCIM User; `schemas` and `meta` are the library's. */
export function toUser(member: MemberView, groups: readonly MembershipView[] | undefined): Complex {
  const { profile } = member;
  return compact({
    externalId: member.externalId ?? undefined,
    userName: member.username ?? undefined,
    displayName: member.displayName,
    active: member.status === 'enabled',
    name: profile.name === undefined ? undefined : compact({ ...profile.name }),
    ...Object.fromEntries(profileTexts.map((name) => [name, profile[name]])),
    ...Object.fromEntries(
      profileLists.map((name) => [name, profile[name]?.map((value) => compact({ ...value }))]),
    ),
    groups: groups?.map((group) => ({
      value: group.groupId,
      display: group.displayName,
      type: group.direct ? 'direct' : 'indirect',
    })),
    [enterpriseUserUrn]: compact({
      ...Object.fromEntries(enterpriseTexts.map((name) => [name, profile[name]])),
      manager:
        member.manager === null
          ? undefined
          : { value: member.manager.id, displayName: member.manager.displayName },
    }),
    [rosterUserUrn]: compact({
      status: member.status,
      departments: member.departments.map(({ id, name, primary }) => ({
        value: id,
        display: name,
        primary,
      })),
      roles: member.roles.map(({ id, name }) => ({ value: id, display: name })),
    }),
  });
}

function textOf(complex: Complex, name: string): string | undefined {
  const value = valueAt(complex, name);
  return typeof value === 'string' ? value : undefined;
}

/** Leaves out what has no value (RFC 7643 section 2.5). */
function compact(values: Record<string, Value | undefined>): Complex {
  const set = Object.entries(values).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined && !isEmpty(entry[1]),
  );
  return Object.fromEntries(set);
}

function isEmpty(value: Value): boolean {
  if (isList(value)) return value.length === 0;
  return isComplex(value) && Object.keys(value).length === 0;
}
