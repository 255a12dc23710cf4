import { sql } from 'kysely';
import type { WriteSession } from './write.ts';

/** Ends a member's sessions in this organization, and the links that would open the account. */
export async function endSessions(tx: WriteSession, member: string): Promise<void> {
  const db = tx.em.getKysely();
  await sql`
    delete from sign_in_session
    where organization_id = ${tx.organization.id} and member_id = ${member}
  `.execute(db);
  await sql`
    update password_reset set state = 'revoked'
    where organization_id = ${tx.organization.id} and member_id = ${member} and state = 'pending'
  `.execute(db);
}

/** Ends every session of an account, in all its organizations. */
export async function endSessionsOfAccount(tx: WriteSession, account: string): Promise<void> {
  await sql`delete from sign_in_session where account_id = ${account}`.execute(tx.em.getKysely());
}
