import { LockMode } from '@mikro-orm/core';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { AuditDetails } from './changes.ts';
import type { Directory } from './directory.ts';
import { EventStream, type EventStreamMethod } from './entities/event-stream.ts';
import { Organization } from './entities/organization.ts';
import { DirectoryError } from './errors.ts';
import { demandVersion, type VersionCondition } from './expected-version.ts';
import { changedFields, secretChange } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { generateSecret, secretDigest } from './secret.ts';
import { type SecurityEventUri, securityEventUris } from './security-event-uris.ts';
import { type ActorReference, type DirectorySession, demand } from './session.ts';
import { signingKey } from './signing-keys.ts';
import { acceptName } from './text.ts';
import { acceptWebhookUrl, type WebhookPolicy } from './webhook-url.ts';
import { type WriteSession, write } from './write.ts';

/** A receiver of security events, without its secrets. */
export interface EventStreamView {
  id: string;
  method: EventStreamMethod;
  /** Where it is pushed to; null where it polls. */
  url: string | null;
  /** Whether it is pushed to with a token. */
  hasToken: boolean;
  /** The `aud` of what it gets. */
  audience: string;
  /** In the order of the catalogue. */
  events: SecurityEventUri[];
  description: string;
  enabled: boolean;
  /** How many events it has not acknowledged yet. */
  waiting: number;
  /** What went wrong last, among the events that are kept. */
  lastError: string | null;
  createdBy: ActorReference;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

export interface EventStreamInput {
  method: EventStreamMethod;
  /** Needed to push; nothing else has one. */
  url?: string | undefined;
  /** Sent as a bearer token to who is pushed to; null for none. */
  token?: string | null | undefined;
  audience: string;
  events: readonly SecurityEventUri[];
  description: string;
  enabled: boolean;
}

type Secrets = Pick<Directory, 'secrets'>;

const streamsOfOrganization = 20;
const longestToken = 4096;

/** The event streams, oldest first. */
export async function listEventStreams(session: DirectorySession): Promise<EventStreamView[]> {
  demand(session, 'webhooks:read');
  const streams = await session.em.find(
    EventStream,
    { organization: session.organization.id },
    { orderBy: { createdAt: 'asc', id: 'asc' } },
  );
  return viewsOf(session, streams);
}

/**
 * Makes an event stream: it is told of what happens from now on.
 *
 * @returns also the secret that it polls with, told this once; null where it is pushed to
 * @throws DirectoryError `invalid-value`; `conflict` for one too many
 */
export async function createEventStream(
  session: DirectorySession,
  { secrets }: Secrets,
  input: EventStreamInput,
  policy: WebhookPolicy,
): Promise<EventStreamView & { secret: string | null }> {
  demand(session, 'webhooks:write');
  // So that whoever reads the published keys before the first event finds one.
  await signingKey({ secrets, entityManager: () => session.em, now: () => session.now });
  const id = uuidv7();
  const secret = input.method === 'poll' ? generateSecret('rk_events_') : null;
  return write(session, async (tx) => {
    const { organization } = tx;
    const there = await tx.em.count(EventStream, { organization: organization.id });
    if (there >= streamsOfOrganization) {
      throw new DirectoryError('conflict', `More than ${streamsOfOrganization} event streams.`);
    }
    const stream = tx.em.create(EventStream, {
      organization: tx.em.getReference(Organization, organization.id),
      id,
      method: input.method,
      url: null,
      token: null,
      secretHash: secret === null ? null : secretDigest(secret),
      audience: acceptName(input.audience, 'audience', 2048),
      events: acceptEvents(input.events),
      description: acceptDescription(input.description),
      enabled: input.enabled,
      createdBy: tx.actor,
      createdAt: tx.now,
      updatedAt: tx.now,
      version: 1,
    });
    direct(tx, { secrets }, stream, input, policy);
    if (stream.method === 'push' && stream.url === null) throw wrong('url', 'is needed to push');
    tx.record({
      subject: 'event-stream',
      subjectId: id,
      kind: 'created',
      name: nameOf(stream),
      fields: changedFields({}, auditFields(stream)),
    });
    await tx.em.flush();
    return { ...(await viewOf(tx, stream)), secret };
  });
}

/**
 * Changes an event stream; nothing changed means no new version. What waits goes to its new URL, and says
 * what it said when it was made. A disabled one is not told of what happens meanwhile; what was queued
 * before waits.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`, `invalid-value`
 */
export async function changeEventStream(
  session: DirectorySession,
  secrets: Secrets,
  id: string,
  change: {
    [field in keyof Omit<EventStreamInput, 'method'>]?: EventStreamInput[field] | undefined;
  },
  policy: WebhookPolicy,
  condition: VersionCondition = {},
): Promise<EventStreamView> {
  demand(session, 'webhooks:write');
  return write(session, async (tx) => {
    const stream = await lockStream(tx, id, condition);
    const before = auditFields(stream);
    const { url: urlBefore, token: tokenBefore } = stream;
    const { audience, events, description, enabled } = change;
    direct(tx, secrets, stream, change, policy);
    if (audience !== undefined) stream.audience = acceptName(audience, 'audience', 2048);
    if (events !== undefined) stream.events = acceptEvents(events);
    if (description !== undefined) stream.description = acceptDescription(description);
    if (enabled !== undefined) stream.enabled = enabled;
    const fields = {
      ...changedFields(before, auditFields(stream)),
      ...(stream.token === tokenBefore ? {} : { token: secretChange }),
    };
    if (Object.keys(fields).length > 0 || stream.url !== urlBefore) touch(tx, stream, { fields });
    return viewOf(tx, stream);
  });
}

/**
 * Deletes an event stream with all that was on its way to it.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`
 */
export async function deleteEventStream(
  session: DirectorySession,
  id: string,
  condition: VersionCondition = {},
): Promise<void> {
  demand(session, 'webhooks:write');
  await write(session, async (tx) => {
    const stream = await lockStream(tx, id, condition);
    tx.em.remove(stream);
    tx.record({
      subject: 'event-stream',
      subjectId: stream.id,
      kind: 'deleted',
      name: nameOf(stream),
      fields: changedFields(auditFields(stream), {}),
    });
  });
}

/**
 * Gives a stream another secret to poll with; the one before ends at once.
 *
 * @returns also the new secret, told this once
 * @throws DirectoryError `not-found`; `conflict` for one that is pushed to
 */
export async function rotateEventStreamSecret(
  session: DirectorySession,
  id: string,
): Promise<EventStreamView & { secret: string }> {
  demand(session, 'webhooks:write');
  return write(session, async (tx) => {
    const stream = await lockStream(tx, id);
    if (stream.method === 'push') {
      throw new DirectoryError('conflict', 'Who is pushed to has no secret to poll with.');
    }
    const secret = generateSecret('rk_events_');
    stream.secretHash = secretDigest(secret);
    touch(tx, stream, { action: 'event-stream.rotated', fields: { secret: secretChange } });
    return { ...(await viewOf(tx, stream)), secret };
  });
}

/** What the token of a stream is sealed for. */
export function eventStreamContext(organization: string, stream: string): string {
  return `event-stream:${organization}:${stream}`;
}

/** @throws DirectoryError `invalid-value` */
function direct(
  { organization }: DirectorySession,
  { secrets }: Secrets,
  stream: EventStream,
  { url, token }: Pick<EventStreamInput, 'url' | 'token'>,
  policy: WebhookPolicy,
): void {
  if (stream.method === 'poll') {
    if (url !== undefined) throw wrong('url', 'is for streams that are pushed to');
    if (token != null) throw wrong('token', 'is for streams that are pushed to');
    return;
  }
  if (url !== undefined) stream.url = acceptWebhookUrl(url, policy);
  if (token === null) stream.token = null;
  if (token != null) {
    if (token.length > longestToken || !/^[\w.~+/-]+=*$/.test(token)) {
      throw wrong('token', 'is not a bearer token (RFC 6750)');
    }
    stream.token = secrets.seal(token, eventStreamContext(organization.id, stream.id));
  }
}

/** @throws DirectoryError `not-found`, `version-mismatch` */
async function lockStream(
  tx: WriteSession,
  id: string,
  condition: VersionCondition = {},
): Promise<EventStream> {
  const stream = isUuid(id)
    ? await tx.em.findOne(
        EventStream,
        { organization: tx.organization.id, id },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      )
    : null;
  if (stream === null) throw new DirectoryError('not-found', 'There is no such event stream.');
  demandVersion(stream.version, condition, 'event stream');
  return stream;
}

function touch(
  tx: WriteSession,
  stream: EventStream,
  details: Pick<AuditDetails, 'action' | 'fields'>,
): void {
  stream.updatedAt = tx.now;
  stream.version += 1;
  tx.record({
    subject: 'event-stream',
    subjectId: stream.id,
    kind: 'updated',
    name: nameOf(stream),
    ...details,
  });
}

function nameOf({ description, audience }: EventStream): string {
  return description || audience;
}

// What follows the path may be the receiver's secret.
function auditFields({ method, url, audience, events, description, enabled }: EventStream) {
  const told = url == null ? null : new URL(url);
  return {
    method,
    url: told === null ? null : told.origin + told.pathname,
    audience,
    events,
    description,
    enabled,
  };
}

function acceptDescription(text: string): string {
  return text.trim() === '' ? '' : acceptName(text, 'description');
}

function acceptEvents(events: readonly SecurityEventUri[]): SecurityEventUri[] {
  if (events.length === 0) throw wrong('events', 'must not be empty');
  return securityEventUris.filter((uri) => events.includes(uri));
}

function wrong(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid-value', `${field} ${message}`, { field });
}

async function viewOf(session: DirectorySession, stream: EventStream): Promise<EventStreamView> {
  const [view] = await viewsOf(session, [stream]);
  return view as EventStreamView;
}

async function viewsOf(
  session: DirectorySession,
  streams: readonly EventStream[],
): Promise<EventStreamView[]> {
  const ids = streams.map(({ id }) => id);
  const { rows } = await sql<{ id: string; waiting: number; last_error: string | null }>`
    select s.id, e.waiting, f.last_error from unnest(${ids}::uuid[]) as s (id)
    cross join lateral (
      select count(*)::int as waiting from security_event
      where organization_id = ${session.organization.id} and stream_id = s.id and state = 'queued'
    ) e
    left join lateral (
      select last_error from security_event
      where organization_id = ${session.organization.id} and stream_id = s.id
        and last_error is not null
      order by number desc limit 1
    ) f on true
  `.execute(session.em.getKysely());
  const states = new Map(rows.map((row) => [row.id, row]));
  return streams.map((stream) => ({
    id: stream.id,
    method: stream.method,
    url: stream.url ?? null,
    hasToken: stream.token != null,
    audience: stream.audience,
    events: stream.events,
    description: stream.description,
    enabled: stream.enabled,
    waiting: states.get(stream.id)?.waiting ?? 0,
    lastError: states.get(stream.id)?.last_error ?? null,
    createdBy: stream.createdBy,
    createdAt: stream.createdAt,
    updatedAt: stream.updatedAt,
    version: stream.version,
  }));
}
