/** What a change is about. `account`: its password was changed. */
export type ChangeSubject =
  | 'organization'
  | 'department'
  | 'role'
  | 'account'
  | 'member'
  | 'group'
  | 'api-key'
  | 'scim-token'
  | 'service-account'
  | 'app-password';

/** `membership` tells only who came into or left a group: `MembershipDelta`. */
export type ChangeKind = 'created' | 'updated' | 'deleted' | 'membership';

/** Ids of members and groups that came into or left a group. */
export interface MembershipDelta {
  addedMembers?: string[];
  removedMembers?: string[];
  addedGroups?: string[];
  removedGroups?: string[];
}

/** A change as its writer records it. */
export interface NewChange {
  subject: ChangeSubject;
  subjectId: string;
  kind: ChangeKind;
  membership?: MembershipDelta;
  /** Of a member that was removed: who took over what it held. */
  heirId?: string;
}

/** A change as a reader of the feed gets it. */
export interface FeedChange extends NewChange {
  organizationId: string;
  at: Date;
}

/** How far a reader has read: everything at or before it is done. */
export interface FeedPosition {
  /** A PostgreSQL transaction id (xid8). */
  readonly transaction: string;
  /** The change's own number within it. */
  readonly id: string;
}
