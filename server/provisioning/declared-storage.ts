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
import { type HashOf, withHashes } from './hash-first.ts';
import type { TypeStorage } from './type-storage.ts';

/** Resources of a type that the operator declares, kept as documents. */
export function declaredStorage(
  type: ResourceType,
  { passwords }: Pick<Directory, 'passwords'>,
): TypeStorage {
  const attributes = documentAttributes(type);
  const kind: ResourceKind = { name: type.name, shapes: shapesOf(attributes) };

  const stateOf = (resource: Complex, before: Complex, hashOf: HashOf): ResourceState => {
    const { externalId, ...given } = resource;
    const held = new Set(secretsIn(attributes, before));
    const document = sealed(attributes, given, held, hashOf);
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
    create: async (session, resource) => {
      const made = await withHashes(passwords.hash, async (hashOf) =>
        createResource(session, kind, stateOf(resource.attributes, {}, hashOf)),
      );
      return stored(made);
    },
    modify: async (session, id, change) => {
      const changed = await withHashes(passwords.hash, (hashOf) =>
        changeResource(session, kind, id, (view) => {
          const current = stored(view);
          const { attributes: next } = change(current);
          return next && stateOf(next, current.attributes, hashOf);
        }),
      );
      return stored(changed);
    },
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
