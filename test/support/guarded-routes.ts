import { randomBytes } from 'node:crypto';
import {
  createApiKey,
  createAppPassword,
  createDepartment,
  createEventStream,
  createMember,
  createRole,
  createScimToken,
  createSecretBox,
  createServiceAccount,
  createWebhook,
  type DirectorySession,
  departmentTree,
  inviteMember,
  listRoles,
  type NewMember,
  type Permission,
  securityEventUris,
  testWebhook,
} from '../../server/directory/index.ts';
import { plainTexts } from './plain-texts.ts';

/** A route that needs a caller, with what a request that succeeds consists of. */
export interface GuardedRoute {
  method: string;
  path: string;
  permission: Permission;
  /** What else the caller has to hold because the request grants it. */
  granted?: Permission[];
  body?: unknown;
  /** Makes what the request is about in the session's organization: the id in the path, the body. */
  make?: (
    session: DirectorySession,
  ) => Promise<{ id?: string; appPasswordId?: string; deliveryId?: string; body?: unknown }>;
}

let names = 0;
const newDepartment = async (session: DirectorySession) => {
  const [root] = await departmentTree(session);
  const parentId = root?.id ?? '';
  return (await createDepartment(session, { name: `Department ${++names}`, parentId })).id;
};

const newRole = async (session: DirectorySession) =>
  (await createRole(session, { name: `Role ${++names}`, permissions: [] })).id;

const newToken = (session: DirectorySession) =>
  createScimToken(session, { name: 'Walked', scopes: ['read'] });
const readByScim: Permission[] = ['members:read', 'departments:read', 'roles:read', 'groups:read'];
const readByLdap: Permission[] = ['members:read', 'groups:read'];

// Of another organization there is no hashing of passwords to borrow: a generated secret needs none.
const noHashing = { passwords: { hash: unexpected, verify: unexpected } };
function unexpected(): never {
  throw new Error('A generated secret is not hashed slowly.');
}

const member =
  (more: Partial<NewMember> = {}) =>
  async (session: DirectorySession) => {
    const username = `walker${++names}`;
    return createMember(session, { username, enabled: true, profile: {}, ...more });
  };

const newWebhook = async (session: DirectorySession) =>
  createWebhook(
    session,
    { secrets: createSecretBox(randomBytes(32)) },
    { url: 'https://product.example', description: '', events: ['member.*'], enabled: true },
    { allowPrivate: false },
  );

const newEventStream = async (session: DirectorySession) =>
  createEventStream(
    session,
    { secrets: createSecretBox(randomBytes(32)) },
    {
      method: 'poll',
      audience: 'https://receiver.example',
      events: securityEventUris,
      description: '',
      enabled: true,
    },
    { allowPrivate: false },
  );

/** The organization's root department and its role Member: what a form offers first. */
async function places(session: DirectorySession) {
  const role = (await listRoles(session)).find(({ name }) => name === 'Member');
  const [root] = await departmentTree(session);
  return { departments: [root?.id], roles: [role?.id] };
}

/** A route's path about what was made for it; what is not said is a thing that never was. */
export function pathOf(
  { path }: GuardedRoute,
  {
    id,
    appPasswordId,
    deliveryId,
  }: { id?: string; appPasswordId?: string; deliveryId?: string } = {},
): string {
  return path
    .replace('{id}', id ?? crypto.randomUUID())
    .replace('{appPasswordId}', appPasswordId ?? crypto.randomUUID())
    .replace('{deliveryId}', deliveryId ?? crypto.randomUUID());
}

/** Every route that needs a caller, with a request that succeeds. */
export const guardedRoutes: GuardedRoute[] = [
  { method: 'GET', path: '/organization', permission: 'organization:read' },
  {
    method: 'PATCH',
    path: '/organization',
    permission: 'organization:write',
    body: { name: 'Acme again' },
  },
  {
    method: 'PATCH',
    path: '/organization/settings',
    permission: 'organization:write',
    body: { minimumPasswordLength: 12 },
  },
  { method: 'GET', path: '/departments', permission: 'departments:read' },
  {
    method: 'POST',
    path: '/departments',
    permission: 'departments:write',
    make: async (session) => ({
      body: { name: `Made ${++names}`, parentId: await newDepartment(session) },
    }),
  },
  {
    method: 'PATCH',
    path: '/departments/{id}',
    permission: 'departments:write',
    make: async (session) => ({
      id: await newDepartment(session),
      body: { name: `Renamed ${++names}` },
    }),
  },
  {
    method: 'DELETE',
    path: '/departments/{id}',
    permission: 'departments:write',
    make: async (session) => ({ id: await newDepartment(session) }),
  },
  {
    method: 'POST',
    path: '/departments/{id}/transfer',
    permission: 'members:write',
    make: async (session) => {
      const id = await newDepartment(session);
      await member({ departments: [id] })(session);
      return { id, body: { to: await newDepartment(session) } };
    },
  },
  { method: 'GET', path: '/members', permission: 'members:read' },
  { method: 'GET', path: '/members/export', permission: 'members:read' },
  {
    method: 'GET',
    path: '/members/username-check?username=dora',
    permission: 'members:write',
  },
  { method: 'GET', path: '/members/{id}', permission: 'members:read', make: member() },
  {
    method: 'POST',
    path: '/members',
    permission: 'members:write',
    make: async (session) => ({
      body: {
        ...(await places(session)),
        name: 'Walker',
        username: `walker${++names}`,
        password: 'correct horse battery',
      },
    }),
  },
  {
    method: 'PATCH',
    path: '/members/{id}',
    permission: 'members:write',
    body: { name: 'Other' },
    make: member(),
  },
  {
    method: 'POST',
    path: '/members/{id}/disable',
    permission: 'members:write',
    make: member(),
  },
  {
    method: 'POST',
    path: '/members/{id}/enable',
    permission: 'members:write',
    make: member({ enabled: false }),
  },
  {
    method: 'POST',
    path: '/members/{id}/password-reset',
    permission: 'members:write',
    make: member(),
  },
  { method: 'GET', path: '/members/{id}/removal', permission: 'members:read', make: member() },
  { method: 'DELETE', path: '/members/{id}', permission: 'members:write', make: member() },
  {
    method: 'POST',
    path: '/members/bulk',
    permission: 'members:write',
    make: async (session) => ({
      body: {
        action: { kind: 'disable' },
        selection: { ids: [(await member()(session)).id, (await member()(session)).id] },
      },
    }),
  },
  {
    method: 'POST',
    path: '/invitations',
    permission: 'members:write',
    make: async (session) => ({
      body: { ...(await places(session)), name: 'Invited', delivery: { by: 'link' } },
    }),
  },
  {
    method: 'POST',
    path: '/members/{id}/invitation',
    permission: 'members:write',
    body: { by: 'link' },
    make: member({ invited: true }),
  },
  {
    method: 'DELETE',
    path: '/members/{id}/invitation',
    permission: 'members:write',
    make: async (session) => {
      const made = await member({ invited: true })(session);
      await inviteMember(session, made.id, { by: 'link' }, { publicUrl: '', texts: plainTexts });
      return made;
    },
  },
  { method: 'GET', path: '/permissions', permission: 'roles:read' },
  { method: 'GET', path: '/roles', permission: 'roles:read' },
  {
    method: 'POST',
    path: '/roles',
    permission: 'roles:write',
    make: async () => ({ body: { name: `Role ${++names}`, permissions: ['roles:write'] } }),
  },
  {
    method: 'GET',
    path: '/roles/{id}',
    permission: 'roles:read',
    make: async (session) => ({ id: await newRole(session) }),
  },
  {
    method: 'PATCH',
    path: '/roles/{id}',
    permission: 'roles:write',
    make: async (session) => ({
      id: await newRole(session),
      body: { permissions: ['roles:write'] },
    }),
  },
  {
    method: 'DELETE',
    path: '/roles/{id}',
    permission: 'roles:write',
    make: async (session) => ({ id: await newRole(session) }),
  },
  {
    method: 'GET',
    path: '/members/{id}/app-passwords',
    permission: 'members:read',
    make: member(),
  },
  {
    method: 'DELETE',
    path: '/members/{id}/app-passwords/{appPasswordId}',
    permission: 'members:write',
    make: async (session) => {
      const { id, displayName: name } = await member()(session);
      const own = { ...session, actor: { kind: 'member', id, name } as const };
      return { id, appPasswordId: (await createAppPassword(own, { name: 'Printer' })).id };
    },
  },
  { method: 'GET', path: '/api-keys', permission: 'tokens:read' },
  {
    method: 'POST',
    path: '/api-keys',
    permission: 'tokens:write',
    body: { name: 'Walked', permissions: ['tokens:write'] },
  },
  {
    method: 'DELETE',
    path: '/api-keys/{id}',
    permission: 'tokens:write',
    make: (session) => createApiKey(session, { name: 'Walked', permissions: [] }),
  },
  { method: 'GET', path: '/scim-tokens', permission: 'tokens:read' },
  {
    method: 'POST',
    path: '/scim-tokens',
    permission: 'tokens:write',
    granted: readByScim,
    body: { name: 'Walked', scopes: ['read'] },
  },
  {
    method: 'PATCH',
    path: '/scim-tokens/{id}',
    permission: 'tokens:write',
    body: { name: 'Renamed' },
    make: newToken,
  },
  {
    method: 'POST',
    path: '/scim-tokens/{id}/rotate',
    permission: 'tokens:write',
    granted: readByScim,
    make: newToken,
  },
  {
    method: 'DELETE',
    path: '/scim-tokens/{id}',
    permission: 'tokens:write',
    make: newToken,
  },
  { method: 'GET', path: '/service-accounts', permission: 'tokens:read' },
  {
    method: 'POST',
    path: '/service-accounts',
    permission: 'tokens:write',
    granted: readByLdap,
    make: async () => ({ body: { name: `Account ${++names}` } }),
  },
  {
    method: 'DELETE',
    path: '/service-accounts/{id}',
    permission: 'tokens:write',
    make: (session) => createServiceAccount(session, noHashing, { name: `Account ${++names}` }),
  },
  {
    method: 'GET',
    path: '/scim-tokens/{id}/usage',
    permission: 'tokens:read',
    make: newToken,
  },
  { method: 'GET', path: '/audit?subject=member', permission: 'audit:read' },
  { method: 'GET', path: '/audit/export?action=role.', permission: 'audit:read' },
  { method: 'GET', path: '/members/{id}/history', permission: 'audit:read', make: member() },
  { method: 'GET', path: '/webhooks', permission: 'webhooks:read' },
  {
    method: 'POST',
    path: '/webhooks',
    permission: 'webhooks:write',
    body: { url: 'https://product.example/events', events: ['member.*'] },
  },
  {
    method: 'PATCH',
    path: '/webhooks/{id}',
    permission: 'webhooks:write',
    body: { enabled: false },
    make: newWebhook,
  },
  { method: 'DELETE', path: '/webhooks/{id}', permission: 'webhooks:write', make: newWebhook },
  {
    method: 'POST',
    path: '/webhooks/{id}/rotate',
    permission: 'webhooks:write',
    make: newWebhook,
  },
  { method: 'POST', path: '/webhooks/{id}/test', permission: 'webhooks:write', make: newWebhook },
  {
    method: 'GET',
    path: '/webhooks/{id}/deliveries',
    permission: 'webhooks:read',
    make: newWebhook,
  },
  {
    method: 'POST',
    path: '/webhooks/{id}/deliveries/{deliveryId}/retry',
    permission: 'webhooks:write',
    make: async (session) => {
      const { id } = await newWebhook(session);
      return { id, deliveryId: (await testWebhook(session, id)).id };
    },
  },
  { method: 'GET', path: '/event-streams', permission: 'webhooks:read' },
  {
    method: 'POST',
    path: '/event-streams',
    permission: 'webhooks:write',
    body: { method: 'poll', audience: 'https://receiver.example' },
  },
  {
    method: 'PATCH',
    path: '/event-streams/{id}',
    permission: 'webhooks:write',
    body: { enabled: false },
    make: newEventStream,
  },
  {
    method: 'DELETE',
    path: '/event-streams/{id}',
    permission: 'webhooks:write',
    make: newEventStream,
  },
  {
    method: 'POST',
    path: '/event-streams/{id}/rotate',
    permission: 'webhooks:write',
    make: newEventStream,
  },
  { method: 'GET', path: '/mail', permission: 'mail:read' },
  { method: 'POST', path: '/mail/test', permission: 'mail:write', body: { to: 'a@b.example' } },
];
