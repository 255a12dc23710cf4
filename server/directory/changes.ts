import type { FieldChange } from './field-change.ts';

export const changeSubjects = [
  'organization',
  'department',
  'role',
  'account',
  'member',
  'group',
  'api-key',
  'scim-token',
  'service-account',
  'app-password',
  'widget-token',
  'session',
  'scim-resource',
  'webhook',
  'event-stream',
] as const;
/** What a change is about. `account`: its password was changed. */
export type ChangeSubject = (typeof changeSubjects)[number];

export const auditSubjects = [...changeSubjects, 'mail'] as const;
/** What an audit event is about. */
export type AuditSubject = (typeof auditSubjects)[number];

/** `membership` tells only who came into or left a group: `MembershipDelta`. */
export type ChangeKind = 'created' | 'updated' | 'deleted' | 'membership';

/** Ids of members and groups that came into or left a group. */
export interface MembershipDelta {
  addedMembers?: string[];
  removedMembers?: string[];
  addedGroups?: string[];
  removedGroups?: string[];
}

/** What the audit tells of something that was done, beside who did it, when and from where. */
export interface AuditDetails {
  /** Stable name of the deed (`member.disabled`). */
  action?: string | undefined;
  /** What the subject is called, for who reads of it when it is gone; without it, its present name. */
  name?: string | undefined;
  /** What changed, by field. A secret's change is told without its values. */
  fields?: Readonly<Record<string, FieldChange>> | undefined;
}

/** A change as its writer records it: one row of the feed and one audit event, `subject.kind` by default. */
export interface NewChange extends AuditDetails {
  subject: ChangeSubject;
  subjectId: string;
  kind: ChangeKind;
  membership?: MembershipDelta;
  /** Of a member that was removed: who took over what it held. */
  heirId?: string;
  /** Of a member or group that is gone: what its identity provider called it. */
  externalId?: string | undefined;
}

/** Something that was done and changed nothing in the directory: an audit event only. */
export interface NewEvent extends AuditDetails {
  subject: AuditSubject;
  subjectId: string;
  action: string;
}

/** A change as a reader of the feed gets it. */
export interface FeedChange extends Omit<NewChange, keyof AuditDetails> {
  /** Name of the deed where it is not `subject.kind`. */
  action?: string;
  /** Names of what changed, as the audit has them. */
  fields: readonly string[];
  /** As the log names the request that changed it. */
  requestId?: string;
  organizationId: string;
  /** Where it stands in the feed. */
  position: FeedPosition;
  at: Date;
}

/** How far a reader has read: everything at or before it is done. */
export interface FeedPosition {
  /** A PostgreSQL transaction id (xid8). */
  readonly transaction: string;
  /** The change's own number within it. */
  readonly id: string;
}
