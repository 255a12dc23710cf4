import { type Switch, switches } from './tolerances.ts';

export type ProfileName = 'lenient' | 'rfc' | 'interop';
export type Tolerance = keyof typeof switches;

/** One setting for every switch. */
export type Profile = {
  readonly [K in Tolerance]: (typeof switches)[K]['settings'][number];
};

export const tolerances = Object.keys(switches) as readonly Tolerance[];

/** What a tolerance means and who needs it, for a page that shows which of them were used. */
export function describeTolerance(
  tolerance: Tolerance,
): Pick<Switch, 'description' | 'clients'> & { readonly name: Tolerance } {
  const { description, clients } = switches[tolerance];
  return { name: tolerance, description, clients };
}

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

/**
 * True when a switch has its tolerant setting; the use is told. So it is asked only about input that
 * the strict setting would refuse or take otherwise.
 */
export function tolerates(
  leniency: Leniency,
  tolerance: Exclude<Tolerance, 'patchResponse'>,
): boolean {
  const tolerant = leniency.profile[tolerance] === switches[tolerance].settings[0];
  if (tolerant) leniency.tolerated(tolerance);
  return tolerant;
}
