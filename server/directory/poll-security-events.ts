import { sql } from 'kysely';
import type { Directory } from './directory.ts';
import { EventStream } from './entities/event-stream.ts';
import { isUuid } from './filter-sql.ts';
import { secretDigest } from './secret.ts';

/** A stream whose receiver has proven who it is. */
export interface PollingStream {
  organizationId: string;
  id: string;
  enabled: boolean;
}

/** Why a receiver refuses an event (RFC 8936 section 2.6). */
export interface RefusedEvent {
  id: string;
  reason: string;
}

/** The stream of that id which polls with that secret. */
export async function authenticatePollingStream(
  directory: Pick<Directory, 'entityManager'>,
  id: string,
  secret: string,
): Promise<PollingStream | undefined> {
  const found = await directory
    .entityManager()
    .findOne(EventStream, { secretHash: secretDigest(secret) });
  if (found === null || found.id !== id) return undefined;
  return { organizationId: found.organization.id, id, enabled: found.enabled };
}

/** The events that wait, oldest first: again and again until they are acknowledged. */
export async function waitingSecurityEvents(
  { entityManager }: Pick<Directory, 'entityManager'>,
  stream: PollingStream,
  limit: number,
): Promise<{ events: { id: string; payload: string }[]; more: boolean }> {
  const { rows } = await sql<{ id: string; payload: string }>`
    select id, payload from security_event
    where organization_id = ${stream.organizationId} and stream_id = ${stream.id}
      and state = 'queued'
    order by number limit ${limit + 1}
  `.execute(entityManager().getKysely());
  return { events: rows.slice(0, limit), more: rows.length > limit };
}

/** Ends the waiting of events: those taken, and those refused. Others than the stream's own stay. */
export async function settleSecurityEvents(
  { entityManager, now }: Pick<Directory, 'entityManager' | 'now'>,
  stream: PollingStream,
  { taken, refused }: { taken: readonly string[]; refused: readonly RefusedEvent[] },
): Promise<void> {
  const settled = [
    ...refused.map(({ id, reason }) => ({ id, reason: reason.slice(0, 500).toWellFormed() })),
    ...taken.map((id) => ({ id, reason: undefined })),
  ].filter(({ id }) => isUuid(id));
  if (settled.length === 0) return;
  await sql`
    update security_event e set finished_at = ${now()}, last_error = s.reason,
      state = case when s.reason is null then 'delivered' else 'abandoned' end
    from (
      select distinct on (id) id, reason
      from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as r (id uuid, reason text)
      order by id, reason nulls last
    ) s
    where e.organization_id = ${stream.organizationId} and e.stream_id = ${stream.id}
      and e.id = s.id and e.state = 'queued'
  `.execute(entityManager().getKysely());
}
