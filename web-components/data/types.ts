/**
 * What the admin API answers, under short names. `openapi.ts` is generated from the server's
 * OpenAPI document; nothing else in this folder describes the wire.
 */
import type { components, paths } from './openapi.ts';

type Schemas = components['schemas'];

/** A signed-in person, in one organization. */
export type Session = Schemas['Session'];
export type Organization = Schemas['Organization'];
export type Credentials = Schemas['Credentials'];
export type PasswordChange = Schemas['PasswordChange'];
/** What an invitation is for. */
export type Join = Schemas['Join'];
export type JoinAcceptance = Schemas['JoinAcceptance'];
export type Joined = Schemas['Joined'];
/** What a reset link is for. */
export type PasswordReset = Schemas['PasswordReset'];
/** One node of the tree. Lists of departments are in depth-first display order, the root first. */
export type Department = Schemas['Department'];
export type Member = Schemas['Member'];
export type MemberPage = Schemas['MemberPage'];
/** Problem details (RFC 9457), with the members that the admin API adds. */
export type Problem = Schemas['Problem'];
/** One of those that a person who signs in without naming one is asked to choose from. */
export type OfferedOrganization = NonNullable<Problem['organizations']>[number];
/** One of those that the person who is signed in is in. */
export type OwnOrganization = Schemas['OwnOrganization'];

type MemberParameters = NonNullable<paths['/members']['get']['parameters']['query']>;

/** Which members to list, and which page of them. */
export type MemberQuery = Omit<MemberParameters, 'includeDescendants'> & {
  includeDescendants?: boolean;
};

export type MemberStatus = Member['status'];
export const memberStatuses = ['pending', 'enabled', 'disabled'] as const satisfies MemberStatus[];

export type MemberSort = NonNullable<MemberQuery['sort']>;
/** What a column can be sorted by, without its direction. */
export type MemberSortKey = Exclude<MemberSort, `-${string}`>;
