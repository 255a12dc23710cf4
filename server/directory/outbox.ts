import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { Organization } from './entities/organization.ts';
import { type MailState, OutgoingMail } from './entities/outgoing-mail.ts';
import { DirectoryError } from './errors.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptEmail, acceptName } from './text.ts';
import type { WriteSession } from './write.ts';

/** A mail as somebody wants it sent. */
export interface NewMail {
  to: { name?: string; address: string };
  subject: string;
  text: string;
  html?: string;
}

/** A mail that a sender has taken. */
export interface ClaimedMail extends NewMail {
  organizationId: string;
  id: string;
  /** Of this mail, with this one. */
  attempts: number;
  createdAt: Date;
}

/** A mail as an administrator sees it; without its text, which can carry a link. */
export interface MailView {
  id: string;
  to: string;
  subject: string;
  state: MailState;
  attempts: number;
  lastError: string | null;
  createdAt: Date;
  sentAt: Date | null;
}

/** How long a sender has a mail for itself, unless it asks for longer. */
export const leaseMs = 60_000;
const firstRetryMs = 5_000;
const longestRetryMs = 3_600_000;
const giveUpAfterMs = 24 * 3_600_000;

/**
 * Puts a mail into the outbox, in the transaction of what it tells.
 *
 * @returns its id
 * @throws DirectoryError `invalid-value` for an address that cannot be one
 */
export function queueMail(tx: WriteSession, mail: NewMail): string {
  const id = uuidv7();
  tx.em.create(OutgoingMail, {
    organization: tx.em.getReference(Organization, tx.organization.id),
    id,
    recipientName: mail.to.name ?? null,
    recipientAddress: acceptEmail(mail.to.address),
    subject: acceptName(mail.subject, 'subject', 1024),
    text: mail.text,
    html: mail.html ?? null,
    state: 'queued',
    attempts: 0,
    dueAt: tx.now,
    createdAt: tx.now,
  });
  return id;
}

const mailsAnHour = 5;

/**
 * Puts a mail into the outbox that an administrator can send to whom they like: a few an hour to one
 * address, so that nobody is flooded in our name.
 *
 * @throws DirectoryError `slow-down`; `invalid-value` for an address that cannot be one
 */
export async function queueMailSparingly(tx: WriteSession, mail: NewMail): Promise<string> {
  const since = new Date(tx.now.getTime() - 3_600_000);
  const recent = await tx.em.count(OutgoingMail, {
    organization: tx.organization.id,
    recipientAddress: acceptEmail(mail.to.address),
    createdAt: { $gt: since },
  });
  if (recent >= mailsAnHour) {
    throw new DirectoryError('slow-down', 'This address got enough mails within the hour.', {
      retryAfterSeconds: 3600,
    });
  }
  return queueMail(tx, mail);
}

/** How many mails wait, of all organizations. */
export async function countQueuedMail(em: SqlEntityManager): Promise<number> {
  return em.count(OutgoingMail, { state: 'queued' });
}

/**
 * Takes the mail that is due first, so that no other node sends it meanwhile: one at a time, for a lease
 * covers the sending of one. A sender that dies gives it back when its lease ends: a mail is sent at
 * least once.
 */
export async function claimDueMail(
  em: SqlEntityManager,
  now: Date,
): Promise<ClaimedMail | undefined> {
  const { rows } = await sql<{
    organization_id: string;
    id: string;
    recipient_name: string | null;
    recipient_address: string;
    subject: string;
    text: string;
    html: string | null;
    attempts: number;
    created_at: string;
  }>`
    update outgoing_mail o
    set attempts = o.attempts + 1, due_at = ${new Date(now.getTime() + leaseMs)}
    from (
      select organization_id, id from outgoing_mail
      where state = 'queued' and due_at <= ${now}
      order by due_at limit 1
      for update skip locked
    ) due
    where o.organization_id = due.organization_id and o.id = due.id
    returning o.organization_id, o.id, o.recipient_name, o.recipient_address, o.subject, o.text,
      o.html, o.attempts, o.created_at
  `.execute(em.getKysely());
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    organizationId: row.organization_id,
    id: row.id,
    to: {
      address: row.recipient_address,
      ...(row.recipient_name === null ? {} : { name: row.recipient_name }),
    },
    subject: row.subject,
    text: row.text,
    ...(row.html === null ? {} : { html: row.html }),
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
  };
}

/** Prolongs the lease of a mail whose sending takes long. */
export async function keepMail(em: SqlEntityManager, mail: ClaimedMail, now: Date): Promise<void> {
  await em.nativeUpdate(
    OutgoingMail,
    { organization: mail.organizationId, id: mail.id, state: 'queued', attempts: mail.attempts },
    { dueAt: new Date(now.getTime() + leaseMs) },
  );
}

/** Records that a mail server took the mail. Its text goes: it may carry a secret. */
export async function markMailSent(
  em: SqlEntityManager,
  mail: ClaimedMail,
  now: Date,
): Promise<void> {
  await em.nativeUpdate(
    OutgoingMail,
    { organization: mail.organizationId, id: mail.id },
    { state: 'sent', sentAt: now, lastError: null, text: '', html: null },
  );
}

/** Records a failed attempt: the next one is later each time, and after a day there is none. */
export async function markMailFailed(
  em: SqlEntityManager,
  mail: ClaimedMail,
  error: string,
  now: Date,
): Promise<void> {
  const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** (mail.attempts - 1));
  const abandoned = now.getTime() + wait > mail.createdAt.getTime() + giveUpAfterMs;
  await em.nativeUpdate(
    OutgoingMail,
    { organization: mail.organizationId, id: mail.id },
    {
      lastError: error.slice(0, 500),
      dueAt: new Date(now.getTime() + wait),
      ...(abandoned ? { state: 'abandoned' as const, text: '', html: null } : {}),
    },
  );
}

/** The newest mails of the organization. */
export async function listMail(session: DirectorySession, limit = 100): Promise<MailView[]> {
  demand(session, 'mail:read');
  const mails = await session.em.find(
    OutgoingMail,
    { organization: session.organization.id },
    { orderBy: { createdAt: 'desc', id: 'desc' }, limit },
  );
  return mails.map((mail) => ({
    id: mail.id,
    to: mail.recipientAddress,
    subject: mail.subject,
    state: mail.state,
    attempts: mail.attempts,
    lastError: mail.lastError ?? null,
    createdAt: mail.createdAt,
    sentAt: mail.sentAt ?? null,
  }));
}
