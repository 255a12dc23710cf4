import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import type { Correspondence, Language } from './correspondence.ts';
import type { Directory } from './directory.ts';
import { Account } from './entities/account.ts';
import { DirectoryError } from './errors.ts';
import { readSettings } from './organization-settings.ts';
import { queueMail } from './outbox.ts';
import { acceptChosenPassword } from './password-rule.ts';
import { referenceOf, sessionFor } from './session.ts';
import { endUsesOfPassword } from './session-end.ts';
import { type Credentials, proveMember } from './verify-member.ts';
import { type WriteSession, write } from './write.ts';

/**
 * Changes one's own password with the present one, which may be for the first sign-in only. Ends every
 * session of the account.
 *
 * @throws DirectoryError `invalid-credentials`, `slow-down`, `password-expired`; `invalid-value` for the
 *   field `newPassword`
 */
export async function changeOwnPassword(
  directory: Directory,
  { newPassword, ...credentials }: Credentials & { newPassword: string },
  correspondence: Pick<Correspondence, 'texts'>,
): Promise<void> {
  const { organization, member, account } = await proveMember(directory, credentials);
  const field = 'newPassword';
  const { minimumPasswordLength } = await readSettings({
    organization: referenceOf(organization),
    em: directory.entityManager(),
  });
  acceptChosenPassword(
    newPassword,
    { username: member.username, email: account.email, organization: organization.name },
    { minimumPasswordLength, field },
  );
  if (newPassword.normalize('NFC') === credentials.password.normalize('NFC')) {
    throw new DirectoryError('invalid-value', 'The new password is the present one.', { field });
  }
  const passwordHash = await directory.passwords.hash(newPassword);
  const actor = { kind: 'member', id: member.id, name: member.displayName } as const;
  const session = sessionFor(directory, referenceOf(organization), actor, []);
  await write(session, async (tx) => {
    const changed = await setPassword(tx, {
      account: account.id,
      member: { id: member.id, name: member.displayName },
      passwordHash,
      // What was proven is the password that is replaced.
      replaced: account.passwordHash ?? null,
    });
    if (!changed) throw new DirectoryError('invalid-credentials', 'The password was just changed.');
    await tellOfChange(tx, account.id, member.displayName, correspondence, 'en');
  });
}

/**
 * Sets an account's password for good, and ends its sessions.
 *
 * @param replaced the hash that must still be there
 * @returns false when it is not
 */
export async function setPassword(
  tx: WriteSession,
  {
    account,
    member,
    passwordHash,
    replaced,
  }: {
    account: string;
    member: { id: string; name: string };
    passwordHash: string;
    replaced?: string | null;
  },
): Promise<boolean> {
  const condition =
    replaced === undefined ? sql`true` : sql`password_hash is not distinct from ${replaced}`;
  const { rows } = await sql`
    update account set password_hash = ${passwordHash}, password_changed_at = ${tx.now},
      password_temporary_until = null
    where id = ${account} and ${condition}
    returning id
  `.execute(tx.em.getKysely());
  if (rows.length === 0) return false;
  await endUsesOfPassword(tx, account, member.name);
  tx.record({ subject: 'member', subjectId: member.id, kind: 'updated' });
  return true;
}

/** Mails to the account's own address, if there is one, that the password was changed. */
export async function tellOfChange(
  tx: WriteSession,
  account: string,
  name: string,
  { texts }: Pick<Correspondence, 'texts'>,
  language: Language,
): Promise<void> {
  const { rows } = await sql<{ email: string | null }>`
    select email from account where id = ${account}
  `.execute(tx.em.getKysely());
  const address = rows[0]?.email;
  if (!address) return;
  const facts = { organization: tx.organization.name, name, at: tx.now };
  queueMail(tx, { to: { name, address }, ...texts.passwordChanged(facts, language) });
}

/** When the password of each account was changed last; null for one that never had a password. */
export async function passwordChangeTimes(
  em: SqlEntityManager,
  accounts: readonly string[],
): Promise<Map<string, Date | null>> {
  const found = await em.find(
    Account,
    { id: { $in: [...accounts] } },
    { fields: ['passwordChangedAt'] },
  );
  return new Map(found.map(({ id, passwordChangedAt }) => [id, passwordChangedAt ?? null]));
}
