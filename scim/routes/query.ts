import { badRequest, shown } from '../error.ts';
import type { ScimLimits } from '../limits.ts';
import { checkMessage, membersOf } from '../schemas/message.ts';
import { type Reading, wrong } from '../schemas/read-value.ts';
import type { Page } from '../storage.ts';
import { checkExclusive } from './exchange.ts';
import type { Selection } from './projection.ts';

/** A query as it was asked, by URL or by `/.search` (RFC 7644 sections 3.4.2 and 3.4.3). */
export interface ListRequest {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  readonly page: Page;
  readonly selection: Selection;
}

/**
 * Reads the parameters of a URL; unknown ones are passed over, as Entra ID puts flags there.
 *
 * @throws ScimError 400 naming the parameter.
 */
export function readUrlQuery(parameters: URLSearchParams, limits: ScimLimits): ListRequest {
  const text = (name: string) => parameters.get(name) ?? undefined;
  return {
    filter: text('filter'),
    sortBy: text('sortBy') || undefined,
    descending: readOrder(text('sortOrder') || undefined),
    page: readPage(
      // Empty it asks for the first page.
      text('cursor'),
      integer(text('startIndex'), 'startIndex'),
      text('count'),
      limits,
    ),
    selection: readSelection(parameters),
  };
}

/** Reads `attributes` and `excludedAttributes` of a URL: names with commas between. */
export function readSelection(parameters: URLSearchParams): Selection {
  const names = (parameter: string) => {
    const text = parameters.get(parameter);
    return text === null || text.trim() === '' ? undefined : text.split(',').map((n) => n.trim());
  };
  const [attributes, excludedAttributes] = [names('attributes'), names('excludedAttributes')];
  checkExclusive(attributes, excludedAttributes);
  return { attributes, excludedAttributes };
}

export const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** @throws ScimError 400 naming the attribute of the body. */
export function readSearchRequest(body: unknown, reading: Reading): ListRequest {
  const members = membersOf(body, 'The body');
  checkMessage(members, searchUrn, reading.leniency);
  const attributes = namesAt(members, 'attributes', reading.limits);
  const excludedAttributes = namesAt(members, 'excludedAttributes', reading.limits);
  checkExclusive(attributes, excludedAttributes);
  return {
    filter: textAt(members, 'filter'),
    sortBy: textAt(members, 'sortBy'),
    descending: readOrder(textAt(members, 'sortOrder')),
    page: readPage(
      textAt(members, 'cursor'),
      integer(members.get('startindex'), 'startIndex'),
      members.get('count'),
      reading.limits,
    ),
    selection: { attributes, excludedAttributes },
  };
}

function textAt(members: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const text = members.get(name.toLowerCase()) ?? undefined;
  if (text !== undefined && typeof text !== 'string') throw wrong(name, 'must be a string');
  return text;
}

/** An empty array is no value (RFC 7643 section 2.5). */
function namesAt(
  members: ReadonlyMap<string, unknown>,
  name: string,
  { objectKeys }: ScimLimits,
): readonly string[] | undefined {
  const json = members.get(name.toLowerCase()) ?? [];
  if (!Array.isArray(json) || !json.every((item) => typeof item === 'string')) {
    throw wrong(name, 'must be an array of strings');
  }
  if (json.length > objectKeys) throw wrong(name, `has more than ${objectKeys} names`);
  return json.length === 0 ? undefined : json;
}

function readOrder(text: string | undefined): boolean {
  const order = (text ?? 'ascending').toLowerCase();
  if (order !== 'ascending' && order !== 'descending') {
    throw badRequest('invalidValue', `sortOrder must be ascending or descending: ${shown(order)}`);
  }
  return order === 'descending';
}

/** What PostgreSQL and every client can count to. */
const mostCounted = 2 ** 31 - 1;

/** Values below are normalised, not refused: RFC 7644 section 3.4.2.4. */
function readPage(
  cursor: string | undefined,
  startIndex: number | undefined,
  count: unknown,
  { defaultResults, maxResults }: ScimLimits,
): Page {
  if (cursor === undefined) {
    const wanted = integer(count, 'count') ?? defaultResults;
    const from = Math.min(Math.max(startIndex ?? 1, 1), mostCounted);
    return { startIndex: from, count: Math.min(Math.max(wanted, 0), maxResults) };
  }
  if (startIndex !== undefined) {
    throw badRequest('invalidCursor', 'cursor and startIndex exclude each other');
  }
  // RFC 9865 sections 2 and 2.1: a page of none would lead nowhere.
  const given = count === '' ? undefined : (count ?? undefined);
  const wanted = given === undefined ? defaultResults : Number(given);
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw badRequest('invalidCount', `count must be a whole number from 1 to ${maxResults}`);
  }
  return { cursor, count: Math.min(wanted, maxResults) };
}

function integer(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value)) return Number(value);
  throw badRequest('invalidValue', `${name} must be a whole number`);
}
