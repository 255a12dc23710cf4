import { Account } from './entities/account.ts';
import { AppPassword } from './entities/app-password.ts';
import { AuditEvent } from './entities/audit-event.ts';
import { Change } from './entities/change.ts';
import { ApiKey, LdapServiceAccount, ScimToken, SignInSession } from './entities/credential.ts';
import { Department, MemberDepartment } from './entities/department.ts';
import { EventStream, SecurityEvent } from './entities/event-stream.ts';
import { FeedCursor } from './entities/feed-cursor.ts';
import { Group, GroupMember, NestedGroup } from './entities/group.ts';
import { IdempotentAnswer } from './entities/idempotent-answer.ts';
import { Invitation } from './entities/invitation.ts';
import { Member, MemberCount } from './entities/member.ts';
import { Organization } from './entities/organization.ts';
import { OutgoingMail } from './entities/outgoing-mail.ts';
import { PasswordReset } from './entities/password-reset.ts';
import { MemberRole, Role } from './entities/role.ts';
import { ScimResource, ScimUniqueValue } from './entities/scim-resource.ts';
import { ScimRequest, ScimToleranceUse } from './entities/scim-usage.ts';
import { SigningKey } from './entities/signing-key.ts';
import { Webhook, WebhookDelivery } from './entities/webhook.ts';
import { WidgetToken } from './entities/widget-token.ts';

/** Everything that MikroORM keeps. */
export const entities = [
  Organization,
  Account,
  Member,
  MemberCount,
  Department,
  MemberDepartment,
  Role,
  MemberRole,
  Group,
  GroupMember,
  NestedGroup,
  ScimToken,
  ApiKey,
  LdapServiceAccount,
  AppPassword,
  WidgetToken,
  SignInSession,
  Invitation,
  PasswordReset,
  Change,
  AuditEvent,
  OutgoingMail,
  ScimResource,
  ScimUniqueValue,
  ScimToleranceUse,
  ScimRequest,
  IdempotentAnswer,
  Webhook,
  WebhookDelivery,
  EventStream,
  SecurityEvent,
  SigningKey,
  FeedCursor,
];
