import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { secretDigest } from './secret.ts';
import type { WriteSession } from './write.ts';

/** Stores a link that sets the password of a member's account, and revokes the one before. */
export async function insertReset(
  tx: WriteSession,
  member: string,
  token: string,
  expiresAt: Date,
): Promise<void> {
  const db = tx.em.getKysely();
  const { rows } = await sql<{ account_id: string }>`
    select a.id as account_id from member m join account a on a.id = m.account_id
    where m.organization_id = ${tx.organization.id} and m.id = ${member}
    for no key update of a
  `.execute(db);
  const account = rows[0]?.account_id;
  await sql`
    update password_reset set state = 'revoked' where account_id = ${account} and state = 'pending'
  `.execute(db);
  await sql`
    insert into password_reset
      (organization_id, id, member_id, account_id, token_hash, state, created_by, created_at, expires_at)
    values (${tx.organization.id}, ${uuidv7()}, ${member}, ${account}, ${secretDigest(token)},
      'pending', ${JSON.stringify(tx.actor)}::jsonb, ${tx.now}, ${expiresAt})
  `.execute(db);
}
