import { identifierKey } from './identifier-key.ts';

/** What is known of a person beyond the columns of a member. The names are those of RFC 7643 section 4.1. */
export interface MemberProfile {
  name?: PersonName;
  nickName?: string;
  profileUrl?: string;
  title?: string;
  userType?: string;
  preferredLanguage?: string;
  locale?: string;
  timezone?: string;
  emails?: ProfileValue[];
  phoneNumbers?: ProfileValue[];
  ims?: ProfileValue[];
  photos?: ProfileValue[];
  addresses?: ProfileAddress[];
  entitlements?: ProfileValue[];
  /** Roles as the identity provider names them; Roster's own roles are rows. */
  roles?: ProfileValue[];
  x509Certificates?: ProfileValue[];
  employeeNumber?: string;
  costCenter?: string;
  organization?: string;
  division?: string;
  /** The department as the identity provider names it; Roster's own departments are rows. */
  department?: string;
}

export interface PersonName {
  formatted?: string;
  familyName?: string;
  givenName?: string;
  middleName?: string;
  honorificPrefix?: string;
  honorificSuffix?: string;
}

export interface ProfileValue {
  value?: string;
  display?: string;
  type?: string;
  primary?: boolean;
}

export interface ProfileAddress {
  formatted?: string;
  streetAddress?: string;
  locality?: string;
  region?: string;
  postalCode?: string;
  country?: string;
  type?: string;
  primary?: boolean;
}

/** The address that the directory writes to: the primary one, else the first. */
export function mainEmail(emails: readonly ProfileValue[] | undefined): string | undefined {
  return (
    emails?.find((email) => email.primary && email.value) ?? emails?.find((email) => email.value)
  )?.value;
}

/**
 * A profile with every text in the form by which texts compare (`identifierKey`): it is stored beside
 * the profile, so that filters and sorts do not depend on how a database folds case.
 */
export function profileKey(profile: MemberProfile): unknown {
  return JSON.parse(JSON.stringify(profile), (_name, value) =>
    typeof value === 'string' ? identifierKey(value) : value,
  );
}

/** What a member is called when nobody said it in one piece. */
export function derivedName(profile: MemberProfile, username: string | null): string | null {
  return nameFrom(profile) ?? username;
}

function nameFrom({ name }: MemberProfile): string | undefined {
  const formatted = name?.formatted?.trim();
  if (formatted) return formatted;
  const parts = [name?.givenName?.trim(), name?.familyName?.trim()].filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : undefined;
}
