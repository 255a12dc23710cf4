import { defineEntity, p } from '@mikro-orm/core';
import type { ChangeKind, ChangeSubject, MembershipDelta } from '../changes.ts';
import type { ActorReference } from '../session.ts';
import { Organization } from './organization.ts';

/**
 * The change feed. Readers order by (transaction, id) and stop before the oldest transaction that is
 * still running, so that a change that commits late is never skipped.
 */
const schema = defineEntity({
  name: 'Change',
  comment: 'The change feed, written in the transaction of what it tells.',
  indexes: [
    { name: 'change_order_index', properties: ['transaction', 'id'] },
    { name: 'change_organization_index', properties: ['organization', 'transaction', 'id'] },
  ],
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    transaction: p.string().columnType('xid8').defaultRaw('pg_current_xact_id()'),
    organization: () => p.manyToOne(Organization).deleteRule('cascade').updateRule('restrict'),
    subject: p.text().$type<ChangeSubject>(),
    subjectId: p.uuid(),
    kind: p.text().$type<ChangeKind>(),
    action: p
      .text()
      .nullable()
      .comment('Name of the deed where it is not the subject with the kind.'),
    membership: p.json<MembershipDelta>().nullable(),
    heirId: p
      .uuid()
      .nullable()
      .comment('Of a member that was removed: who took over what it held.'),
    fields: p
      .array<string>()
      .columnType('text[]')
      .nullable()
      .comment('Names of what changed, as the audit has them.'),
    externalId: p
      .text()
      .nullable()
      .comment('Of what is gone: what its identity provider called it.'),
    requestId: p.text().nullable().comment('As the log and the audit name the request.'),
    actor: p.json<ActorReference>(),
    at: p.datetime(),
  },
});

export class Change extends schema.class {}
schema.setClass(Change);
