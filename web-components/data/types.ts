/**
 * What the admin API answers (`/api/v1`). Written by hand until they are generated from the
 * server's OpenAPI document; nothing else in this folder describes the wire.
 */

/** A signed-in person, in one organization. */
export interface Session {
  readonly organization: Organization;
  readonly member: { readonly id: string; readonly name: string; readonly username: string };
  readonly permissions: readonly string[];
  /** ISO 8601 */
  readonly expiresAt: string;
}

export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface Credentials {
  /** slug; may be left out where the server holds one organization only */
  readonly organization?: string;
  readonly username: string;
  readonly password: string;
}

/** One node of the tree. Lists of departments are in depth-first display order, the root first. */
export interface Department {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly position: number;
  /** members of this department itself */
  readonly memberCount: number;
  /** members of this department and all below it, each counted once */
  readonly totalMemberCount: number;
}

export const memberStatuses = ['pending', 'enabled', 'disabled'] as const;
export type MemberStatus = (typeof memberStatuses)[number];

export interface Member {
  readonly id: string;
  readonly name: string;
  /** null while the invitation waits */
  readonly username: string | null;
  readonly email: string | null;
  readonly status: MemberStatus;
  readonly departments: readonly MemberDepartment[];
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  /** whether this organization made the account, and so may set its password */
  readonly managed: boolean;
  /** ISO 8601 */
  readonly createdAt: string;
  /** ISO 8601 */
  readonly activatedAt: string | null;
  /** ISO 8601 */
  readonly lastLoginAt: string | null;
  readonly version: number;
}

export interface MemberDepartment {
  readonly id: string;
  readonly name: string;
  readonly primary: boolean;
}

export const memberSortKeys = ['name', 'username', 'createdAt'] as const;
export type MemberSortKey = (typeof memberSortKeys)[number];
export type MemberSort = MemberSortKey | `-${MemberSortKey}`;

/** Which members to list, and which page of them. */
export interface MemberQuery {
  readonly search?: string;
  readonly status?: MemberStatus;
  /** id */
  readonly department?: string;
  readonly includeDescendants?: boolean;
  readonly sort?: MemberSort;
  /** 1 to 200 */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface MemberPage {
  readonly items: readonly Member[];
  /** members that match, on all pages */
  readonly total: number;
  /** members by status for the same search and department, whatever the status filter */
  readonly counts: Readonly<Record<MemberStatus, number>>;
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
}

/** Problem details (RFC 9457), with the members that the admin API adds. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly field?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}
