/**
 * Every point on which the RFC, the clients and the interoperability draft of 2026
 * (draft-zollner-scim-interop-profile) contradict each other: one switch each, its setting in each
 * profile, and the client that needs it. What Roster sends is strict in every profile.
 */
const switches = {
  /** PATCH `add`/`replace` on `emails[type eq "work"]` that matches nothing. Entra ID makes the value. */
  unmatchedValuePath: setting('create', 'refuse', { lenient: 'create' }),
  /** `"True"` and `"False"` for booleans. Entra ID without `aadOptscim062020`, Microsoft's validator. */
  booleanStrings: setting('accept', 'refuse', { lenient: 'accept' }),
  /** PATCH without `path`. Okta's `{"active": false}`; the RFC allows it, the draft does not. */
  pathless: setting('accept', 'refuse', { lenient: 'accept', rfc: 'accept' }),
  /** Keys `name.givenName`, `urn:…:User:title` and `emails[…].value` in a value without path. Entra ID. */
  pathlessKeys: setting('accept', 'refuse', { lenient: 'accept' }),
  /** `remove` with a `value` array takes those only. Entra ID, JumpCloud and authentik on members. */
  removeWithValue: setting('accept', 'refuse', { lenient: 'accept' }),
  /** `externalId eq jyoung`. Microsoft's documentation and Postman collection. */
  unquotedFilterValue: setting('accept', 'refuse', { lenient: 'accept' }),
  /** Names and URNs in bodies that no schema knows. Okta and Entra ID echo and add their own. */
  unknownAttributes: setting('drop', 'refuse', { lenient: 'drop', rfc: 'drop' }),
  /** Unknown names in filters match nothing (RFC 7644 section 3.4.2.1); the draft wants 400. */
  unknownFilterAttribute: setting('noMatch', 'refuse', { lenient: 'noMatch', rfc: 'noMatch' }),
  /** `replace` of a complex attribute: sub-attributes left out stay (RFC 7644 section 3.5.2.3), or go. */
  complexReplace: setting('merge', 'whole', { lenient: 'merge', rfc: 'merge' }),
  /** `replace` of `emails[type eq "work"]`: the value is replaced whole, or keeps what was left out. */
  valuePathReplace: setting('merge', 'whole', { lenient: 'merge' }),
  /** `""` for a reference such as `manager` unassigns it. Entra ID. */
  emptyStringUnassigns: setting('accept', 'refuse', { lenient: 'accept' }),
  /** A bare string for a complex value means its `value`. Entra ID's manager. */
  bareStringForComplex: setting('accept', 'refuse', { lenient: 'accept' }),
  /** An array of one for a single value. Entra ID's manager. */
  arrayForSingleValue: setting('accept', 'refuse', { lenient: 'accept' }),
  /** One object for a multi-valued attribute in a body. OneLogin's emails. */
  singleValueForMany: setting('accept', 'refuse', { lenient: 'accept' }),
  /** `manager` for `urn:…:enterprise:2.0:User:manager`. An example in Microsoft's documentation. */
  unprefixedExtension: setting('accept', 'refuse', { lenient: 'accept' }),
  /** Bodies without `schemas`, or without the one that the resource needs. Small clients and scripts. */
  missingSchemas: setting('accept', 'refuse', { lenient: 'accept' }),
  /** PUT without a collection (a group without `members`) keeps it. A client that knows no members. */
  omittedCollection: setting('keep', 'clear', { lenient: 'keep', interop: 'keep' }),
  /** PUT at all; the draft has none. Okta's app wizard, PingFederate and authentik update users by it. */
  put: setting('accept', 'refuse', { lenient: 'accept', rfc: 'accept' }),
  /** PATCH `add`/`replace` on `emails[type eq "work"]` as a whole; the draft wants a sub-attribute. */
  valuePathWithoutSubAttribute: setting('accept', 'refuse', { lenient: 'accept', rfc: 'accept' }),
  /** Answer to PATCH: 204 where the type has a collection and 200 elsewhere, or always the one. */
  patchResponse: {
    settings: ['auto', '200', '204'],
    lenient: 'auto',
    rfc: 'auto',
    interop: 'auto',
  },
} as const satisfies Record<string, Switch>;

interface Switch {
  readonly settings: readonly string[];
  readonly lenient: string;
  readonly rfc: string;
  readonly interop: string;
}

/** The tolerant setting and the strict one; a profile that is not named has the strict one. */
function setting<const T extends string, const S extends string>(
  tolerant: T,
  strict: S,
  { lenient = strict, rfc = strict, interop = strict }: Partial<Record<ProfileName, T | S>>,
): {
  readonly settings: readonly [T, S];
  readonly lenient: T | S;
  readonly rfc: T | S;
  readonly interop: T | S;
} {
  return { settings: [tolerant, strict], lenient, rfc, interop };
}

export type ProfileName = 'lenient' | 'rfc' | 'interop';
export type Tolerance = keyof typeof switches;

/** One setting for every switch. */
export type Profile = {
  readonly [K in Tolerance]: (typeof switches)[K]['settings'][number];
};

export const tolerances = Object.keys(switches) as readonly Tolerance[];

function profile(name: ProfileName): Profile {
  const settings = tolerances.map((tolerance) => [tolerance, switches[tolerance][name]]);
  return Object.fromEntries(settings) as Profile;
}

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  lenient: profile('lenient'),
  rfc: profile('rfc'),
  interop: profile('interop'),
};

/**
 * What reading a request leans on: the settings, and where each use of a tolerance is told, so that an
 * administrator sees what a provider needs.
 */
export interface Leniency {
  readonly profile: Profile;
  readonly tolerated: (tolerance: Tolerance) => void;
}

/** True when a switch has its tolerant setting; the use is told. */
export function tolerates(
  leniency: Leniency,
  tolerance: Exclude<Tolerance, 'patchResponse'>,
): boolean {
  const tolerant = leniency.profile[tolerance] === switches[tolerance].settings[0];
  if (tolerant) leniency.tolerated(tolerance);
  return tolerant;
}
