import { type Complex, isComplex, valueAt } from '../../scim/schemas/value.ts';
import type { StoredResource } from '../../scim/storage.ts';
import {
  changeDepartment,
  createDepartment,
  type DepartmentRecord,
  DirectoryError,
  type DirectorySession,
  deleteDepartment,
  findDepartments,
  getDepartment,
} from '../directory/index.ts';
import { departmentMapping, translations } from './filter-mapping.ts';
import { modifyOptimistically } from './optimistic.ts';
import { textAt } from './text-at.ts';
import type { TypeStorage } from './type-storage.ts';

/** Departments are nodes of the organization's tree, managed by the tree's own rules. */
export const departmentStorage: TypeStorage = {
  ...translations(departmentMapping),
  list: async (session, query) => {
    const found = await findDepartments(session, query);
    return { ...found, rows: found.rows.map(stored) };
  },
  get: async (session, id) => stored(await getDepartment(session, id)),
  create: async (session, { attributes }) => {
    const { name, externalId, parent, position } = stateOf(attributes);
    const made = await createDepartment(session, {
      name,
      externalId,
      parentId: parent ?? (await rootOf(session)),
      position,
    });
    return stored(await getDepartment(session, made.id));
  },
  modify: (session, id, change) =>
    modifyOptimistically(
      () => getDepartment(session, id),
      stored,
      change,
      async (current, wanted, condition) => {
        const { name, externalId = null, parent, position } = stateOf(wanted);
        const moves = parent !== current.parent?.id;
        if (moves && parent === undefined) throw needsParent();
        await changeDepartment(
          session,
          id,
          {
            name,
            externalId,
            ...(moves ? { parentId: parent } : {}),
            // One that stays the same says nothing: what it is moved to may have fewer.
            ...(position === current.position ? {} : { position }),
          },
          condition,
        );
      },
    ),
  delete: (session, id, check) =>
    deleteDepartment(session, id, {
      ifVersion: (version) => {
        check({ version: String(version) });
        return true;
      },
    }),
};

function stateOf(attributes: Complex) {
  const parent = valueAt(attributes, 'parent');
  const position = valueAt(attributes, 'position');
  return {
    name: textAt(attributes, 'displayName') ?? '',
    externalId: textAt(attributes, 'externalId'),
    parent: isComplex(parent) ? textAt(parent, 'value') : undefined,
    position: typeof position === 'number' ? position : undefined,
  };
}

function needsParent(): DirectoryError {
  return new DirectoryError('invalid-value', 'parent: only the root stands below nothing', {
    field: 'parent',
  });
}

async function rootOf(session: DirectorySession): Promise<string> {
  const { rows } = await findDepartments(session, {
    filter: { op: 'not', of: { op: 'present', attribute: 'parent' } },
    offset: 0,
    limit: 1,
  });
  return rows[0]?.id ?? '';
}

function stored(department: DepartmentRecord): StoredResource {
  const { parent, externalId } = department;
  return {
    id: department.id,
    created: department.createdAt,
    lastModified: department.updatedAt,
    version: String(department.version),
    attributes: {
      displayName: department.name,
      ...(externalId === null ? {} : { externalId }),
      ...(parent === null ? {} : { parent: { value: parent.id, display: parent.name } }),
      path: department.path,
      position: department.position,
    },
  };
}
