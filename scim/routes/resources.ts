import { ScimError } from '../error.ts';
import { readPatch } from '../patch/operations.ts';
import { applyPatch } from '../patch/patch.ts';
import { tolerates } from '../profiles.ts';
import { readResource } from '../schemas/read-resource.ts';
import { replaceResource } from '../schemas/replace-resource.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import type { CollectionChange, ScimConnection, StoredResource, Wanted } from '../storage.ts';
import { type Conditions, checkVersion, entityTag, namesVersion } from './entity-tag.ts';
import {
  type Answer,
  type Exchange,
  isPossibleId,
  notFound,
  requireRead,
  requireWrite,
} from './exchange.ts';
import { locationOf, presentResource } from './present.ts';
import { everything, nothing, Projection, type Selection } from './projection.ts';
import { resourceText } from './streaming.ts';

/** What a request on one resource brings besides its body. */
export interface Wishes extends Conditions {
  readonly selection: Selection;
}

const noWishes: Wishes = { selection: everything };

/** GET (RFC 7644 section 3.4.1). */
export async function getResource<C extends ScimConnection>(
  exchange: Exchange<C>,
  type: ResourceType,
  id: string,
  { selection, ifNoneMatch }: Wishes = noWishes,
): Promise<Answer> {
  const { connection, storage } = exchange;
  requireRead(connection);
  const projection = new Projection(type, selection);
  const stored = isPossibleId(id) ? await storage.get(connection, type, id, projection) : undefined;
  if (stored === undefined) throw notFound(id);
  if (ifNoneMatch !== undefined && namesVersion(ifNoneMatch, stored.version)) {
    return { status: 304, headers: { ETag: entityTag(stored.version) } };
  }
  return shownAnswer(exchange, type, stored, projection, 200);
}

/** POST (RFC 7644 section 3.3). */
export async function createResource<C extends ScimConnection>(
  exchange: Exchange<C>,
  type: ResourceType,
  body: unknown,
  { selection }: Wishes = noWishes,
): Promise<Answer> {
  const { connection, storage, reading } = exchange;
  requireWritable(connection, type);
  const read = readResource(type, body, reading);
  const projection = new Projection(type, selection);
  const collections = [...read.collections]
    .filter(([, values]) => values.length > 0)
    .map(([collection, values]): CollectionChange => ({ kind: 'add', collection, values }));
  const resource = { attributes: read.attributes, collections };
  const stored = await storage.create(connection, type, resource, projection);
  return shownAnswer(exchange, type, stored, projection, 201);
}

/** PUT (RFC 7644 section 3.5.1); it never creates. */
export async function putResource<C extends ScimConnection>(
  exchange: Exchange<C>,
  type: ResourceType,
  id: string,
  body: unknown,
  { selection, ...conditions }: Wishes = noWishes,
): Promise<Answer> {
  const { connection, storage, reading } = exchange;
  requireWritable(connection, type);
  if (!tolerates(reading.leniency, 'put')) {
    throw new ScimError(501, 'This connection has no PUT: use PATCH');
  }
  if (!isPossibleId(id)) throw notFound(id);
  const read = readResource(type, body, reading);
  const projection = new Projection(type, selection);
  const change = (current: StoredResource) => {
    checkVersion(conditions, current.version);
    return replaceResource(type, current.attributes, read, reading);
  };
  const stored = await storage.modify(connection, type, id, change, projection);
  if (stored === undefined) throw notFound(id);
  return shownAnswer(exchange, type, stored, projection, 200);
}

/** PATCH (RFC 7644 section 3.5.2). */
export async function patchResource<C extends ScimConnection>(
  exchange: Exchange<C>,
  type: ResourceType,
  id: string,
  body: unknown,
  { selection, ...conditions }: Wishes = noWishes,
): Promise<Answer> {
  const { connection, storage, reading } = exchange;
  requireWritable(connection, type);
  if (!isPossibleId(id)) throw notFound(id);
  const operations = readPatch(body, reading);
  const change = (current: StoredResource) => {
    checkVersion(conditions, current.version);
    const known = { ...current.attributes, id: current.id };
    return applyPatch(type, known, operations, reading);
  };
  const shows = answersWithBody(connection, type, selection);
  const projection = new Projection(type, selection);
  const wanted: Wanted = shows ? projection : nothing;
  const stored = await storage.modify(connection, type, id, change, wanted);
  if (stored === undefined) throw notFound(id);
  if (shows) return shownAnswer(exchange, type, stored, projection, 200);
  return { status: 204, headers: headersOf(exchange, type, stored) };
}

/** A client that asks for attributes gets them; a group is not sent back for every member added. */
function answersWithBody(
  { profile }: ScimConnection,
  type: ResourceType,
  { attributes, excludedAttributes }: Selection,
): boolean {
  if (attributes !== undefined || excludedAttributes !== undefined) return true;
  if (profile.patchResponse === 'auto') return type.collections.size === 0;
  return profile.patchResponse === '200';
}

/** DELETE (RFC 7644 section 3.6). */
export async function deleteResource<C extends ScimConnection>(
  { connection, storage }: Exchange<C>,
  type: ResourceType,
  id: string,
  conditions: Conditions = {},
): Promise<Answer> {
  requireWritable(connection, type);
  const deleted =
    isPossibleId(id) &&
    (await storage.delete(connection, type, id, ({ version }) =>
      checkVersion(conditions, version),
    ));
  if (!deleted) throw notFound(id);
  return { status: 204 };
}

function requireWritable(connection: ScimConnection, type: ResourceType): void {
  requireWrite(connection);
  if (!type.writable) throw new ScimError(403, `${type.name} can only be read`);
}

function shownAnswer<C extends ScimConnection>(
  exchange: Exchange<C>,
  type: ResourceType,
  stored: StoredResource,
  projection: Projection,
  status: number,
): Answer {
  const { base, registry } = exchange;
  const shown = presentResource(type, stored, { base, registry, projection });
  return {
    status,
    headers: headersOf(exchange, type, stored),
    ...(shown.streams.length === 0 ? { body: shown.resource } : { text: resourceText(shown) }),
  };
}

function headersOf<C extends ScimConnection>(
  { base }: Exchange<C>,
  type: ResourceType,
  { id, version }: StoredResource,
): Readonly<Record<string, string>> {
  return { Location: locationOf(type, id, base), ETag: entityTag(version) };
}
