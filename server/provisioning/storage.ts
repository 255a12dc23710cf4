import type { ResourceType } from '../../scim/schemas/resource-type.ts';
import type { Query, ResourcePage, ScimStorage } from '../../scim/storage.ts';
import { cursorBox, DirectoryError, type DirectorySession } from '../directory/index.ts';
import type { ProvisioningConnection } from './connection.ts';
import { type CursorScope, formatCursor, parseCursor } from './cursor.ts';
import { inScimTerms } from './errors.ts';
import type { TypeStorage } from './type-storage.ts';

/**
 * The storage that the library asks for, over one for each resource type.
 *
 * It has no `me`: a SCIM token stands for an identity provider and not for a person, so `/Me` is
 * answered with 501, as RFC 7644 section 3.11 allows.
 */
export function createStorage(
  types: Readonly<Record<string, TypeStorage>>,
): ScimStorage<ProvisioningConnection> {
  const of = ({ name }: ResourceType) => {
    const stored = types[name];
    if (stored === undefined) throw new Error(`Nothing keeps resources of the type ${name}.`);
    return stored;
  };
  return {
    cursors: true,
    list: ({ session }, type, query) => inScimTerms(() => list(session, of(type), type, query)),
    get: ({ session }, type, id, wanted) => orUndefined(() => of(type).get(session, id, wanted)),
    create: ({ session }, type, resource, wanted) =>
      inScimTerms(() => of(type).create(session, resource, wanted)),
    modify: ({ session }, type, id, change, wanted) =>
      orUndefined(() => of(type).modify(session, id, change, wanted)),
    delete: async ({ session }, type, id, check) => {
      const done = await orUndefined(async () => {
        await of(type).delete(session, id, check);
        return true;
      });
      return done ?? false;
    },
  };
}

async function list(
  session: DirectorySession,
  storage: TypeStorage,
  { name }: ResourceType,
  query: Query,
): Promise<ResourcePage> {
  const { page, wanted } = query;
  const wish = {
    filter: storage.filterOf(query.filter),
    sort: query.sort && storage.sortOf(query.sort),
    limit: page.count,
  };
  if (!('cursor' in page)) {
    const { total, rows } = await storage.list(
      session,
      { ...wish, offset: page.startIndex - 1 },
      wanted,
    );
    return { totalResults: total, resources: rows };
  }
  const secrets = await cursorBox(session);
  const scope: CursorScope = { type: name, query };
  const offset = parseCursor(secrets, scope, page.cursor);
  const { total, rows, next, previous } = await storage.list(session, { ...wish, offset }, wanted);
  return {
    totalResults: total,
    resources: rows,
    ...(next === undefined ? {} : { nextCursor: formatCursor(secrets, scope, next) }),
    ...(previous === undefined ? {} : { previousCursor: formatCursor(secrets, scope, previous) }),
  };
}

// What is not there is no error to the library; what is refused is.
async function orUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
  return inScimTerms(async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DirectoryError && error.code === 'not-found') return undefined;
      throw error;
    }
  });
}
