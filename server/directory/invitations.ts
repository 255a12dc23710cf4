import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { lockMember } from './change-member.ts';
import { type Correspondence, type Language, secretLink } from './correspondence.ts';
import { insertMember } from './create-member.ts';
import { DirectoryError } from './errors.ts';
import { changedFields, type FieldChange } from './field-change.ts';
import { demandAction, type MemberDetails, memberDetails } from './member-actions.ts';
import { loadStanding } from './member-standing.ts';
import { linkExpiry, readSettings } from './organization-settings.ts';
import { queueMailSparingly } from './outbox.ts';
import { generateLinkToken, secretDigest } from './secret.ts';
import { type ActorReference, type DirectorySession, demand } from './session.ts';
import { acceptEmail, acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

/** How an invitation reaches the person: the caller hands the link over, or it is mailed. */
export interface Delivery {
  by: 'link' | 'mail';
  /** Where to mail it; without it, where the invitation before went, else the organization e-mail. */
  email?: string | undefined;
  /** Without it, the organization's. */
  language?: Language | undefined;
}

/** An invitation that was just made. The link is told this once; a mailed one only to its reader. */
export interface IssuedInvitation {
  member: MemberDetails;
  link: string | null;
}

/**
 * Adds a pending member and invites the person.
 *
 * @throws DirectoryError `invalid-value`, `unknown-reference`; `forbidden` for a role that carries what
 *   the actor does not hold; `slow-down` after many mails to one address
 */
export async function inviteNewMember(
  session: DirectorySession,
  {
    name,
    departments,
    roles,
    delivery,
  }: {
    name: string;
    /** Ids, the primary one first. */
    departments: readonly string[];
    /** Ids. */
    roles: readonly string[];
    delivery: Delivery;
  },
  correspondence: Correspondence,
): Promise<IssuedInvitation> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const { id, displayName } = await insertMember(tx, {
      displayName: acceptName(name, 'name'),
      invited: true,
      enabled: true,
      profile: {},
      departments,
      roles,
    });
    const { link, fields } = await issue(tx, { id, name: displayName, delivery }, correspondence);
    tx.note({
      subject: 'member',
      subjectId: id,
      action: 'invitation.created',
      name: displayName,
      fields,
    });
    return { member: await memberDetails(tx, id), link };
  });
}

/**
 * Invites a pending member, again where that was done before: 3 days, once. The link before is void.
 *
 * @throws DirectoryError `not-found`, `invalid-value` (email); `conflict` for a member who has joined;
 *   `forbidden` for one whose roles carry what the actor does not hold; `slow-down` after many mails
 */
export async function inviteMember(
  session: DirectorySession,
  id: string,
  delivery: Delivery,
  correspondence: Correspondence,
): Promise<IssuedInvitation> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const member = await lockMember(tx, id);
    const standing = await loadStanding(tx, member);
    demandAction(tx, 'invite', standing);
    await revokePending(tx, member.id);
    const known = standing.invitation?.email ?? member.email ?? undefined;
    const { link, fields } = await issue(
      tx,
      {
        id: member.id,
        name: member.displayName,
        delivery: { ...delivery, email: delivery.email ?? known },
      },
      correspondence,
    );
    tx.record({
      subject: 'member',
      subjectId: member.id,
      kind: 'updated',
      action: 'invitation.created',
      name: member.displayName,
      fields,
    });
    return { member: await memberDetails(tx, member.id), link };
  });
}

/**
 * Withdraws the invitation that waits for an answer. The member stays pending.
 *
 * @throws DirectoryError `not-found`; `conflict` when none waits
 */
export async function revokeInvitation(
  session: DirectorySession,
  id: string,
): Promise<MemberDetails> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const member = await lockMember(tx, id);
    demandAction(tx, 'revoke', await loadStanding(tx, member));
    await revokePending(tx, member.id);
    tx.record({
      subject: 'member',
      subjectId: member.id,
      kind: 'updated',
      action: 'invitation.revoked',
      name: member.displayName,
      fields: changedFields({ invitation: 'pending' }, { invitation: 'revoked' }),
    });
    return memberDetails(tx, member.id);
  });
}

/** Who invites, as the invited person reads it: a person, or else the organization itself. */
export function inviterName(invitedBy: ActorReference, organization: string): string {
  return invitedBy.kind === 'member' ? invitedBy.name : organization;
}

async function revokePending(tx: WriteSession, member: string): Promise<void> {
  await sql`
    update invitation set state = 'revoked'
    where organization_id = ${tx.organization.id} and member_id = ${member} and state = 'pending'
  `.execute(tx.em.getKysely());
}

async function issue(
  tx: WriteSession,
  member: { id: string; name: string; delivery: Delivery },
  correspondence: Correspondence,
): Promise<{ link: string | null; fields: Record<string, FieldChange> }> {
  const { by, email } = member.delivery;
  const address = by === 'mail' ? acceptAddress(email) : null;
  const token = generateLinkToken();
  const expiresAt = await linkExpiry(tx, 'invitation');
  const inviter = tx.actor.kind === 'member' ? (tx.actor.id ?? null) : null;
  await sql`
    insert into invitation
      (organization_id, id, member_id, token_hash, email, state, inviter_id, invited_by, created_at,
        expires_at)
    values (${tx.organization.id}, ${uuidv7()}, ${member.id}, ${secretDigest(token)}, ${address},
      'pending', ${inviter}, ${JSON.stringify(tx.actor)}::jsonb, ${tx.now}, ${expiresAt})
  `.execute(tx.em.getKysely());
  const link = secretLink(correspondence, 'join', token);
  const fields = changedFields({}, { invitation: 'pending', delivery: by, address, expiresAt });
  if (address === null) return { link, fields };
  const facts = {
    organization: tx.organization.name,
    inviter: inviterName(tx.actor, tx.organization.name),
    name: member.name,
    link,
    expiresAt,
  };
  const language = member.delivery.language ?? (await readSettings(tx)).language;
  await queueMailSparingly(tx, {
    to: { name: member.name, address },
    ...correspondence.texts.invitation(facts, language),
  });
  return { link: null, fields };
}

function acceptAddress(email: string | undefined): string {
  if (email !== undefined) return acceptEmail(email);
  throw new DirectoryError('invalid-value', 'email is needed to mail the invitation', {
    field: 'email',
  });
}
