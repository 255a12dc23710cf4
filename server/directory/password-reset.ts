import { sql } from 'kysely';
import { lockMember } from './change-member.ts';
import { setPassword, tellOfChange } from './change-password.ts';
import { type Correspondence, type Language, maskEmail, secretLink } from './correspondence.ts';
import type { Directory } from './directory.ts';
import { DirectoryError } from './errors.ts';
import { changedFields } from './field-change.ts';
import { over } from './link-refusal.ts';
import { demandAction } from './member-actions.ts';
import { loadStanding } from './member-standing.ts';
import { linkExpiry, readSettings } from './organization-settings.ts';
import { queueMailSparingly } from './outbox.ts';
import { acceptChosenPassword } from './password-rule.ts';
import { insertReset } from './reset-link.ts';
import { generateLinkToken, secretDigest } from './secret.ts';
import {
  type DirectorySession,
  demand,
  type OrganizationReference,
  type Origin,
  sessionFor,
} from './session.ts';
import { write } from './write.ts';

/** A link that was just made. It is told this once, and for a self-owned account to its owner only. */
export interface IssuedPasswordReset {
  link: string | null;
  /** The masked address that the link was mailed to. */
  mailedTo: string | null;
  expiresAt: Date;
}

/**
 * Makes a link that sets a member's password: 24 hours, once; it revokes the one before. For an account
 * that this organization manages the link is answered; for a self-owned one it is mailed to the account's
 * own address.
 *
 * @throws DirectoryError `not-found`; `forbidden` for a member who holds more than the actor; `conflict`
 *   for one who is not enabled or whose address is not known; `slow-down` after many mails
 */
export async function createPasswordReset(
  session: DirectorySession,
  id: string,
  correspondence: Correspondence,
  { language: wanted }: { language?: Language | undefined } = {},
): Promise<IssuedPasswordReset> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const member = await lockMember(tx, id);
    const standing = await loadStanding(tx, member);
    demandAction(tx, 'resetPassword', standing);
    const token = generateLinkToken();
    const expiresAt = await linkExpiry(tx, 'resetLink');
    await insertReset(tx, member.id, token, expiresAt);
    const link = secretLink(correspondence, 'reset', token);
    const isManaged = standing.account === 'managed';
    const address = standing.accountEmail ?? '';
    const mailedTo = isManaged ? null : maskEmail(address);
    tx.note({
      subject: 'member',
      subjectId: member.id,
      action: 'member.password-reset-link-created',
      name: member.displayName,
      fields: changedFields(
        {},
        { delivery: isManaged ? 'link' : 'mail', address: mailedTo, expiresAt },
      ),
    });
    if (isManaged) return { link, mailedTo, expiresAt };
    const name = member.displayName;
    const facts = { organization: tx.organization.name, name, link, expiresAt };
    const language = wanted ?? (await readSettings(tx)).language;
    await queueMailSparingly(tx, {
      to: { name, address },
      ...correspondence.texts.passwordReset(facts, language),
    });
    return { link: null, mailedTo, expiresAt };
  });
}

/** What the holder of a link sees before choosing a password. */
export interface PasswordResetView {
  organization: string;
  name: string;
  username: string | null;
  expiresAt: Date;
}

/**
 * Tells what a link is for. Uses nothing up.
 *
 * @throws DirectoryError `not-found`, `link-expired`, `link-replaced`, `link-revoked`, `link-used`
 */
export async function lookUpPasswordReset(
  directory: Directory,
  token: string,
): Promise<PasswordResetView> {
  const { organization, name, username, expiresAt } = await findReset(directory, token);
  return { organization: organization.name, name, username, expiresAt };
}

/**
 * Sets the password that a link is for, once. Ends every session of the account, and mails that it was
 * done.
 *
 * @throws DirectoryError as `lookUpPasswordReset`; `invalid-value` for the field `password`
 */
export async function completePasswordReset(
  directory: Directory,
  { token, password, origin }: { token: string; password: string; origin?: Origin | undefined },
  correspondence: Pick<Correspondence, 'texts'>,
): Promise<void> {
  const found = await findReset(directory, token);
  const { organization, member, name, username, email, account } = found;
  const { minimumPasswordLength } = await readSettings({
    organization,
    em: directory.entityManager(),
  });
  acceptChosenPassword(
    password,
    { username, email, organization: organization.name },
    { minimumPasswordLength },
  );
  const passwordHash = await directory.passwords.hash(password);
  const actor = { kind: 'member', id: member, name } as const;
  const session = sessionFor(directory, organization, actor, [], origin);
  const done = await write(session, async (tx) => {
    await lockMember(tx, member);
    const { rows } = await sql`
      update password_reset set state = 'used', used_at = ${tx.now}
      where organization_id = ${organization.id} and id = ${found.id} and state = 'pending'
      returning id
    `.execute(tx.em.getKysely());
    if (rows.length === 0) return false;
    await setPassword(tx, {
      account,
      member: { id: member, name },
      passwordHash,
      action: 'member.password-reset',
    });
    await tellOfChange(tx, account, name, correspondence);
    return true;
  });
  if (done) return;
  // Somebody was faster: with this link, a newer one, or by disabling the member.
  await findReset(directory, token);
  throw over('link-revoked');
}

interface FoundReset {
  id: string;
  organization: OrganizationReference;
  member: string;
  account: string;
  name: string;
  username: string | null;
  email: string | null;
  expiresAt: Date;
}

async function findReset(directory: Directory, token: string): Promise<FoundReset> {
  const em = directory.entityManager();
  const { rows } = await sql<{
    id: string;
    state: string;
    expires_at: string;
    account_id: string;
    newer: boolean;
    organization_id: string;
    slug: string;
    organization_name: string;
    member_id: string;
    status: string;
    display_name: string;
    username: string | null;
    email: string | null;
  }>`
    select p.id, p.state, p.expires_at, p.account_id, p.organization_id, p.member_id,
      o.slug, o.name as organization_name, m.status, m.display_name, m.username, a.email,
      exists (select 1 from password_reset x
        where x.account_id = p.account_id and (x.created_at, x.id) > (p.created_at, p.id)) as newer
    from password_reset p
    join organization o on o.id = p.organization_id
    join member m on m.organization_id = p.organization_id and m.id = p.member_id
    join account a on a.id = p.account_id
    where p.token_hash = ${secretDigest(token)}
  `.execute(em.getKysely());
  const [row] = rows;
  if (row === undefined) throw new DirectoryError('not-found', 'There is no such link.');
  if (row.state === 'used') throw over('link-used');
  if (row.state === 'revoked') throw over(row.newer ? 'link-replaced' : 'link-revoked');
  if (row.status !== 'enabled') throw over('link-revoked');
  const expiresAt = new Date(row.expires_at);
  if (expiresAt <= directory.now()) throw over('link-expired');
  return {
    id: row.id,
    organization: { id: row.organization_id, slug: row.slug, name: row.organization_name },
    member: row.member_id,
    account: row.account_id,
    name: row.display_name,
    username: row.username,
    email: row.email,
    expiresAt,
  };
}
