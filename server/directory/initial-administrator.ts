import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import type { DirectorySession } from './session.ts';

/** The member who can only hand over; undefined in an organization that has no members yet. */
export async function initialAdministrator(
  session: DirectorySession,
): Promise<{ id: string; displayName: string } | undefined> {
  const { rows } = await sql<{ id: string; display_name: string }>`
    select id, display_name from member
    where organization_id = ${session.organization.id} and initial_administrator
  `.execute(session.em.getKysely());
  return rows.map((row) => ({ id: row.id, displayName: row.display_name }))[0];
}

/**
 * Lets only the initial administrator in person pass: no API key speaks for somebody.
 *
 * @param deed completes "Only the initial administrator can …"
 * @returns the member's id
 * @throws DirectoryError `forbidden`
 */
export async function demandInitialAdministrator(
  session: DirectorySession,
  deed: string,
): Promise<string> {
  const { actor } = session;
  const holder = await initialAdministrator(session);
  if (actor.kind !== 'member' || holder === undefined || actor.id !== holder.id) {
    throw new DirectoryError('forbidden', `Only the initial administrator can ${deed}.`);
  }
  return holder.id;
}
