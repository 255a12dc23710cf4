import type { MemberView, ProfileValue } from '../directory/index.ts';

/** Attribute name → its values. */
export type Attributes = Record<string, readonly string[]>;

/** A member as an inetOrgPerson (RFC 2798). Mandatory names fall back on others: sn and cn are never empty. */
export function personAttributes(member: MemberView, organization: { name: string }): Attributes {
  const { profile, displayName } = member;
  const username = member.username ?? member.id;
  const address = profile.addresses?.find(({ primary }) => primary) ?? profile.addresses?.[0];
  return withValues({
    objectClass: ['top', 'person', 'organizationalPerson', 'inetOrgPerson'],
    uid: [username],
    cn: [displayName],
    sn: [profile.name?.familyName ?? displayName],
    givenName: [profile.name?.givenName],
    displayName: [displayName],
    mail: mailsOf(member),
    telephoneNumber: phonesOf(
      profile.phoneNumbers,
      (type) => type === 'work' || type === undefined,
    ),
    mobile: phonesOf(profile.phoneNumbers, (type) => type === 'mobile'),
    homePhone: phonesOf(profile.phoneNumbers, (type) => type === 'home'),
    facsimileTelephoneNumber: phonesOf(profile.phoneNumbers, (type) => type === 'fax'),
    title: [profile.title],
    employeeNumber: [profile.employeeNumber],
    employeeType: [profile.userType],
    preferredLanguage: [profile.preferredLanguage],
    departmentNumber: [profile.costCenter],
    ou: member.departments.map(({ name }) => name),
    o: [organization.name],
    street: [address?.streetAddress],
    l: [address?.locality],
    st: [address?.region],
    postalCode: [address?.postalCode],
    labeledURI: [profile.profileUrl],
  });
}

/** The main address first: clients that read one value take it. */
function mailsOf(member: MemberView): (string | undefined)[] {
  const others = member.profile.emails?.map(({ value }) => value) ?? [];
  return [member.email ?? undefined, ...others];
}

function phonesOf(
  numbers: readonly ProfileValue[] | undefined,
  ofType: (type: string | undefined) => boolean,
): (string | undefined)[] {
  return (numbers ?? [])
    .filter(({ type }) => ofType(type?.toLowerCase()))
    .map(({ value }) => value);
}

/** Leaves out what has no value, and values given twice: the values of an attribute are a set. */
function withValues(attributes: Record<string, (string | undefined)[]>): Attributes {
  const entries = Object.entries(attributes).map(([name, values]) => {
    const unique = new Map<string, string>();
    for (const value of values) {
      if (value !== undefined && value !== '' && !unique.has(value.toLowerCase())) {
        unique.set(value.toLowerCase(), value);
      }
    }
    return [name, [...unique.values()]] as const;
  });
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}
