import { defaultFilterBounds, type FilterBounds } from './filter/filter.ts';

/** Everything that a client's input or patience is bounded by. Times are in milliseconds. */
export interface LdapLimits {
  /** Bytes of a message before a successful bind. */
  readonly anonymousMessageBytes: number;
  /** Bytes of a message after it. */
  readonly messageBytes: number;
  /** Levels of BER elements in a message. */
  readonly messageDepth: number;
  /** BER elements in a message. */
  readonly messageElements: number;
  readonly filter: FilterBounds;
  readonly controls: number;
  /** Attributes that one search asks for. */
  readonly attributes: number;
  /** Operations under way on a connection; at that many, nothing more is read from it. */
  readonly operationsInFlight: number;
  readonly connections: number;
  readonly connectionsPerAddress: number;
  readonly anonymousIdle: number;
  readonly idle: number;
  /** No byte could be written for so long. */
  readonly writeStall: number;
  /** From the first byte of a message to its last. */
  readonly messageTime: number;
  /** A search, unless the client wants less. */
  readonly operationTime: number;
  /** Entries of a search without paging. */
  readonly sizeLimit: number;
  /** Entries of a page. */
  readonly pageSize: number;
  /** Bytes waiting for a client, from which on its requests and searches rest. */
  readonly writeBufferBytes: number;
  /** What one search may take before others have their turn. */
  readonly slice: number;
  /** What the requests of one read may take before others have their turn. */
  readonly batch: number;
  /** From a notice of disconnection to cutting the connection. */
  readonly linger: number;
}

export const defaultLimits: LdapLimits = {
  anonymousMessageBytes: 16 * 1024,
  messageBytes: 1024 * 1024,
  messageDepth: 64,
  messageElements: 8192,
  filter: defaultFilterBounds,
  controls: 10,
  attributes: 64,
  operationsInFlight: 16,
  connections: 1000,
  connectionsPerAddress: 100,
  anonymousIdle: 30_000,
  idle: 15 * 60_000,
  writeStall: 10_000,
  messageTime: 10_000,
  operationTime: 10_000,
  sizeLimit: 1000,
  pageSize: 1000,
  writeBufferBytes: 128 * 1024,
  slice: 1,
  batch: 4,
  linger: 2000,
};
