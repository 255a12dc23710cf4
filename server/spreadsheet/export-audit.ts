import {
  type AuditEventView,
  type AuditFilter,
  type DirectorySession,
  type FieldValue,
  listAuditEvents,
} from '../directory/index.ts';
import { byteOrderMark, toCsv } from './csv.ts';

const columns: Record<string, (event: AuditEventView) => string> = {
  Time: ({ at }) => at.toISOString(),
  Action: ({ action }) => action,
  Actor: ({ actor }) => actor.name,
  'Kind of actor': ({ actor }) => actor.kind,
  'Id of actor': ({ actor }) => actor.id ?? '',
  Subject: ({ subject }) => subject.name ?? '',
  'Kind of subject': ({ subject }) => subject.kind,
  'Id of subject': ({ subject }) => subject.id,
  Address: ({ address }) => address ?? '',
  Request: ({ requestId }) => requestId ?? '',
  Changes: ({ fields }) =>
    Object.entries(fields)
      .map(([field, { before, after }]) => `${field}: ${inWords(before)} → ${inWords(after)}`)
      .join('\n'),
};

const pageSize = 1000;

/**
 * The events that a filter matches as CSV (RFC 4180, UTF-8, header row), the newest first, a page at a
 * time: memory does not grow with the audit.
 */
export async function* exportAuditCsv(
  session: DirectorySession,
  filter: AuditFilter,
): AsyncGenerator<string> {
  yield byteOrderMark + toCsv([Object.keys(columns)]);
  let cursor: string | undefined;
  do {
    const page = await listAuditEvents(session, { ...filter, limit: pageSize, cursor });
    yield toCsv(page.events.map((event) => Object.values(columns).map((cellOf) => cellOf(event))));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function inWords(value: FieldValue | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'object') return String(value);
  const more = value.count - value.names.length;
  return value.names.join(', ') + (more > 0 ? `, … (+${more})` : '');
}
