import { BerError, type BerReader, BerTag } from '../ber/ber-reader.ts';
import { decodeFilter } from '../filter/decode.ts';
import type { Filter, FilterBounds } from '../filter/filter.ts';
import { RequestError, ResultCode } from './result-code.ts';

/** Application tags of requests (RFC 4511 section 4.2 onward). */
export const RequestTag = {
  bind: 0x60,
  unbind: 0x42,
  search: 0x63,
  modify: 0x66,
  add: 0x68,
  delete: 0x4a,
  modifyDn: 0x6c,
  compare: 0x6e,
  abandon: 0x50,
  extended: 0x77,
} as const;

export interface BindRequest {
  readonly version: number;
  /** A DN, or any other name that the directory knows people by. */
  readonly name: string;
  /** The password of a simple bind; undefined for SASL and for kinds that are not known. */
  readonly password: Buffer | undefined;
}

export const scopes = ['base', 'one', 'subtree', 'subordinates'] as const;
export type Scope = (typeof scopes)[number];

export interface SearchRequest {
  readonly base: string;
  readonly scope: Scope;
  /** Entries; 0: as many as the server gives. */
  readonly sizeLimit: number;
  /** Seconds; 0: as long as the server takes. */
  readonly timeLimit: number;
  readonly typesOnly: boolean;
  readonly filter: Filter;
  readonly attributes: readonly string[];
}

export interface CompareRequest {
  readonly name: string;
  readonly attribute: string;
  readonly value: Buffer;
}

export interface ExtendedRequest {
  readonly oid: string;
  readonly value: Buffer | undefined;
}

/** RFC 4511 section 4.2. */
export function decodeBind(reader: BerReader): BindRequest {
  const outer = reader.enter(RequestTag.bind);
  const version = reader.readInteger();
  const name = reader.readText();
  let password: Buffer | undefined;
  if (reader.peekTag() === 0x80) password = reader.readOctets(0x80);
  else reader.skip();
  // LDAPv2 clients may append what version 3 has no place for; their version is refused anyway.
  if (version !== 3) reader.position = reader.end;
  reader.leave(outer);
  return { version, name, password };
}

export interface SearchBounds {
  readonly filter: FilterBounds;
  /** Attribute descriptions that one search may ask for. */
  readonly attributes: number;
}

/** RFC 4511 section 4.5.1. Throws RequestError for values out of range. */
export function decodeSearch(reader: BerReader, bounds: SearchBounds): SearchRequest {
  const outer = reader.enter(RequestTag.search);
  const base = reader.readText();
  const scope = scopes[reader.readInteger(BerTag.enumerated)];
  const dereference = reader.readInteger(BerTag.enumerated);
  const sizeLimit = reader.readInteger();
  const timeLimit = reader.readInteger();
  const typesOnly = reader.readBoolean();
  if (scope === undefined || dereference < 0 || dereference > 3 || sizeLimit < 0 || timeLimit < 0) {
    throw new RequestError(ResultCode.protocolError, 'a search parameter is out of range');
  }
  const filter = decodeFilter(reader, bounds.filter);
  const outerAttributes = reader.enter(BerTag.sequence);
  const attributes: string[] = [];
  while (!reader.atEnd) {
    if (attributes.length === bounds.attributes) {
      throw new RequestError(ResultCode.adminLimitExceeded, 'too many attributes asked for');
    }
    attributes.push(reader.readText());
  }
  reader.leave(outerAttributes);
  reader.leave(outer);
  return { base, scope, sizeLimit, timeLimit, typesOnly, filter, attributes };
}

/** RFC 4511 section 4.10. */
export function decodeCompare(reader: BerReader): CompareRequest {
  const outer = reader.enter(RequestTag.compare);
  const name = reader.readText();
  const outerAssertion = reader.enter(BerTag.sequence);
  const attribute = reader.readText();
  const value = reader.readOctets();
  reader.leave(outerAssertion);
  reader.leave(outer);
  return { name, attribute, value };
}

/** The message id to abandon (RFC 4511 section 4.11). */
export function decodeAbandon(reader: BerReader): number {
  return reader.readInteger(RequestTag.abandon);
}

/** RFC 4511 section 4.12. */
export function decodeExtended(reader: BerReader): ExtendedRequest {
  const outer = reader.enter(RequestTag.extended);
  const oid = reader.readText(0x80);
  const value = reader.peekTag() === 0x81 ? reader.readOctets(0x81) : undefined;
  reader.leave(outer);
  return { oid, value };
}

/** The message id that a cancel request names (RFC 3909 section 2.1). */
export function decodeCancelValue(reader: BerReader): number {
  const outer = reader.enter(BerTag.sequence);
  const id = reader.readInteger();
  reader.leave(outer);
  return id;
}

const writeTags: ReadonlySet<number> = new Set([
  RequestTag.modify,
  RequestTag.add,
  RequestTag.delete,
  RequestTag.modifyDn,
]);

/** One change of a modify request (RFC 4511 section 4.6): operation, attribute, values. */
export interface Modification {
  readonly operation: 'add' | 'delete' | 'replace' | 'increment';
  readonly attribute: string;
  readonly values: readonly Buffer[];
}

/** A request that would write (RFC 4511 sections 4.6 to 4.9). */
export type WriteRequest =
  | { readonly kind: 'modify'; readonly name: string; readonly changes: readonly Modification[] }
  | {
      readonly kind: 'add';
      readonly name: string;
      readonly attributes: readonly Omit<Modification, 'operation'>[];
    }
  | { readonly kind: 'delete'; readonly name: string }
  | {
      readonly kind: 'modifyDn';
      readonly name: string;
      readonly newRdn: string;
      readonly deleteOldRdn: boolean;
      readonly newSuperior: string | undefined;
    };

const modifyOperations = ['add', 'delete', 'replace', 'increment'] as const;

export function isWriteTag(tag: number): boolean {
  return writeTags.has(tag);
}

/** Reads a writing request whole, so that one that is broken is told from one that is refused. */
export function decodeWrite(reader: BerReader): WriteRequest {
  const tag = reader.peekTag();
  if (tag === RequestTag.delete) return { kind: 'delete', name: reader.readText(tag) };
  const outer = reader.enter(tag);
  const name = reader.readText();
  let request: WriteRequest;
  if (tag === RequestTag.modifyDn) {
    const newRdn = reader.readText();
    const deleteOldRdn = reader.readBoolean();
    const newSuperior = reader.peekTag() === 0x80 ? reader.readText(0x80) : undefined;
    request = { kind: 'modifyDn', name, newRdn, deleteOldRdn, newSuperior };
  } else {
    const outerList = reader.enter(BerTag.sequence);
    if (tag === RequestTag.add) {
      const attributes: Omit<Modification, 'operation'>[] = [];
      while (!reader.atEnd) attributes.push(decodeAttribute(reader));
      request = { kind: 'add', name, attributes };
    } else {
      const changes: Modification[] = [];
      while (!reader.atEnd) changes.push(decodeChange(reader));
      request = { kind: 'modify', name, changes };
    }
    reader.leave(outerList);
  }
  reader.leave(outer);
  return request;
}

function decodeChange(reader: BerReader): Modification {
  const outer = reader.enter(BerTag.sequence);
  const operation = modifyOperations[reader.readInteger(BerTag.enumerated)];
  if (operation === undefined) throw new BerError('unknown kind of change');
  const change = { operation, ...decodeAttribute(reader) };
  reader.leave(outer);
  return change;
}

function decodeAttribute(reader: BerReader): Omit<Modification, 'operation'> {
  const outer = reader.enter(BerTag.sequence);
  const attribute = reader.readText();
  const outerValues = reader.enter(BerTag.set);
  const values: Buffer[] = [];
  while (!reader.atEnd) values.push(reader.readOctets());
  reader.leave(outerValues);
  reader.leave(outer);
  return { attribute, values };
}
