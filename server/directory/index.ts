/** The one door to the directory: what the rest of the server may use. */

export { type AddedMember, addMember, checkUsername } from './add-member.ts';
export {
  type ApiKeyView,
  authenticateApiKey,
  createApiKey,
  deleteApiKey,
  listApiKeys,
} from './api-keys.ts';
export {
  type AppPasswordView,
  createAppPassword,
  deleteAppPassword,
  deleteOwnAppPassword,
  listAppPasswords,
  listOwnAppPasswords,
  verifyAppPassword,
} from './app-passwords.ts';
export {
  type AuditEventView,
  type AuditFilter,
  type AuditPage,
  listAuditEvents,
  memberHistory,
} from './audit.ts';
export { type Bootstrapped, type BootstrapSettings, bootstrap } from './bootstrap.ts';
export { type BulkAction, type BulkVerdict, changeMembersInBulk } from './bulk.ts';
export { changeDepartment, createDepartment, deleteDepartment } from './change-departments.ts';
export {
  changesKeptMs,
  comparePositions,
  currentPosition,
  type Follower,
  followChanges,
  reachesBack,
  readChanges,
  readOwnChanges,
} from './change-feed.ts';
export { changeMember, type MemberState } from './change-member.ts';
export { changeOwnPassword, passwordChangeTimes } from './change-password.ts';
export { changeSettings } from './change-settings.ts';
export {
  auditSubjects,
  type ChangeSubject,
  changeSubjects,
  type FeedChange,
  type FeedPosition,
  type MembershipDelta,
} from './changes.ts';
export { type Correspondence, type Language, languages, type MailTexts } from './correspondence.ts';
export { createMember, type NewMember } from './create-member.ts';
export { cursorBox } from './cursor-box.ts';
export type { ClaimedDelivery, DeliveryOutcome } from './delivery-queue.ts';
export { type DepartmentNode, type DepartmentView, departmentTree } from './departments.ts';
export { createDirectory, type Directory } from './directory.ts';
export { editMember, type MemberEdit } from './edit-member.ts';
export {
  type ScimProfile,
  type ScimScope,
  scimProfiles,
  scimScopes,
} from './entities/credential.ts';
export { eventStreamMethods } from './entities/event-stream.ts';
export { type MemberStatus, memberStatuses } from './entities/member.ts';
export { mailStates } from './entities/outgoing-mail.ts';
export { webhookDeliveryStates } from './entities/webhook.ts';
export { entities } from './entities.ts';
export { DirectoryError, type DirectoryErrorCode, unavailable } from './errors.ts';
export {
  changeEventStream,
  createEventStream,
  deleteEventStream,
  type EventStreamView,
  listEventStreams,
  rotateEventStreamSecret,
} from './event-streams.ts';
export { openPosition, sealPosition } from './feed-position.ts';
export type { FieldChange, FieldValue } from './field-change.ts';
export { and, type Comparison, type Filter, not, or } from './filter.ts';
export { type DepartmentRecord, findDepartments, getDepartment } from './find-departments.ts';
export { findMembers, getMember } from './find-members.ts';
export { foundOrganization } from './found-organization.ts';
export { type GroupMemberView, groupMembers, type MembershipChange } from './group-membership.ts';
export {
  changeGroup,
  createGroup,
  deleteGroup,
  findGroups,
  type GroupState,
  type GroupView,
  getGroup,
} from './groups.ts';
export { handOver } from './hand-over.ts';
export { type Forgotten, forgetTheOld } from './housekeeping.ts';
export { answerOnce, type OnceOutcome, type RepeatableRequest } from './idempotency.ts';
export { identifierKey } from './identifier-key.ts';
export {
  type Delivery,
  type IssuedInvitation,
  inviteMember,
  inviteNewMember,
  revokeInvitation,
} from './invitations.ts';
export {
  acceptInvitation,
  declineInvitation,
  type JoiningAccount,
  lookUpInvitation,
} from './join.ts';
export { keptPlanMark } from './kept-plan.ts';
export { listMembers, type MemberList, type MemberListQuery } from './list-members.ts';
export { type Listed, type ListQuery, type WalkPosition, walkStart } from './listing.ts';
export {
  type ActionRefusal,
  actionRefusals,
  getMemberDetails,
  type MemberAction,
  type MemberActions,
  type MemberDetails,
  memberActions,
  withActions,
} from './member-actions.ts';
export { type MembershipView, membershipsOf } from './member-groups.ts';
export {
  derivedName,
  type MemberProfile,
  type ProfileAddress,
  type ProfileValue,
} from './member-profile.ts';
export type { MemberListFilter } from './member-scope.ts';
export { memberSorts } from './member-sorts.ts';
export { type InvitationView, invitationStates } from './member-standing.ts';
export { disableMember, enableMember } from './member-status.ts';
export type { MemberView } from './member-view.ts';
export { type OrganizationOverview, organizationOverview } from './organization-overview.ts';
export { readSettings, settingBounds } from './organization-settings.ts';
export { createOrganization, listOrganizations, systemSession } from './organizations.ts';
export {
  type ClaimedMail,
  claimDueMail,
  countQueuedMail,
  keepMail,
  leaseMs as mailLeaseMs,
  listMail,
  type MailView,
  markMailFailed,
  markMailSent,
} from './outbox.ts';
export {
  listOwnOrganizations,
  type OwnOrganization,
  switchOrganization,
} from './own-organizations.ts';
export {
  endOtherSessions,
  endOwnSession,
  listOwnSessions,
  type OwnSessionView,
} from './own-sessions.ts';
export { acceptProvidedPassword } from './password.ts';
export {
  completePasswordReset,
  createPasswordReset,
  lookUpPasswordReset,
} from './password-reset.ts';
export { listPermissions } from './permission-catalogue.ts';
export { builtInRoles, type Permission, permissions } from './permissions.ts';
export type { PlaceReference } from './place-reference.ts';
export {
  authenticatePollingStream,
  type PollingStream,
  type RefusedEvent,
  settleSecurityEvents,
  waitingSecurityEvents,
} from './poll-security-events.ts';
export { provisionMember } from './provision-member.ts';
export { isPublicAddress } from './public-address.ts';
export { readPermissions } from './readable-subjects.ts';
export { previewRemoval, type RemovalPreview, removeMember } from './remove-member.ts';
export { renameOrganization } from './rename-organization.ts';
export {
  changeRole,
  createRole,
  deleteRole,
  findRoles,
  getRole,
  listRoles,
  type RoleView,
} from './roles.ts';
export {
  changeResource,
  createResource,
  deleteResource,
  findResources,
  getResource,
  ownAttribute,
  type ResourceKind,
  type ResourceState,
  type ResourceView,
} from './scim-resources.ts';
export {
  authenticateScimToken,
  changeScimToken,
  createScimToken,
  deleteScimToken,
  listScimTokens,
  rotateScimToken,
  rotationOverlapHours,
  type ScimConnection,
  type ScimTokenView,
} from './scim-tokens.ts';
export {
  type RememberedRequest,
  recordScimUsage,
  type ScimUsage,
  type ScimUsageRecord,
  scimUsage,
} from './scim-usage.ts';
export { createSecretBox, type SecretBox } from './secret-box.ts';
export {
  type ClaimedSecurityEvent,
  claimSecurityEvents,
  countWaitingSecurityEvents,
  finishSecurityEvent,
  queueSecurityEvents,
  type SecurityEventTarget,
  type SecurityEventTeller,
  type SubjectChange,
} from './security-event-queue.ts';
export { type SecurityEventUri, securityEventUris } from './security-event-uris.ts';
export {
  createServiceAccount,
  deleteServiceAccount,
  listServiceAccounts,
  type ServiceAccountView,
  verifyServiceAccount,
} from './service-accounts.ts';
export {
  type ActorReference,
  actorKinds,
  type DirectorySession,
  demand,
  type OrganizationReference,
  type Origin,
} from './session.ts';
export { type Shape, type Shapes, shapePath } from './shapes.ts';
export { signIn } from './sign-in.ts';
export {
  authenticateSession,
  type BrowserOrigin,
  type SignedIn,
  signOut,
} from './sign-in-session.ts';
export { type OpenSigningKey, publicSigningKeys, signingKey } from './signing-keys.ts';
export type { SortOrder } from './sort-sql.ts';
export { sendTestMail } from './test-mail.ts';
export { transferDepartmentMembers } from './transfer-department.ts';
export { type Credentials, verifyMember } from './verify-member.ts';
export {
  directGroups,
  type GroupLinks,
  membersOfDepartments,
  readGroups,
  readMembers,
  walkEnabledMembers,
  walkGroupLinks,
  walkGroups,
} from './walk.ts';
export {
  listWebhookDeliveries,
  retryWebhookDelivery,
  testWebhook,
  type WebhookDeliveryView,
} from './webhook-deliveries.ts';
export { webhookPatterns } from './webhook-events.ts';
export {
  type ClaimedWebhookDelivery,
  claimWebhookDeliveries,
  countQueuedDeliveries,
  finishWebhookDelivery,
  queueWebhookDeliveries,
} from './webhook-queue.ts';
export { hostOf, type WebhookPolicy } from './webhook-url.ts';
export {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listWebhooks,
  rotateWebhookSecret,
  type WebhookView,
} from './webhooks.ts';
export {
  authenticateWidgetToken,
  isEmbeddingOrigin,
  type MintedWidgetToken,
  mintWidgetToken,
  widgetLifetimeSeconds,
} from './widget-tokens.ts';
