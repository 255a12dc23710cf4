import { describeTolerance, type Tolerance, tolerances } from '../../scim/profiles.ts';

/** A tolerance in words for an administrator. */
export interface ToleranceWords {
  /** What is let pass. */
  description: string;
  /** Who is known to need it. */
  clients: readonly string[];
}

/** The words for a tolerance as it is stored; one that another version counted has its name only. */
export function toleranceWords(name: string): ToleranceWords {
  const known = tolerances.find((tolerance): tolerance is Tolerance => tolerance === name);
  if (known === undefined) return { description: name, clients: [] };
  const { description, clients } = describeTolerance(known);
  return { description, clients };
}
