import { badRequest } from '../error.ts';
import { tolerates } from '../profiles.ts';
import { checkMessage, membersOf } from '../schemas/message.ts';
import type { Reading } from '../schemas/read-value.ts';

export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string | undefined;
  /** Undefined when the operation has none; null is a value here. */
  readonly value: unknown;
}

/**
 * Reads the body of a PATCH (RFC 7644 section 3.5.2). Names of members and operations are taken in any
 * case, as Entra ID sends them.
 *
 * @throws ScimError 400 `invalidSyntax`, `invalidPath`, or `noTarget` for a removal of nothing named.
 */
export function readPatch(body: unknown, reading: Reading): readonly PatchOperation[] {
  const members = membersOf(body, 'The body of a PATCH');
  checkMessage(members, patchUrn, reading.leniency);
  const operations = members.get('operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'The attribute Operations must be an array of operations');
  }
  if (operations.length > reading.limits.patchOperations) {
    throw badRequest(
      'invalidSyntax',
      `Operations has more than ${reading.limits.patchOperations} operations`,
    );
  }
  return operations.map((operation, index) => readOperation(operation, index, reading));
}

function readOperation(json: unknown, index: number, reading: Reading): PatchOperation {
  const place = `Operations[${index}]`;
  const members = membersOf(json, place);
  const named = members.get('op');
  const op = typeof named === 'string' ? named.toLowerCase() : '';
  if (op !== 'add' && op !== 'remove' && op !== 'replace') {
    throw badRequest('invalidSyntax', `${place}.op must be add, remove or replace`);
  }
  const path = members.get('path');
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw badRequest('invalidPath', `${place}.path must be a string`);
  }
  const value = members.get('value');
  if (op !== 'remove' && value === undefined) {
    throw badRequest('invalidValue', `${place} (${op}) has no value`);
  }
  if (typeof path === 'string' && path.trim() !== '') return { op, path: path.trim(), value };
  if (op === 'remove') throw badRequest('noTarget', `${place} (remove) has no path`);
  if (!tolerates(reading.leniency, 'pathless')) {
    throw badRequest('invalidSyntax', `${place} (${op}) has no path`);
  }
  return { op, path: undefined, value };
}
