import type { Modification, StoredResource } from '../../scim/storage.ts';
import { DirectoryError } from '../directory/index.ts';

const attempts = 10;

/**
 * Works out a change from a resource as it was read, and stores it only if nobody else was faster; else
 * it is worked out anew. To the client this is what a lock would be.
 *
 * @param store is given the version that it must find
 */
export async function modifyOptimistically<T>(
  read: () => Promise<T>,
  toResource: (current: T) => StoredResource,
  change: (current: StoredResource) => Modification,
  store: (
    current: T,
    wanted: NonNullable<Modification['attributes']>,
    condition: { ifVersion: (version: number) => boolean },
  ) => Promise<unknown>,
): Promise<StoredResource> {
  for (let attempt = 1; ; attempt++) {
    const current = await read();
    const resource = toResource(current);
    const { attributes } = change(resource);
    if (attributes === undefined) return resource;
    try {
      const ifVersion = (version: number) => String(version) === resource.version;
      await store(current, attributes, { ifVersion });
      return toResource(await read());
    } catch (error) {
      const overtaken = error instanceof DirectoryError && error.code === 'version-mismatch';
      if (!overtaken || attempt === attempts) throw error;
    }
  }
}
