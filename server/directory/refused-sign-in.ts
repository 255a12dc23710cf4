import { sql } from 'kysely';
import type { Directory } from './directory.ts';
import type { Member } from './entities/member.ts';
import type { Organization } from './entities/organization.ts';
import { eventIdAt } from './event-id.ts';
import { type Origin, referenceOf, sessionFor } from './session.ts';
import { type WriteSession, write } from './write.ts';

const action = 'member.sign-in-refused';
const quietMs = 60_000;

/**
 * Notes in the audit that somebody tried to sign in as a member and was refused: one event a minute a
 * member at the most, by whatever protocol and node. Nobody waits for it, so that the answer takes as
 * long for a name that nobody has; the refusal stands also where it cannot be noted.
 */
export function noteRefusedSignIn(
  directory: Directory,
  organization: Organization,
  { id, displayName: name }: Member,
  origin: Origin,
): void {
  const stranger = { kind: 'system', name: 'Sign-in' } as const;
  const session = sessionFor(directory, referenceOf(organization), stranger, [], origin);
  write(session, async (tx) => {
    if (await isNew(tx, id)) tx.note({ subject: 'member', subjectId: id, action, name });
  }).catch(() => undefined);
}

async function isNew(tx: WriteSession, member: string): Promise<boolean> {
  const db = tx.em.getKysely();
  // Who does not get the lock is told by who has it.
  const { rows: locks } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${member}, 0)) as mine
  `.execute(db);
  if (!locks[0]?.mine) return false;
  const since = eventIdAt(new Date(tx.now.getTime() - quietMs));
  const { rows } = await sql`
    select 1 from audit_event
    where organization_id = ${tx.organization.id} and subject_id = ${member}
      and action = ${action} and id > ${since}::uuid
    limit 1
  `.execute(db);
  return rows.length === 0;
}
