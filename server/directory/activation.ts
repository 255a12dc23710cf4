import { sql } from 'kysely';
import { type Correspondence, type Language, secretLink } from './correspondence.ts';
import { DirectoryError } from './errors.ts';
import { holdsMore } from './member-actions.ts';
import { loadStanding } from './member-standing.ts';
import type { MemberView } from './member-view.ts';
import { linkExpiry } from './organization-settings.ts';
import { queueMailSparingly } from './outbox.ts';
import { insertReset } from './reset-link.ts';
import { generateLinkToken } from './secret.ts';
import type { WriteSession } from './write.ts';

/**
 * Mails a member who has just been enabled for the first time a link to choose a password, where the
 * organization wants that and the account, which it manages, has none. The address is what the actor says:
 * nothing goes there for a member who holds more than the actor.
 */
export async function sendActivation(
  tx: WriteSession,
  member: MemberView,
  correspondence: Correspondence,
): Promise<void> {
  const { id, email, username, displayName: name } = member;
  if (member.status !== 'enabled' || email === null || username === null) return;
  const { rows } = await sql<{ language: Language; wanted: boolean }>`
    select o.language, o.activation_mail and a.password_hash is null
      and a.managing_organization_id is not distinct from o.id as wanted
    from organization o
    join member m on m.organization_id = o.id and m.id = ${id}
    join account a on a.id = m.account_id
    where o.id = ${tx.organization.id}
  `.execute(tx.em.getKysely());
  const [policy] = rows;
  if (!policy?.wanted || holdsMore(tx, await loadStanding(tx, member))) return;
  const token = generateLinkToken();
  const expiresAt = await linkExpiry(tx, 'resetLink');
  const link = secretLink(correspondence, 'reset', token);
  const facts = { organization: tx.organization.name, name, username, link, expiresAt };
  try {
    const text = correspondence.texts.activation(facts, policy.language);
    await queueMailSparingly(tx, { to: { name, address: email }, ...text });
  } catch (error) {
    // Many at one address: the member is there all the same, and can be sent a link by hand.
    if (error instanceof DirectoryError && error.code === 'slow-down') return;
    throw error;
  }
  await insertReset(tx, id, token, expiresAt);
}
