import { badRequest, ScimError, shown } from '../error.ts';
import type { ScimLimits } from '../limits.ts';
import type { Reading } from '../schemas/read-value.ts';
import type { ScimConnection, ScimStorage } from '../storage.ts';
import type { Registry } from './registry.ts';

/** One authenticated request and what serves it: a value, made anew for each. */
export interface Exchange<C extends ScimConnection> {
  readonly connection: C;
  readonly storage: ScimStorage<C>;
  readonly registry: Registry;
  readonly reading: Reading;
  readonly limits: ScimLimits;
  /** URL of the service as this client reaches it, without a slash at the end. */
  readonly base: string;
  /** Hears of failures that are not the client's. */
  readonly report: (error: unknown) => void;
}

/** What is answered; without `body` and `text` the answer has no body. */
export interface Answer {
  readonly status: number;
  /** JSON. */
  readonly body?: unknown;
  /** The text of JSON that is too large to be held, in place of `body`. */
  readonly text?: AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @throws ScimError 403 when the connection may only read. */
export function requireWrite(connection: ScimConnection): void {
  if (!connection.scopes.has('write')) {
    throw new ScimError(403, 'This connection may only read');
  }
}

/** @throws ScimError 403 when the connection may not even read. */
export function requireRead(connection: ScimConnection): void {
  if (!connection.scopes.has('read')) {
    throw new ScimError(403, 'This connection may only write');
  }
}

/** The one answer for what is not there, is another organization's, or never was. */
export function notFound(id: string): ScimError {
  return new ScimError(404, `Resource ${shown(id)} not found`);
}

/** Ids are never as long, nor hold such characters: storage need not see them. */
export function isPossibleId(id: string): boolean {
  return id.length <= 256 && id.isWellFormed() && !id.includes('\0');
}

/** @throws ScimError 400 `invalidValue` when both are given (RFC 7644 section 3.9). */
export function checkExclusive(attributes: unknown, excludedAttributes: unknown): void {
  if (attributes !== undefined && excludedAttributes !== undefined) {
    throw badRequest('invalidValue', 'attributes and excludedAttributes exclude each other');
  }
}
