import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { FeedChange } from './changes.ts';
import {
  type ClaimedDelivery,
  claimDeliveries,
  type DeliveryOutcome,
  type DeliveryQueue,
  finishDelivery,
} from './delivery-queue.ts';
import type { Directory } from './directory.ts';
import { SecurityEvent } from './entities/event-stream.ts';
import { eventStreamContext } from './event-streams.ts';
import { readOnce } from './feed-cursor.ts';
import type { SecurityEventUri } from './security-event-uris.ts';

/** A change of a member or a group, with what is known of it. */
export interface SubjectChange extends FeedChange {
  /** As it is now, or was when it went. */
  about: { externalId: string | undefined; hasUsername: boolean };
}

/** To whom an event is told, and by which token. */
export interface SecurityEventTarget {
  id: string;
  audience: string;
  events: readonly SecurityEventUri[];
}

/** Words a change as the claims of a token, in JSON; undefined for what a stream is not told of. */
export type SecurityEventTeller = (
  change: SubjectChange,
  target: SecurityEventTarget,
  now: Date,
) => string | undefined;

export interface ClaimedSecurityEvent extends ClaimedDelivery {
  url: string;
  /** Undefined for none; null when the key of the instance is not the one that it was encrypted with. */
  token: string | null | undefined;
}

/** For how long an event is kept, acknowledged or not. */
export const securityEventsKeptMs = 7 * 24 * 3_600_000;
/** How many unacknowledged events of a stream are kept; looked at hourly. */
export const securityEventsWaiting = 100_000;

const queue: DeliveryQueue = {
  receivers: 'event_stream',
  deliveries: 'security_event',
  receiver: 'stream_id',
  called: sql`w.method = 'push'`,
  giveUpAfterMs: securityEventsKeptMs,
};

/**
 * Turns the next changes of the feed into events for the streams, each change once over all nodes.
 *
 * @returns whether there can be more at once
 */
export async function queueSecurityEvents(
  em: SqlEntityManager,
  tell: SecurityEventTeller,
  now: Date,
  limit = 500,
): Promise<boolean> {
  return readOnce(em, 'security-events', limit, (tx, changes) =>
    insertEvents(tx, changes, tell, now),
  );
}

async function insertEvents(
  em: SqlEntityManager,
  changes: readonly FeedChange[],
  tell: SecurityEventTeller,
  now: Date,
): Promise<void> {
  const db = em.getKysely();
  const about = changes.filter(({ subject }) => subject === 'member' || subject === 'group');
  const organizations = [...new Set(about.map(({ organizationId }) => organizationId))];
  if (organizations.length === 0) return;
  const { rows: streams } = await sql<{
    organization_id: string;
    id: string;
    audience: string;
    events: SecurityEventUri[];
    created_at: string;
  }>`
    select organization_id, id, audience, events, created_at from event_stream
    where enabled and organization_id = any(${organizations}::uuid[])
  `.execute(db);
  if (streams.length === 0) return;
  const told = Map.groupBy(streams, ({ organization_id }) => organization_id);
  const events = (await withSubjects(em, about)).flatMap((change) =>
    (told.get(change.organizationId) ?? [])
      .filter(({ created_at }) => new Date(created_at) <= change.at)
      .flatMap(({ organization_id, id: stream_id, audience, events: asked }) => {
        const id = uuidv7();
        const payload = tell(change, { id, audience, events: asked }, now);
        if (payload === undefined) return [];
        return [{ organization_id, stream_id, id, change: change.position.id, payload }];
      }),
  );
  if (events.length === 0) return;
  await sql`
    insert into security_event
      (organization_id, id, stream_id, change, payload, state, due_at, created_at)
    select d.organization_id, d.id, d.stream_id, d.change, d.payload, 'queued',
      ${now}::timestamptz, ${now}::timestamptz
    from rows from (jsonb_to_recordset(${JSON.stringify(events)}::jsonb)
      as (organization_id uuid, id uuid, stream_id uuid, change bigint, payload text))
      with ordinality as d (organization_id, id, stream_id, change, payload, place)
    order by d.place
  `.execute(db);
}

type About = SubjectChange['about'];

async function withSubjects(
  em: SqlEntityManager,
  changes: readonly FeedChange[],
): Promise<SubjectChange[]> {
  const found = await findSubjects(em, changes);
  for (const change of changes)
    if (change.kind === 'deleted') found.set(keyOf(change), goneAs(change));
  const gone = changes.filter((change) => !found.has(keyOf(change)));
  for (const change of await findRemovals(em, gone)) found.set(keyOf(change), goneAs(change));
  return changes.map((change) => ({
    ...change,
    about: found.get(keyOf(change)) ?? { externalId: undefined, hasUsername: false },
  }));
}

function goneAs({ externalId, fields }: Pick<FeedChange, 'externalId' | 'fields'>): About {
  return { externalId, hasUsername: fields.includes('username') };
}

function keyOf({
  organizationId,
  subjectId,
}: Pick<FeedChange, 'organizationId' | 'subjectId'>): string {
  return `${organizationId} ${subjectId}`;
}

async function findSubjects(
  em: SqlEntityManager,
  changes: readonly FeedChange[],
): Promise<Map<string, About>> {
  const subjects = changes.map(({ organizationId, subjectId }) => ({ organizationId, subjectId }));
  const { rows } = await sql<{
    organization_id: string;
    id: string;
    external_id: string | null;
    has_username: boolean;
  }>`
    with subject as (
      select distinct "organizationId" as organization_id, "subjectId" as id
      from jsonb_to_recordset(${JSON.stringify(subjects)}::jsonb)
        as s ("organizationId" uuid, "subjectId" uuid)
    )
    select m.organization_id, m.id, m.external_id, m.username is not null as has_username
      from subject s join member m on m.organization_id = s.organization_id and m.id = s.id
    union all
    select g.organization_id, g.id, g.external_id, false
      from subject s join directory_group g on g.organization_id = s.organization_id and g.id = s.id
  `.execute(em.getKysely());
  return new Map(
    rows.map((row) => [
      keyOf({ organizationId: row.organization_id, subjectId: row.id }),
      { externalId: row.external_id ?? undefined, hasUsername: row.has_username },
    ]),
  );
}

/** The removals, further on in the feed, of what has changed and is gone by now. */
async function findRemovals(
  em: SqlEntityManager,
  [first, ...others]: readonly FeedChange[],
): Promise<Pick<FeedChange, 'organizationId' | 'subjectId' | 'externalId' | 'fields'>[]> {
  if (first === undefined) return [];
  const gone = [first, ...others];
  const { rows } = await sql<{
    organization_id: string;
    subject_id: string;
    external_id: string | null;
    fields: string[] | null;
  }>`
    select organization_id, subject_id, external_id, to_jsonb(fields) as fields from change
    where organization_id = any(${gone.map(({ organizationId }) => organizationId)}::uuid[])
      and subject_id = any(${gone.map(({ subjectId }) => subjectId)}::uuid[])
      and kind = 'deleted'
      and (transaction, id) > (${first.position.transaction}::xid8, ${first.position.id}::bigint)
  `.execute(em.getKysely());
  return rows.map((row) => ({
    organizationId: row.organization_id,
    subjectId: row.subject_id,
    externalId: row.external_id ?? undefined,
    fields: row.fields ?? [],
  }));
}

/** Takes what is due, of each stream that is pushed to and that nobody else is calling. */
export async function claimSecurityEvents(
  { entityManager, secrets }: Pick<Directory, 'entityManager' | 'secrets'>,
  now: Date,
  limit: number,
): Promise<ClaimedSecurityEvent[]> {
  return entityManager().transactional(async (tx) => {
    const claimed = await claimDeliveries(tx, queue, now, limit);
    if (claimed.length === 0) return [];
    const { rows } = await sql<{ id: string; url: string; token: string | null }>`
      select id, url, token from event_stream
      where organization_id = any(${claimed.map(({ organizationId }) => organizationId)}::uuid[])
        and id = any(${claimed.map(({ receiverId }) => receiverId)}::uuid[])
    `.execute(tx.getKysely());
    const streams = new Map(rows.map((row) => [row.id, row]));
    return claimed.flatMap((event) => {
      const stream = streams.get(event.receiverId);
      if (stream === undefined) return [];
      const context = eventStreamContext(event.organizationId, stream.id);
      const token =
        stream.token === null ? undefined : (secrets.open(stream.token, context) ?? null);
      return [{ ...event, url: stream.url, token }];
    });
  });
}

/** Records how a push ended, and gives the stream back; after a week of failures there is no other. */
export async function finishSecurityEvent(
  em: SqlEntityManager,
  event: ClaimedDelivery,
  outcome: DeliveryOutcome,
  now: Date,
): Promise<void> {
  await finishDelivery(em, queue, event, outcome, now);
}

/** How many events wait to be acknowledged, of all organizations. */
export async function countWaitingSecurityEvents(em: SqlEntityManager): Promise<number> {
  return em.count(SecurityEvent, { state: 'queued' });
}
