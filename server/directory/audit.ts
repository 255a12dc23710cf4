import { sql } from 'kysely';
import type { AuditSubject } from './changes.ts';
import { DirectoryError } from './errors.ts';
import { eventIdAt } from './event-id.ts';
import type { FieldChange } from './field-change.ts';
import { isUuid, type Sql } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { type ActorReference, type DirectorySession, demand } from './session.ts';
import { isStorable } from './text.ts';

/** Something that was done, as it is told. */
export interface AuditEventView {
  id: string;
  at: Date;
  action: string;
  actor: { kind: ActorReference['kind']; id: string | null; name: string };
  /** With its name at that time; null for what had none. */
  subject: { kind: AuditSubject; id: string; name: string | null };
  address: string | null;
  requestId: string | null;
  fields: Record<string, FieldChange>;
}

/** What narrows the audit; all of it together. */
export interface AuditFilter {
  from?: Date | undefined;
  /** Not included. */
  until?: Date | undefined;
  /** One action, or all that start with a text that ends in a dot. */
  action?: string | undefined;
  /** Id of who did it. */
  actor?: string | undefined;
  /** Kind of what it was done to. */
  subject?: AuditSubject | undefined;
  subjectId?: string | undefined;
  /** Part of the subject's name; case does not count. */
  search?: string | undefined;
}

export interface AuditQuery extends AuditFilter {
  limit: number;
  /** From the answer to the page before or after. */
  cursor?: string | undefined;
}

export interface AuditPage {
  events: AuditEventView[];
  nextCursor: string | null;
  previousCursor: string | null;
}

/** One page of the audit, the newest first, by keyset: the ids are in the order of time. */
export async function listAuditEvents(
  session: DirectorySession,
  { limit, cursor, ...filter }: AuditQuery,
): Promise<AuditPage> {
  demand(session, 'audit:read');
  const from = cursor === undefined ? undefined : parseCursor(cursor);
  const backwards = from?.direction === 'before';
  const position =
    from === undefined ? sql`true` : sql`e.id ${backwards ? sql`>` : sql`<`} ${from.id}::uuid`;
  // One more than asked for tells whether there is a further page.
  const loaded = await loadEvents(
    session,
    sql`${conditionOf(filter)} and ${position}`,
    sql`order by e.id ${backwards ? sql`asc` : sql`desc`} limit ${limit + 1}`,
  );
  const events = loaded.slice(0, limit);
  if (backwards) events.reverse();
  const more = loaded.length > limit;
  const [first, last] = [events[0], events.at(-1)];
  const hasNext = backwards || more;
  const hasPrevious = backwards ? more : from !== undefined;
  return {
    events,
    nextCursor: hasNext && last ? formatCursor('after', last.id) : null,
    previousCursor: hasPrevious && first ? formatCursor('before', first.id) : null,
  };
}

/**
 * What was done to one member, who may be gone.
 *
 * @throws DirectoryError `not-found` for an id that never was a member's
 */
export async function memberHistory(
  session: DirectorySession,
  id: string,
  query: Omit<AuditQuery, 'subject' | 'subjectId'>,
): Promise<AuditPage> {
  demand(session, 'audit:read');
  const organization = session.organization.id;
  const { rows } = await sql`
    select 1 from member where organization_id = ${organization} and id = ${uuidOrNone(id)}
    union all
    select 1 from audit_event where organization_id = ${organization}
      and subject_id = ${uuidOrNone(id)} and subject = 'member'
    limit 1
  `.execute(session.em.getKysely());
  if (rows.length === 0) throw new DirectoryError('not-found', 'There is no such member.');
  return listAuditEvents(session, { ...query, subject: 'member', subjectId: id });
}

function conditionOf(filter: AuditFilter): Sql {
  const conditions: Sql[] = [];
  const { from, until, action, actor, subject, subjectId, search } = filter;
  if (from !== undefined) conditions.push(sql`e.id >= ${eventIdAt(from)}::uuid`);
  if (until !== undefined) conditions.push(sql`e.id < ${eventIdAt(until)}::uuid`);
  if (action !== undefined) {
    conditions.push(
      action.endsWith('.') ? sql`starts_with(e.action, ${action})` : sql`e.action = ${action}`,
    );
  }
  if (actor !== undefined) conditions.push(sql`e.actor_id = ${uuidOrNone(actor)}`);
  if (subject !== undefined) conditions.push(sql`e.subject = ${subject}`);
  if (subjectId !== undefined) conditions.push(sql`e.subject_id = ${uuidOrNone(subjectId)}`);
  if (search !== undefined) {
    conditions.push(
      isStorable(search)
        ? sql`position(${identifierKey(search)} in e.subject_name_key) > 0`
        : sql`false`,
    );
  }
  return sql`${sql.join([sql`true`, ...conditions], sql` and `)}`;
}

function uuidOrNone(id: string): Sql {
  return sql`${isUuid(id) ? id : null}::uuid`;
}

function formatCursor(direction: 'after' | 'before', id: string): string {
  return Buffer.from(JSON.stringify([direction, id])).toString('base64url');
}

function parseCursor(text: string): { direction: 'after' | 'before'; id: string } {
  try {
    const [direction, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if ((direction === 'after' || direction === 'before') && typeof id === 'string' && isUuid(id)) {
      return { direction, id };
    }
  } catch {
    // Told below, as every other wrong cursor.
  }
  throw new DirectoryError('invalid-value', 'This cursor is not one of ours.', { field: 'cursor' });
}

interface EventRow {
  id: string;
  at: string;
  action: string;
  subject: AuditSubject;
  subject_id: string;
  subject_name: string | null;
  actor_kind: ActorReference['kind'];
  actor_id: string | null;
  actor_name: string;
  address: string | null;
  request_id: string | null;
  fields: Record<string, FieldChange>;
}

async function loadEvents(
  session: DirectorySession,
  condition: Sql,
  rest: Sql,
): Promise<AuditEventView[]> {
  const { rows } = await sql<EventRow>`
    select e.id, e.at, e.action, e.subject, e.subject_id, e.subject_name, e.actor_kind, e.actor_id,
      e.actor_name, e.address, e.request_id, e.fields
    from audit_event e
    where e.organization_id = ${session.organization.id} and ${condition}
    ${rest}
  `.execute(session.em.getKysely());
  return rows.map((row) => ({
    id: row.id,
    at: new Date(row.at),
    action: row.action,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    subject: { kind: row.subject, id: row.subject_id, name: row.subject_name },
    address: row.address,
    requestId: row.request_id,
    fields: row.fields,
  }));
}
