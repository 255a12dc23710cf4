import { Hono } from 'hono';
import type { Logger } from 'pino';
import { profiles } from '../../scim/profiles.ts';
import { createScim } from '../../scim/routes/scim.ts';
import type { ResourceType } from '../../scim/schemas/resource-type.ts';
import type { Query, ScimStorage } from '../../scim/storage.ts';
import { authenticateScimToken, type Directory, DirectoryError } from '../directory/index.ts';
import type { ProvisioningConnection } from './connection.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { inScimTerms } from './errors.ts';
import {
  type FilterMapping,
  groupMapping,
  toDirectoryFilter,
  toDirectorySort,
  userMapping,
} from './filter-mapping.ts';
import { groupStorage } from './group-storage.ts';
import { resourceTypes } from './schemas.ts';
import type { TypeStorage } from './type-storage.ts';
import { userStorage } from './user-storage.ts';

export interface ProvisioningOptions {
  /** Base of every `location`. */
  publicUrl: string;
  /** Largest page. */
  maxResults: number;
  log: Logger;
}

/** The SCIM service over the directory, to be mounted at `/scim/v2`. */
export function createProvisioning(
  directory: Directory,
  { publicUrl, maxResults, log }: ProvisioningOptions,
): Hono {
  const scim = createScim<ProvisioningConnection>({
    resourceTypes,
    storage: createStorage({
      User: { storage: userStorage(directory), mapping: userMapping },
      Group: { storage: groupStorage, mapping: groupMapping },
    }),
    authenticate: (request) =>
      inScimTerms(() => connect(directory, request.headers.get('authorization'))),
    baseUrl: () => `${publicUrl}/scim/v2`,
    limits: { maxResults },
    onError: (error) => log.error({ err: error }, 'a SCIM request failed'),
  });
  return new Hono().route('/', scim);
}

async function connect(
  directory: Directory,
  authorization: string | null,
): Promise<ProvisioningConnection | undefined> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const connection = await authenticateScimToken(directory, token);
  if (connection === undefined) return undefined;
  return {
    organization: connection.session.organization.slug,
    profile: profiles[connection.profile],
    scopes: connection.scopes,
    session: connection.session,
  };
}

type StoredTypes = Record<string, { storage: TypeStorage; mapping: FilterMapping }>;

function createStorage(types: StoredTypes): ScimStorage<ProvisioningConnection> {
  const of = ({ name }: ResourceType) => {
    const stored = types[name];
    if (stored === undefined) throw new Error(`Nothing keeps resources of the type ${name}.`);
    return stored;
  };
  return {
    cursors: true,
    list: ({ session, organization }, type, query) =>
      inScimTerms(async () => {
        const { storage, mapping } = of(type);
        const place = `${organization}/${type.name}`;
        const { page } = query;
        const offset =
          'cursor' in page ? parseCursor(place, query, page.cursor) : page.startIndex - 1;
        const found = await storage.list(
          session,
          {
            filter: toDirectoryFilter(query.filter, mapping),
            sort: toDirectorySort(query.sort, mapping),
            offset,
            limit: page.count,
          },
          query.wanted,
        );
        return {
          totalResults: found.total,
          resources: found.resources,
          ...('cursor' in page ? cursors(place, query, offset, found) : {}),
        };
      }),
    get: ({ session }, type, id, wanted) =>
      orUndefined(() => of(type).storage.get(session, id, wanted)),
    create: ({ session }, type, resource, wanted) =>
      inScimTerms(() => of(type).storage.create(session, resource, wanted)),
    modify: ({ session }, type, id, change, wanted) =>
      orUndefined(() => of(type).storage.modify(session, id, change, wanted)),
    delete: async ({ session }, type, id, check) => {
      const done = await orUndefined(async () => {
        await of(type).storage.delete(session, id, check);
        return true;
      });
      return done ?? false;
    },
  };
}

function cursors(
  place: string,
  query: Query,
  offset: number,
  { total, resources }: { total: number; resources: readonly unknown[] },
) {
  const next = offset + resources.length;
  const previous = Math.max(0, offset - query.page.count);
  return {
    ...(resources.length > 0 && next < total
      ? { nextCursor: formatCursor(place, query, next) }
      : {}),
    ...(offset > 0 ? { previousCursor: formatCursor(place, query, previous) } : {}),
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
