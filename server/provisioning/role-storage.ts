import { type Complex, valuesAt } from '../../scim/schemas/value.ts';
import type { StoredResource } from '../../scim/storage.ts';
import {
  changeRole,
  createRole,
  DirectoryError,
  deleteRole,
  findRoles,
  getRole,
  type Permission,
  permissions,
  type RoleView,
} from '../directory/index.ts';
import { roleMapping, translations } from './filter-mapping.ts';
import { modifyOptimistically } from './optimistic.ts';
import { textAt } from './text-at.ts';
import type { TypeStorage } from './type-storage.ts';

/** Roles are the organization's roles, managed by their own rules: nobody grants what they do not hold. */
export const roleStorage: TypeStorage = {
  ...translations(roleMapping),
  list: async (session, query) => {
    const found = await findRoles(session, query);
    return { ...found, rows: found.rows.map(stored) };
  },
  get: async (session, id) => stored(await getRole(session, id)),
  create: async (session, { attributes }) => stored(await createRole(session, stateOf(attributes))),
  modify: (session, id, change) =>
    modifyOptimistically(
      () => getRole(session, id),
      stored,
      change,
      (_, wanted, condition) => {
        const { externalId = null, ...state } = stateOf(wanted);
        return changeRole(session, id, { ...state, externalId }, condition);
      },
    ),
  delete: (session, id, check) =>
    deleteRole(session, id, {
      ifVersion: (version) => {
        check({ version: String(version) });
        return true;
      },
    }),
};

function stateOf(attributes: Complex) {
  return {
    name: textAt(attributes, 'displayName') ?? '',
    externalId: textAt(attributes, 'externalId'),
    permissions: valuesAt(attributes, 'permissions').map((value) => permissionOf(String(value))),
  };
}

function permissionOf(text: string): Permission {
  const known = permissions.find((permission) => permission === text);
  if (known !== undefined) return known;
  throw new DirectoryError('invalid-value', `permissions: there is no permission ${text}`, {
    field: 'permissions',
  });
}

function stored(role: RoleView): StoredResource {
  return {
    id: role.id,
    created: role.createdAt,
    lastModified: role.updatedAt,
    version: String(role.version),
    attributes: {
      displayName: role.name,
      ...(role.externalId === null ? {} : { externalId: role.externalId }),
      ...(role.permissions.length === 0 ? {} : { permissions: role.permissions }),
      builtIn: role.builtIn !== null,
    },
  };
}
