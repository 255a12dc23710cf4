import { sql } from 'kysely';
import { changedFields, secretChange } from './field-change.ts';
import type { WriteSession } from './write.ts';

/** Ends a member's sessions and widget tokens in this organization, and the links that would open the account. */
export async function endSessions(tx: WriteSession, member: string): Promise<void> {
  const db = tx.em.getKysely();
  await sql`
    delete from sign_in_session
    where organization_id = ${tx.organization.id} and member_id = ${member}
  `.execute(db);
  await sql`
    delete from widget_token
    where organization_id = ${tx.organization.id} and member_id = ${member}
  `.execute(db);
  await sql`
    update password_reset set state = 'revoked'
    where organization_id = ${tx.organization.id} and member_id = ${member} and state = 'pending'
  `.execute(db);
}

/** Ends the app passwords of a member who is let in no more. */
export async function endAppPasswords(tx: WriteSession, member: string): Promise<void> {
  const { rows } = await sql<{ id: string; name: string; member: string }>`
    delete from app_password a using member m
    where a.organization_id = ${tx.organization.id} and a.member_id = ${member}
      and m.organization_id = a.organization_id and m.id = a.member_id
    returning a.id, a.name, m.display_name as member
  `.execute(tx.em.getKysely());
  for (const { id, ...fields } of rows) {
    tx.record({
      subject: 'app-password',
      subjectId: id,
      kind: 'deleted',
      name: fields.name,
      fields: changedFields(fields, {}),
    });
  }
}

/**
 * After an account's password was changed: ends every session of it, in all its organizations, and tells
 * what is bound with the password.
 *
 * @param name of the member whose password it was
 */
export async function endUsesOfPassword(
  tx: WriteSession,
  account: string,
  name: string,
): Promise<void> {
  await sql`delete from sign_in_session where account_id = ${account}`.execute(tx.em.getKysely());
  tx.record({
    subject: 'account',
    subjectId: account,
    kind: 'updated',
    action: 'account.password-changed',
    name,
    fields: { password: secretChange },
  });
}
