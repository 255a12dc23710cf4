import type { ResultCode } from './message/result-code.ts';

export type OperationName =
  | 'bind'
  | 'unbind'
  | 'search'
  | 'compare'
  | 'write'
  | 'extended'
  | 'abandon';

export interface OperationEvent {
  readonly operation: OperationName;
  readonly code: ResultCode;
  readonly seconds: number;
}

/** Why a connection ended. */
export type CloseReason =
  | 'client'
  | 'broken-message'
  | 'oversize-message'
  | 'idle'
  | 'slow-message'
  | 'write-stall'
  | 'too-many-connections'
  | 'tls-failed'
  | 'shutdown'
  | 'fault';

/** Hooks for metrics and logs. Nothing they are given names a person or carries what one sent. */
export interface LdapObserver {
  operation?(event: OperationEvent): void;
  connectionOpened?(connection: number): void;
  connectionClosed?(connection: number, reason: CloseReason): void;
  /** An exception that should not have been: the operation was answered with `other`. */
  fault?(error: unknown): void;
}
