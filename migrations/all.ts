import { Audit } from './20261124-audit.ts';
import { Credentials } from './20261124-credentials.ts';
import { EventStreams } from './20261124-event-streams.ts';
import { FirstFloor } from './20261124-first-floor.ts';
import { FurtherDepartments } from './20261124-further-departments.ts';
import { Housekeeping } from './20261124-housekeeping.ts';
import { Idempotency } from './20261124-idempotency.ts';
import { Invitations } from './20261124-invitations.ts';
import { MemberListSpeed } from './20261124-member-list-speed.ts';
import { MemberSearch } from './20261124-member-search.ts';
import { OrganizationLanguage } from './20261124-organization-language.ts';
import { OrganizationSettings } from './20261124-organization-settings.ts';
import { OwnSessions } from './20261124-own-sessions.ts';
import { PlainSearchText } from './20261124-plain-search-text.ts';
import { ScimResources } from './20261124-scim-resources.ts';
import { Webhooks } from './20261124-webhooks.ts';
import { WidgetTokens } from './20261124-widget-tokens.ts';

/** Every schema change in the order of its making. Forward only; each is safe on live data. */
export const migrations = [
  { name: '20261124-first-floor', class: FirstFloor },
  { name: '20261124-further-departments', class: FurtherDepartments },
  { name: '20261124-organization-settings', class: OrganizationSettings },
  { name: '20261124-invitations', class: Invitations },
  { name: '20261124-member-search', class: MemberSearch },
  { name: '20261124-audit', class: Audit },
  { name: '20261124-scim-resources', class: ScimResources },
  { name: '20261124-credentials', class: Credentials },
  { name: '20261124-organization-language', class: OrganizationLanguage },
  { name: '20261124-housekeeping', class: Housekeeping },
  { name: '20261124-idempotency', class: Idempotency },
  { name: '20261124-own-sessions', class: OwnSessions },
  { name: '20261124-widget-tokens', class: WidgetTokens },
  { name: '20261124-member-list-speed', class: MemberListSpeed },
  { name: '20261124-webhooks', class: Webhooks },
  { name: '20261124-event-streams', class: EventStreams },
  { name: '20261124-plain-search-text', class: PlainSearchText },
];
