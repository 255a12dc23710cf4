import type { ResolvedFilter } from '../../scim/filter/resolved-filter.ts';
import type {
  Modification,
  NewResource,
  Sort,
  StoredResource,
  Wanted,
} from '../../scim/storage.ts';
import type { DirectorySession, Filter, Listed, ListQuery } from '../directory/index.ts';

/** How one resource type is kept in the directory, whose errors it throws. */
export interface TypeStorage {
  /** What a filter says in the directory's terms. */
  filterOf(filter: ResolvedFilter): Filter;
  /** Undefined for what the directory keeps nothing of: it leaves the order as it is. */
  sortOf(sort: Sort): ListQuery['sort'];
  list(
    session: DirectorySession,
    query: ListQuery,
    wanted: Wanted,
  ): Promise<Listed<StoredResource>>;
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
