import { sql } from 'kysely';
import type { NewChange, NewEvent } from './changes.ts';
import { newEventId } from './event-id.ts';
import type { Sql } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { keptPlan } from './kept-plan.ts';
import type { DirectorySession } from './session.ts';

/**
 * The statements that put what was recorded into the feed and into the audit: a row of the feed for each
 * change, and an audit event for each change and each event. They stand at the end of a list of `with`
 * after one named `recorded`, whose columns are `id, subject, subject_id, kind, membership, heir_id,
 * external_id, action, name, name_key, fields, changed, actor, at, address, request_id`.
 */
export function recordedInserts(organization: string): Sql {
  return sql`fed as (
      insert into change
        (organization_id, subject, subject_id, kind, action, membership, heir_id, external_id,
          fields, request_id, actor, at)
      select ${organization}::uuid, r.subject, r.subject_id, r.kind,
        nullif(r.action, r.subject || '.' || r.kind), r.membership, r.heir_id, r.external_id,
        r.changed, r.request_id, r.actor, r.at
      from recorded r where r.kind is not null
    ),
    audited as (
      insert into audit_event
        (organization_id, id, at, action, subject, subject_id, subject_name, subject_name_key,
          actor_kind, actor_id, actor_name, address, request_id, fields)
      select ${organization}::uuid, r.id, r.at, r.action, r.subject, r.subject_id,
        coalesce(r.name, named.name), coalesce(r.name_key, named.key), r.actor ->> 'kind',
        (r.actor ->> 'id')::uuid, r.actor ->> 'name', r.address, r.request_id, r.fields
      from recorded r
      left join lateral (
        select m.display_name, m.display_name_key from member m
          where r.subject = 'member' and m.organization_id = ${organization}::uuid
            and m.id = r.subject_id
        union all
        select g.display_name, g.display_name_key from directory_group g
          where r.subject = 'group' and g.organization_id = ${organization}::uuid
            and g.id = r.subject_id
      ) as named (name, key) on r.name is null
    )`;
}

/** Inserts what a transaction recorded, in one round trip. */
export async function insertRecords(
  session: DirectorySession,
  records: readonly (NewChange | NewEvent)[],
): Promise<void> {
  if (records.length === 0) return;
  const { organization, actor, origin } = session;
  const rows = records.map((record) => rowOf(session, record));
  // One parameter for all: PostgreSQL takes 65,535 at the most, and a transfer can touch more members.
  await sql`
    with recorded as (
      select r.*, ${JSON.stringify(actor)}::jsonb as actor, ${session.now}::timestamptz as at,
        ${origin?.address || null}::text as address, ${origin?.requestId ?? null}::text as request_id
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
        id uuid, subject text, subject_id uuid, kind text, membership jsonb, heir_id uuid,
        external_id text, action text, name text, name_key text, fields jsonb, changed text[])
    ),
    ${recordedInserts(organization.id)}
    select 1 ${keptPlan}`.execute(session.em.getKysely());
}

function rowOf(
  { now, organization }: DirectorySession,
  record: NewChange | NewEvent,
): Record<string, unknown> {
  const name = record.subject === 'organization' ? organization.name : undefined;
  const { subject, subjectId, fields = {} } = record;
  const called = record.name ?? name;
  const common = {
    id: newEventId(now),
    subject,
    subject_id: subjectId,
    name: called,
    name_key: called === undefined ? undefined : identifierKey(called),
    fields,
  };
  if (!('kind' in record)) return { ...common, action: record.action };
  const { kind, membership, heirId, externalId, action = `${subject}.${kind}` } = record;
  const changed = Object.keys(fields);
  return { ...common, action, kind, membership, heir_id: heirId, external_id: externalId, changed };
}
