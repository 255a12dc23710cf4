import { sql } from 'kysely';
import { SignInSession } from './entities/credential.ts';
import { DirectoryError } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import type { SignedIn } from './sign-in-session.ts';
import { write } from './write.ts';

/** One of a person's browsers that is signed in to this organization. */
export interface OwnSessionView {
  id: string;
  /** The one that asks. */
  current: boolean;
  /** Where it signed in from; null where that was not kept. */
  address: string | null;
  userAgent: string | null;
  createdAt: Date;
  /** To the minute. */
  lastSeenAt: Date;
  expiresAt: Date;
}

/** One's own sessions in this organization, the last seen first. */
export async function listOwnSessions({
  id,
  session,
  member,
}: SignedIn): Promise<OwnSessionView[]> {
  const found = await session.em.find(
    SignInSession,
    {
      organization: session.organization.id,
      member: { id: member.id },
      expiresAt: { $gt: session.now },
    },
    { orderBy: { lastSeenAt: 'desc', id: 'desc' } },
  );
  return found.map((each) => ({
    id: each.id,
    current: each.id === id,
    address: each.address ?? null,
    userAgent: each.userAgent ?? null,
    createdAt: each.createdAt,
    lastSeenAt: each.lastSeenAt,
    expiresAt: each.expiresAt,
  }));
}

/**
 * Ends one of one's own sessions, which may be the one that asks.
 *
 * @throws DirectoryError `not-found`
 */
export async function endOwnSession(signedIn: SignedIn, id: string): Promise<void> {
  const ended = isUuid(id) ? await end(signedIn, sql`id = ${id}`) : 0;
  if (ended === 0) throw new DirectoryError('not-found', 'There is no such session.');
}

/** Ends one's own sessions in this organization, but the one that asks. */
export async function endOtherSessions(signedIn: SignedIn): Promise<void> {
  await end(signedIn, sql`id <> ${signedIn.id}`);
}

async function end({ session, member }: SignedIn, which: ReturnType<typeof sql>): Promise<number> {
  return write(session, async (tx) => {
    const { rows } = await sql<{ id: string }>`
      delete from sign_in_session
      where organization_id = ${tx.organization.id} and member_id = ${member.id} and ${which}
      returning id
    `.execute(tx.em.getKysely());
    for (const { id } of rows) {
      tx.note({ subject: 'session', subjectId: id, action: 'session.ended' });
    }
    return rows.length;
  });
}
