import type { SecureContext } from 'node:tls';
import type { BerWriter } from '../ber/ber-writer.ts';
import type { PeerConnection } from '../directory.ts';
import type { CloseReason } from '../observer.ts';

/** The socket side of a connection, as the protocol side needs it. */
export interface Transport {
  readonly writer: BerWriter;
  readonly peer: PeerConnection;
  /** Bytes behind the message that is being handled. */
  readonly hasMoreInput: boolean;
  /** Sends what the writer holds; false while the client does not read. */
  flush(): boolean;
  /** Goes on with messages that wait because an operation was under way. */
  resume(): void;
  /** Sends what is written, then closes. */
  finish(reason: CloseReason): void;
  /** Sends what is written, then speaks TLS. */
  startTls(context: SecureContext): void;
}
