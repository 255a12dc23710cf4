import type { Modification, NewResource, StoredResource, Wanted } from '../../scim/storage.ts';
import type { DirectorySession, Filter, SortOrder } from '../directory/index.ts';

/** How one resource type is kept in the directory, whose errors it throws. */
export interface TypeStorage {
  list(
    session: DirectorySession,
    query: {
      filter: Filter;
      sort: { attribute: string; order: SortOrder } | undefined;
      offset: number;
      limit: number;
    },
    wanted: Wanted,
  ): Promise<{ total: number; resources: StoredResource[] }>;
  get(session: DirectorySession, id: string, wanted: Wanted): Promise<StoredResource>;
  create(session: DirectorySession, resource: NewResource, wanted: Wanted): Promise<StoredResource>;
  modify(
    session: DirectorySession,
    id: string,
    change: (current: StoredResource) => Modification,
    wanted: Wanted,
  ): Promise<StoredResource>;
  delete(
    session: DirectorySession,
    id: string,
    check: (current: { version: string }) => void,
  ): Promise<void>;
}
