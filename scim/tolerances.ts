/** One point on which the RFC, the clients and the interoperability draft contradict each other. */
export interface Switch {
  /** The tolerant setting first, the strict one second. */
  readonly settings: readonly string[];
  readonly lenient: string;
  readonly rfc: string;
  readonly interop: string;
  /** What is let pass, in words for an administrator. */
  readonly description: string;
  /** Who is known to need it. */
  readonly clients: readonly string[];
}

type ProfileName = 'lenient' | 'rfc' | 'interop';

/** A profile that is not named has the strict setting. */
function setting<const T extends string, const S extends string>(
  tolerant: T,
  strict: S,
  profiles: readonly ProfileName[],
  description: string,
  clients: readonly string[],
) {
  const of = (name: ProfileName): T | S => (profiles.includes(name) ? tolerant : strict);
  const settings: readonly [T, S] = [tolerant, strict];
  return {
    settings,
    lenient: of('lenient'),
    rfc: of('rfc'),
    interop: of('interop'),
    description,
    clients,
  };
}

const entra = 'Microsoft Entra ID';
const okta = 'Okta';

/**
 * Every point on which the RFC, the clients and the interoperability draft of 2026
 * (draft-zollner-scim-interop-profile) contradict each other: one switch each, its setting in each
 * profile, and the clients that need it. What Roster sends is strict in every profile.
 */
export const switches = {
  unmatchedValuePath: setting(
    'create',
    'refuse',
    ['lenient'],
    'PATCH of emails[type eq "work"] makes the value when there is none that matches',
    [entra],
  ),
  booleanStrings: setting(
    'accept',
    'refuse',
    ['lenient'],
    '"True" and "False" as text where true and false belong',
    [entra],
  ),
  pathless: setting(
    'accept',
    'refuse',
    ['lenient', 'rfc'],
    'PATCH operations without a path, such as {"active": false}',
    [okta, entra, 'authentik'],
  ),
  pathlessKeys: setting(
    'accept',
    'refuse',
    ['lenient'],
    'Paths as keys of a value without a path: name.givenName, emails[type eq "work"].value',
    [entra],
  ),
  readOnlyEcho: setting(
    'drop',
    'refuse',
    ['lenient'],
    'Read-only attributes in a PATCH value without a path, such as the groups of a user',
    [okta],
  ),
  removeWithValue: setting(
    'accept',
    'refuse',
    ['lenient'],
    'PATCH remove with a list of the values to remove, in place of a filter',
    [entra, 'JumpCloud', 'authentik'],
  ),
  unquotedFilterValue: setting(
    'accept',
    'refuse',
    ['lenient'],
    'Text without quotes in a filter: externalId eq jyoung',
    [entra],
  ),
  unknownAttributes: setting(
    'drop',
    'refuse',
    ['lenient', 'rfc'],
    'Attributes and schemas that Roster does not know are passed over',
    [okta, entra],
  ),
  unknownFilterAttribute: setting(
    'noMatch',
    'refuse',
    ['lenient', 'rfc'],
    'A filter on an attribute that Roster does not know matches nothing (RFC 7644 section 3.4.2.1)',
    [],
  ),
  complexReplace: setting(
    'merge',
    'whole',
    ['lenient', 'rfc'],
    'PATCH replace of a name keeps the parts that are left out (RFC 7644 section 3.5.2.3)',
    [entra, 'SailPoint'],
  ),
  valuePathReplace: setting(
    'merge',
    'whole',
    ['lenient'],
    'PATCH replace of emails[type eq "work"] keeps the parts that are left out',
    [entra],
  ),
  emptyStringUnassigns: setting(
    'accept',
    'refuse',
    ['lenient'],
    'Empty text takes a reference away, such as a manager',
    [entra],
  ),
  bareStringForComplex: setting(
    'accept',
    'refuse',
    ['lenient'],
    'Text in place of an object, such as the id of a manager alone',
    [entra],
  ),
  arrayForSingleValue: setting(
    'accept',
    'refuse',
    ['lenient'],
    'A list of one in place of the value, such as a manager in brackets',
    [entra],
  ),
  singleValueForMany: setting(
    'accept',
    'refuse',
    ['lenient'],
    'One value in place of a list, such as emails as an object',
    ['OneLogin'],
  ),
  unprefixedExtension: setting(
    'accept',
    'refuse',
    ['lenient'],
    "An extension's attribute without its URN, such as manager",
    [entra],
  ),
  missingSchemas: setting(
    'accept',
    'refuse',
    ['lenient'],
    'Bodies that do not say which schema they have',
    ['scripts'],
  ),
  omittedCollection: setting(
    'keep',
    'clear',
    ['lenient', 'interop'],
    'PUT of a group without members keeps them',
    ['PingFederate', 'scripts'],
  ),
  put: setting(
    'accept',
    'refuse',
    ['lenient', 'rfc'],
    'PUT, which the interoperability draft leaves out',
    [okta, 'PingFederate', 'authentik', 'Keycloak'],
  ),
  valuePathWithoutSubAttribute: setting(
    'accept',
    'refuse',
    ['lenient', 'rfc'],
    'PATCH of emails[type eq "work"] as a whole, which the interoperability draft leaves out',
    [],
  ),
  /** 204 where the type has a collection and 200 elsewhere, or always the one; never counted. */
  patchResponse: {
    settings: ['auto', '200', '204'],
    lenient: 'auto',
    rfc: 'auto',
    interop: 'auto',
    description: 'Answer to PATCH: 204 for groups and 200 for users, or always the one',
    clients: [],
  },
} as const satisfies Record<string, Switch>;
