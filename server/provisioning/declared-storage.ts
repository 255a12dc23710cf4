import type { ResourceType } from '../../scim/schemas/resource-type.ts';
import type { Complex } from '../../scim/schemas/value.ts';
import type { StoredResource } from '../../scim/storage.ts';
import {
  changeResource,
  createResource,
  type Directory,
  deleteResource,
  findResources,
  getResource,
  type ResourceKind,
  type ResourceState,
  type ResourceView,
} from '../directory/index.ts';
import {
  documentAttributes,
  keyOf,
  sealed,
  secretsIn,
  shapesOf,
  uniqueValuesOf,
} from './declared-document.ts';
import { toDeclaredFilter, toDeclaredSort } from './declared-filter.ts';
import type { TypeStorage } from './type-storage.ts';

/** Resources of a type that the operator declares, kept as documents. */
export function declaredStorage(
  type: ResourceType,
  { passwords }: Pick<Directory, 'passwords'>,
): TypeStorage {
  const attributes = documentAttributes(type);
  const kind: ResourceKind = { name: type.name, shapes: shapesOf(attributes) };

  const stateOf = async (resource: Complex, before: Complex): Promise<ResourceState> => {
    const { externalId, ...given } = resource;
    const held = new Set(secretsIn(attributes, before));
    const document = await sealed(attributes, given, held, passwords.hash);
    const key = keyOf(attributes, document);
    return {
      externalId: typeof externalId === 'string' ? externalId : undefined,
      attributes: document,
      attributesKey: key,
      uniqueValues: uniqueValuesOf(attributes, key),
    };
  };

  return {
    filterOf: toDeclaredFilter,
    sortOf: toDeclaredSort,
    list: async (session, query) => {
      const found = await findResources(session, kind, query);
      return { ...found, rows: found.rows.map(stored) };
    },
    get: async (session, id) => stored(await getResource(session, kind, id)),
    create: async (session, resource) =>
      stored(await createResource(session, kind, await stateOf(resource.attributes, {}))),
    modify: async (session, id, change) =>
      stored(
        await changeResource(session, kind, id, async (view) => {
          const current = stored(view);
          const { attributes: next } = change(current);
          return next && stateOf(next, current.attributes);
        }),
      ),
    delete: (session, id, check) =>
      deleteResource(session, kind, id, {
        ifVersion: (version) => {
          check({ version: String(version) });
          return true;
        },
      }),
  };
}

function stored(resource: ResourceView): StoredResource {
  return {
    id: resource.id,
    created: resource.createdAt,
    lastModified: resource.updatedAt,
    version: String(resource.version),
    attributes: {
      ...(resource.externalId === null ? {} : { externalId: resource.externalId }),
      // Written by `stateOf`, so it is what a resource is made of.
      ...(resource.attributes as Complex),
    },
  };
}
