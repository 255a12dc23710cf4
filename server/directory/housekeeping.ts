import { sql } from 'kysely';
import { changesKeptMs } from './change-feed.ts';
import type { Directory } from './directory.ts';
import { eventIdAt } from './event-id.ts';
import type { Sql } from './filter-sql.ts';
import { answersKeptMs } from './idempotency.ts';
import { securityEventsKeptMs, securityEventsWaiting } from './security-event-queue.ts';
import { publishedAheadMs, signingKeyKeptMs } from './signing-keys.ts';

const dayMs = 24 * 60 * 60_000;
const linksKeptMs = 30 * dayMs;
const deliveriesKeptMs = 30 * dayMs;
const mailsKeptMs = 90 * dayMs;
const auditKeptMs = 365 * dayMs;

const batchSize = 500;
const mostBatches = 200;

/** How many rows of each kind went. */
export interface Forgotten {
  signInSessions: number;
  widgetTokens: number;
  /** Of requests that carried an `Idempotency-Key`. */
  keptAnswers: number;
  passwordResets: number;
  /** Hashes of links; the invitations themselves stay for who wants to know what became of them. */
  invitationLinks: number;
  changes: number;
  mails: number;
  webhookDeliveries: number;
  /** Unacknowledged ones too, which are too old or too many. */
  securityEvents: number;
  signingKeys: number;
  auditEvents: number;
}

/**
 * Deletes what nobody needs any more, of all organizations: sessions and widget tokens that are over;
 * answers that are told again no more; links 30 days after their end, for until then they are told why
 * they open nothing; changes that every follower has read (`changesKeptMs`); mails 90 days after they were
 * sent or given up; deliveries to webhooks 30 days after their end; security events after a week, and the
 * oldest beyond 100,000 that a stream leaves waiting; keys a month after others sign in their place; audit
 * events after a year.
 *
 * In small batches that pass over what others hold, so that several nodes can do it at the same time and
 * no request waits; what is very much is left to the next call.
 *
 * @param isOver asked between batches whether to stop
 */
export async function forgetTheOld(
  directory: Pick<Directory, 'entityManager' | 'now'>,
  isOver: () => boolean = () => false,
): Promise<Forgotten> {
  const now = directory.now();
  const before = (keptMs: number) => new Date(now.getTime() - keptMs);
  const inBatches = async (statement: Sql): Promise<number> => {
    let total = 0;
    for (let batch = 0; batch < mostBatches && !isOver(); batch++) {
      const { rows } = await sql<{ count: number }>`
        with gone as (${statement}) select count(*)::int as count from gone
      `.execute(directory.entityManager().getKysely());
      const count = rows[0]?.count ?? 0;
      total += count;
      if (count === 0) break;
    }
    return total;
  };
  const some = sql`limit ${sql.lit(batchSize)} for update skip locked`;
  const mails = (state: 'sent' | 'abandoned') =>
    inBatches(sql`
      delete from outgoing_mail where (organization_id, id) in (
        select organization_id, id from outgoing_mail
        where state = ${state} and due_at < ${before(mailsKeptMs)} order by due_at ${some})
      returning 1`);

  return {
    signInSessions: await inBatches(sql`
      delete from sign_in_session where (organization_id, id) in (
        select organization_id, id from sign_in_session
        where expires_at <= ${now} order by expires_at ${some})
      returning 1`),
    widgetTokens: await inBatches(sql`
      delete from widget_token where (organization_id, id) in (
        select organization_id, id from widget_token
        where expires_at <= ${now} order by expires_at ${some})
      returning 1`),
    // An organization at a time: the index leads with it.
    keptAnswers: await inBatches(sql`
      delete from idempotent_answer where (organization_id, id) in (
        select old.organization_id, old.id from organization o cross join lateral (
          select organization_id, id from idempotent_answer
          where organization_id = o.id and created_at <= ${before(answersKeptMs)}
          order by created_at ${some}) old)
      returning 1`),
    passwordResets: await inBatches(sql`
      delete from password_reset where (organization_id, id) in (
        select organization_id, id from password_reset
        where expires_at < ${before(linksKeptMs)} order by expires_at ${some})
      returning 1`),
    invitationLinks: await inBatches(sql`
      update invitation set token_hash = null where (organization_id, id) in (
        select organization_id, id from invitation
        where token_hash is not null and expires_at < ${before(linksKeptMs)}
        order by expires_at ${some})
      returning 1`),
    // The oldest are looked at and no more: the feed's order is nearly that of time.
    changes: await inBatches(sql`
      delete from change where id in (
        select id from (select id, at from change order by transaction, id ${some}) oldest
        where at < ${before(changesKeptMs)})
      returning 1`),
    mails: (await mails('sent')) + (await mails('abandoned')),
    webhookDeliveries: await inBatches(sql`
      delete from webhook_delivery where (organization_id, id) in (
        select organization_id, id from webhook_delivery
        where finished_at < ${before(deliveriesKeptMs)} order by finished_at ${some})
      returning 1`),
    securityEvents:
      (await inBatches(sql`
        delete from security_event where (organization_id, id) in (
          select organization_id, id from security_event
          where created_at < ${before(securityEventsKeptMs)} order by created_at ${some})
        returning 1`)) +
      (await inBatches(sql`
        delete from security_event where (organization_id, id) in (
          select e.organization_id, e.id from event_stream s
          cross join lateral (
            select x.number from security_event x
            where x.organization_id = s.organization_id and x.stream_id = s.id
              and x.state = 'queued'
            order by x.number desc offset ${sql.lit(securityEventsWaiting)} limit 1
          ) last
          join security_event e on e.organization_id = s.organization_id and e.stream_id = s.id
            and e.state = 'queued' and e.number <= last.number
          limit ${sql.lit(batchSize)} for update of e skip locked)
        returning 1`)),
    signingKeys: await inBatches(sql`
      delete from signing_key k where exists (
        select 1 from signing_key other where other.created_at > k.created_at
          and other.created_at < ${before(signingKeyKeptMs + publishedAheadMs)})
      returning 1`),
    auditEvents: await forgetAuditEvents(directory, before(auditKeptMs), isOver),
  };
}

// An organization at a time: the audit's indexes lead with it.
async function forgetAuditEvents(
  directory: Pick<Directory, 'entityManager'>,
  before: Date,
  isOver: () => boolean,
): Promise<number> {
  const db = directory.entityManager().getKysely();
  const organizations = await sql<{ id: string }>`select id from organization`.execute(db);
  let total = 0;
  for (const { id } of organizations.rows) {
    for (let batch = 0; batch < mostBatches && !isOver(); batch++) {
      const { rows } = await sql<{ count: number }>`
        select forget_audit_events(${id}, ${eventIdAt(before)}, ${batchSize}) as count
      `.execute(db);
      const count = rows[0]?.count ?? 0;
      total += count;
      if (count === 0) break;
    }
  }
  return total;
}
