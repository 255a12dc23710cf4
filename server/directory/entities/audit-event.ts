import { defineEntity, p } from '@mikro-orm/core';
import type { AuditSubject } from '../changes.ts';
import type { FieldChange } from '../field-change.ts';
import type { ActorReference } from '../session.ts';
import { tenantKey } from './tenant-key.ts';

/**
 * Who did what to whom, from where, when. The id is a UUID of version 7 for the time of the event, so that
 * the order of ids is that of time and one index serves both. A trigger refuses every change of a row.
 */
const schema = defineEntity({
  name: 'AuditEvent',
  comment: 'Who did what to whom, from where, when; append-only.',
  indexes: [
    { name: 'audit_event_subject_index', properties: ['organization', 'subjectId', 'id'] },
    { name: 'audit_event_actor_index', properties: ['organization', 'actorId', 'id'] },
  ],
  properties: {
    ...tenantKey,
    at: p.datetime(),
    action: p.text().comment('Stable name of the deed.'),
    subject: p.text().$type<AuditSubject>(),
    subjectId: p.uuid(),
    subjectName: p.text().nullable().comment('What it was called then.'),
    subjectNameKey: p.text().nullable(),
    actorKind: p.text().$type<ActorReference['kind']>(),
    actorId: p.uuid().nullable(),
    actorName: p.text().comment('What the actor was called then.'),
    address: p.text().nullable().comment('Remote address.'),
    requestId: p.text().nullable(),
    fields: p
      .json<Record<string, FieldChange>>()
      .comment('Before and after of what changed, without secrets.'),
  },
});

export class AuditEvent extends schema.class {}
schema.setClass(AuditEvent);
