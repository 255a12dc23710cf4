import type { ChangeSubject } from './changes.ts';
import type { Permission } from './permissions.ts';

/** What it takes to be told of changes of a subject. */
export const readPermissions: Readonly<Record<ChangeSubject, Permission>> = {
  organization: 'organization:read',
  department: 'departments:read',
  role: 'roles:read',
  account: 'members:read',
  member: 'members:read',
  group: 'groups:read',
  'api-key': 'tokens:read',
  'scim-token': 'tokens:read',
  'service-account': 'tokens:read',
  'app-password': 'tokens:read',
  'widget-token': 'tokens:read',
  session: 'members:read',
  'scim-resource': 'tokens:read',
  webhook: 'webhooks:read',
  'event-stream': 'webhooks:read',
};
