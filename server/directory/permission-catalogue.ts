import { type Permission, permissions } from './permissions.ts';
import { type DirectorySession, demand } from './session.ts';

const descriptions: Record<Permission, string> = {
  'organization:read': 'See the organization overview and its settings',
  'organization:write': 'Rename the organization and change its settings',
  'members:read': 'See members and export them',
  'members:write': 'Add, edit, move, disable and remove members',
  'departments:read': 'See the department tree',
  'departments:write': 'Add, rename, move and delete departments',
  'roles:read': 'See roles and what they allow',
  'roles:write': 'Add, edit and delete roles',
  'groups:read': 'See groups and who is in them',
  'groups:write': 'Add, edit and delete groups',
  'tokens:read': 'See the connections of identity providers and applications',
  'tokens:write': 'Make and revoke SCIM tokens, API keys and service accounts',
  'webhooks:read': 'See webhooks and what became of their deliveries',
  'webhooks:write': 'Add, edit and delete webhooks',
  'mail:read': 'See what became of mails',
  'mail:write': 'Send test mails',
  'audit:read': 'See who did what',
};

export interface PermissionView {
  permission: Permission;
  /** In English, for people. */
  description: string;
}

/** Every permission that a role can have, in the order in which people see them. */
export function listPermissions(session: DirectorySession): PermissionView[] {
  demand(session, 'roles:read');
  return permissions.map((permission) => ({ permission, description: descriptions[permission] }));
}
