/** Every permission that a role, an API key or a widget token can carry. */
export const permissions = [
  'organization:read',
  'organization:write',
  'members:read',
  'members:write',
  'departments:read',
  'departments:write',
  'roles:read',
  'roles:write',
  'groups:read',
  'groups:write',
  'tokens:read',
  'tokens:write',
  'webhooks:read',
  'webhooks:write',
  'mail:read',
  'mail:write',
  'audit:read',
] as const;

export type Permission = (typeof permissions)[number];

/** The roles that every organization is made with, by their fixed key. */
export const builtInRoles = {
  administrator: { name: 'Administrator', permissions: [...permissions] },
  auditor: {
    name: 'Auditor',
    permissions: permissions.filter((permission) => permission.endsWith(':read')),
  },
  member: { name: 'Member', permissions: [] },
} as const satisfies Record<string, { name: string; permissions: readonly Permission[] }>;

export type BuiltInRole = keyof typeof builtInRoles;
