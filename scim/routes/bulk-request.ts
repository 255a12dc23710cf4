import { badRequest, ScimError } from '../error.ts';
import { checkMessage, membersOf } from '../schemas/message.ts';
import type { Reading } from '../schemas/read-value.ts';

export const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

export interface BulkOperation {
  readonly method: string;
  readonly bulkId: string | undefined;
  readonly version: string | undefined;
  readonly path: string;
  readonly data: unknown;
}

export interface BulkRequest {
  /** Errors after which the rest is left undone; infinite when the client sets none. */
  readonly failOnErrors: number;
  readonly operations: readonly BulkOperation[];
}

/**
 * Reads the shape of a bulk request (RFC 7644 section 3.7); what an operation means is looked at when
 * it is its turn.
 *
 * @throws ScimError 413 with the limit in its detail, or 400 `invalidSyntax`.
 */
export function readBulkRequest(body: unknown, { leniency, limits }: Reading): BulkRequest {
  const members = membersOf(body, 'The body');
  checkMessage(members, bulkUrn, leniency);
  const operations = members.get('operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'The attribute Operations must be an array of operations');
  }
  if (operations.length > limits.bulkOperations) {
    throw new ScimError(
      413,
      `The request has ${operations.length} operations; the limit is maxOperations (${limits.bulkOperations})`,
    );
  }
  const most = members.get('failonerrors') ?? undefined;
  if (most !== undefined && !(typeof most === 'number' && Number.isInteger(most) && most > 0)) {
    throw badRequest('invalidValue', 'The attribute failOnErrors must be a positive whole number');
  }
  const read = operations.map(readOperation);
  const named = read.map(({ bulkId }) => bulkId).filter((bulkId) => bulkId !== undefined);
  if (new Set(named).size < named.length) {
    throw badRequest('invalidValue', 'Operations has one bulkId twice');
  }
  return { failOnErrors: most ?? Number.POSITIVE_INFINITY, operations: read };
}

function readOperation(json: unknown, index: number): BulkOperation {
  const place = `Operations[${index}]`;
  const members = membersOf(json, place);
  const method = textAt(members, 'method', place)?.toUpperCase();
  const path = textAt(members, 'path', place);
  if (method === undefined) throw badRequest('invalidSyntax', `${place}.method is required`);
  if (path === undefined) throw badRequest('invalidSyntax', `${place}.path is required`);
  const bulkId = textAt(members, 'bulkId', place);
  const version = textAt(members, 'version', place);
  return { method, path, bulkId, version, data: members.get('data') };
}

function textAt(
  members: ReadonlyMap<string, unknown>,
  name: string,
  place: string,
): string | undefined {
  const text = members.get(name.toLowerCase()) ?? undefined;
  if (text !== undefined && typeof text !== 'string') {
    throw badRequest('invalidSyntax', `${place}.${name} must be a string`);
  }
  return text;
}
