import { badRequest, shown } from '../error.ts';
import { parseFilter } from '../filter/parser.ts';
import { resolveFilter } from '../filter/resolve.ts';
import { all } from '../filter/resolved-filter.ts';
import { type AttributePath, findAttribute, pathOf } from '../schemas/find-attribute.ts';
import type { Reading } from '../schemas/read-value.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import type { Page, Query, ResourcePage, ScimConnection } from '../storage.ts';
import { type Answer, type Exchange, requireRead } from './exchange.ts';
import { presentResource } from './present.ts';
import { Projection } from './projection.ts';
import type { ListRequest } from './query.ts';
import { listText, type Shown } from './streaming.ts';

export const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** Lists resources of one type (RFC 7644 section 3.4.2, cursors by RFC 9865). */
export async function listResources<C extends ScimConnection>(
  exchange: Exchange<C>,
  type: ResourceType,
  request: ListRequest,
): Promise<Answer> {
  requireRead(exchange.connection);
  const { query, projection } = queryOf(exchange, type, request);
  const page = await list(exchange, type, query);
  const resources = page.resources.map((stored) =>
    presentResource(type, stored, { ...exchange, projection }),
  );
  return listAnswer(request.page, page, resources);
}

/** Lists resources of all types, one type after the other (RFC 7644 section 3.4.2.1). */
export async function listEverything<C extends ScimConnection>(
  exchange: Exchange<C>,
  request: ListRequest,
): Promise<Answer> {
  requireRead(exchange.connection);
  const { page } = request;
  if ('cursor' in page) {
    throw badRequest('invalidCursor', 'Cursors page through one resource type, not through all');
  }
  if (request.sortBy !== undefined) {
    throw badRequest('invalidValue', 'sortBy sorts one resource type, not all');
  }
  // Each type knows other attributes than the next: what one has not has no value in it.
  const everywhere = { ...exchange, reading: withoutUnknown(exchange.reading) };
  const resources: Shown[] = [];
  let totalResults = 0;
  for (const type of exchange.registry.types) {
    const from = Math.max(page.startIndex - totalResults, 1);
    const count = page.count - resources.length;
    const { query, projection } = queryOf(everywhere, type, {
      ...request,
      page: { startIndex: from, count },
    });
    const found = await list(exchange, type, query);
    for (const stored of found.resources) {
      resources.push(presentResource(type, stored, { ...exchange, projection }));
    }
    totalResults += found.totalResults;
  }
  return listAnswer(page, { resources: [], totalResults }, resources);
}

function queryOf<C extends ScimConnection>(
  { reading }: Exchange<C>,
  type: ResourceType,
  request: ListRequest,
): { query: Query; projection: Projection } {
  const filter =
    request.filter === undefined || request.filter.trim() === ''
      ? all
      : resolveFilter(parseFilter(request.filter, reading.leniency), type, reading.leniency);
  const sort =
    request.sortBy === undefined
      ? undefined
      : { attribute: sortable(type, request.sortBy), descending: request.descending };
  const projection = new Projection(type, request.selection);
  return { query: { filter, sort, page: request.page, wanted: projection }, projection };
}

function withoutUnknown({ leniency, limits }: Reading): Reading {
  return {
    limits,
    leniency: {
      profile: { ...leniency.profile, unknownFilterAttribute: 'noMatch' },
      tolerated: (tolerance) => {
        if (tolerance !== 'unknownFilterAttribute') leniency.tolerated(tolerance);
      },
    },
  };
}

async function list<C extends ScimConnection>(
  { connection, storage }: Exchange<C>,
  type: ResourceType,
  query: Query,
): Promise<ResourcePage> {
  if ('cursor' in query.page && storage.cursors !== true) {
    throw badRequest('invalidCursor', 'This service has no cursors: use startIndex');
  }
  if (query.filter.op === 'none') return { resources: [], totalResults: 0 };
  return storage.list(connection, type, query);
}

/** @throws ScimError 400 `invalidPath` for what has no order (RFC 7644 section 3.4.2.3). */
function sortable(type: ResourceType, sortBy: string): AttributePath {
  const found = findAttribute(type, sortBy);
  if (found === undefined) {
    throw badRequest('invalidPath', `sortBy: ${type.name} has no attribute ${shown(sortBy)}`);
  }
  const hidden = found.steps.some((s) => s.returned === 'never' || s.mutability === 'writeOnly');
  if (hidden) throw badRequest('invalidPath', `sortBy: ${found.path} cannot be sorted by`);
  const last = found.subAttribute ?? found.attribute;
  if (last.type !== 'complex') return found;
  const value = last.subAttributes.get('value');
  if (value === undefined || last.name.startsWith('urn:')) {
    throw badRequest('invalidPath', `sortBy: ${found.path} is complex: name a sub-attribute`);
  }
  return pathOf(found.extension, found.attribute, value);
}

function listAnswer(
  asked: Page,
  { totalResults, nextCursor, previousCursor }: ResourcePage,
  resources: readonly Shown[],
): Answer {
  const list = {
    schemas: [listUrn],
    totalResults,
    ...('cursor' in asked ? {} : { startIndex: asked.startIndex }),
    itemsPerPage: resources.length,
    ...(nextCursor === undefined ? {} : { nextCursor }),
    ...(previousCursor === undefined ? {} : { previousCursor }),
  };
  if (resources.some(({ streams }) => streams.length > 0)) {
    return { status: 200, text: listText(list, resources) };
  }
  return { status: 200, body: { ...list, Resources: resources.map(({ resource }) => resource) } };
}
