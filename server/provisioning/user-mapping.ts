import {
  type Complex,
  equalValues,
  isComplex,
  isList,
  type Value,
  valueAt,
  valuesAt,
} from '../../scim/schemas/value.ts';
import type {
  MemberProfile,
  MemberState,
  MembershipView,
  MemberView,
  PlaceReference,
} from '../directory/index.ts';
import { enterpriseUserUrn, rosterUserUrn } from './schemas.ts';
import { textAt } from './text-at.ts';

export const profileTexts = [
  'nickName',
  'profileUrl',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
] as const satisfies (keyof MemberProfile)[];

export const profileLists = [
  'emails',
  'phoneNumbers',
  'ims',
  'photos',
  'addresses',
  'entitlements',
  'roles',
  'x509Certificates',
] as const satisfies (keyof MemberProfile)[];

export const enterpriseTexts = [
  'employeeNumber',
  'costCenter',
  'organization',
  'division',
  'department',
] as const satisfies (keyof MemberProfile)[];

/**
 * The member that a SCIM User asks for. A User without `active` is active.
 *
 * @param before the User as it stands; undefined for a new one
 */
export function toMemberState(user: Complex, before: Complex | undefined): MemberState {
  const enterprise = valueAt(user, enterpriseUserUrn);
  const extension = isComplex(enterprise) ? enterprise : {};
  const manager = valueAt(extension, 'manager');
  return {
    username: textAt(user, 'userName') ?? '',
    displayName: textAt(user, 'displayName'),
    externalId: textAt(user, 'externalId'),
    enabled: valueAt(user, 'active') !== false,
    manager: isComplex(manager) ? textAt(manager, 'value') : undefined,
    profile: profileOf(user, extension),
    departments: placesAt(user, before, 'departments'),
    roles: placesAt(user, before, 'roles'),
  };
}

/**
 * Departments or roles by their ids, else by what they are called; the primary one first. Undefined
 * where they stay.
 */
function placesAt(
  user: Complex,
  before: Complex | undefined,
  name: 'departments' | 'roles',
): PlaceReference[] | undefined {
  const wanted = valuesOfRoster(user, name);
  if (equalValues(wanted, before === undefined ? [] : valuesOfRoster(before, name))) {
    return undefined;
  }
  return wanted
    .filter(isComplex)
    .toSorted((a, b) => Number(b.primary === true) - Number(a.primary === true))
    .flatMap((value): PlaceReference[] => {
      const [id, called] = [textAt(value, 'value'), textAt(value, 'display')];
      if (id !== undefined) return [{ id }];
      return called === undefined ? [] : [{ name: called }];
    });
}

function valuesOfRoster(user: Complex, name: 'departments' | 'roles') {
  const roster = valueAt(user, rosterUserUrn);
  return isComplex(roster) ? valuesAt(roster, name) : [];
}

/** The password that a User carries; it goes into nothing but its hash. */
export function passwordOf(user: Complex): string | undefined {
  return textAt(user, 'password');
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
