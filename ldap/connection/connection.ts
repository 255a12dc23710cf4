import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { BerError } from '../ber/ber-reader.ts';
import { MessageFramer, OversizeError } from '../ber/message-framer.ts';
import type { PeerConnection } from '../directory.ts';
import { writeNoticeOfDisconnection } from '../message/responses.ts';
import { ResultCode } from '../message/result-code.ts';
import type { CloseReason } from '../observer.ts';
import { RequestHandler } from './request-handler.ts';
import type { ServerContext } from './server-context.ts';
import type { Transport } from './transport.ts';

export interface ConnectionOptions<Identity> {
  readonly socket: Socket;
  readonly number: number;
  readonly context: ServerContext<Identity>;
  /** TLS from the first byte on. */
  readonly secureContext: SecureContext | undefined;
  readonly onClosed: (connection: Connection<Identity>) => void;
}

/**
 * The socket side of one connection. All messages of one read are handled in one turn, and all their
 * answers leave in one write.
 */
export class Connection<Identity> implements Transport {
  readonly number: number;
  readonly address: string;
  readonly #context: ServerContext<Identity>;
  readonly #handler: RequestHandler<Identity>;
  readonly #framer = new MessageFramer();
  readonly #onClosed: (connection: Connection<Identity>) => void;
  #socket: Socket;
  #secure: boolean;
  #working = false;
  #closed = false;
  /** Why the connection is about to be closed; nothing more is read. */
  #ending: CloseReason | undefined;
  #endedAt = 0;
  #draining = false;
  /** Took its share of this turn; goes on in its next. */
  #deferred = false;
  /** Last byte from the client or last answer. */
  #activeAt = performance.now();
  /** First byte of a message that is not complete; 0 for none. */
  #partialSince = 0;
  /** Since when nothing could be written; 0 while writing goes on. */
  #stalledSince = 0;
  #stalledAtBytes = 0;

  constructor({ socket, number, context, secureContext, onClosed }: ConnectionOptions<Identity>) {
    this.number = number;
    this.address = socket.remoteAddress ?? '';
    this.#context = context;
    this.#onClosed = onClosed;
    this.#handler = new RequestHandler(context, this);
    socket.setNoDelay(true);
    this.#secure = secureContext !== undefined;
    this.#socket = socket;
    if (secureContext === undefined) this.#listen(socket);
    else this.#secureSocket(secureContext);
  }

  get writer() {
    return this.#context.writer;
  }

  get peer(): PeerConnection {
    return { address: this.address, secure: this.#secure };
  }

  get hasMoreInput(): boolean {
    return this.#framer.pendingBytes > 0;
  }

  #listen(socket: Socket): void {
    socket.on('data', this.#onData).on('drain', this.#onDrain).on('end', this.#onEnd);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#close(error.code?.startsWith('ERR_SSL') ? 'tls-failed' : 'client');
    });
    socket.on('close', () => this.#close('client'));
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#ending !== undefined) return;
    this.#activeAt = performance.now();
    this.#framer.append(chunk);
    this.resume();
  };

  readonly #onDrain = (): void => {
    this.#handler.drained();
    this.resume();
  };

  readonly #onEnd = (): void => {
    if (this.#ending === undefined) this.finish('client');
    else this.#close(this.#ending);
  };

  #secureSocket(secureContext: SecureContext): void {
    const plain = this.#socket;
    plain.off('data', this.#onData).off('drain', this.#onDrain).off('end', this.#onEnd);
    plain.pause();
    const secured = new TLSSocket(plain, { isServer: true, secureContext });
    this.#socket = secured;
    this.#secure = true;
    this.#listen(secured);
    secured.resume();
  }

  startTls(context: SecureContext): void {
    this.flush();
    this.#secureSocket(context);
  }

  /** Handles what has been read, as far as limits and the client's own reading allow. */
  resume(): void {
    if (this.#working || this.#closed) return;
    this.#working = true;
    const { limits } = this.#context;
    const deadline = performance.now() + limits.batch;
    try {
      while (this.#mayHandle()) {
        const bytes = this.#handler.isBound ? limits.messageBytes : limits.anonymousMessageBytes;
        const start = this.#framer.next(bytes);
        if (start < 0) break;
        this.#partialSince = 0;
        this.#handler.handle(this.#framer.buffer, start, this.#framer.messageEnd);
        if (this.writer.length > limits.writeBufferBytes / 2) this.flush();
        if (performance.now() > deadline) {
          this.#deferred = true;
          this.#context.scheduler.add({ run: () => this.#nextTurn() });
        }
      }
    } catch (error) {
      this.#refuse(error);
    }
    this.flush();
    this.#working = false;
    this.#settle();
  }

  #nextTurn(): false {
    this.#deferred = false;
    this.resume();
    return false;
  }

  #mayHandle(): boolean {
    return (
      this.#ending === undefined &&
      !this.#draining &&
      !this.#deferred &&
      !this.#handler.isFull &&
      this.#socket.writableLength < this.#context.limits.writeBufferBytes
    );
  }

  /** Broken input ends this connection, and only this one (RFC 4511 section 4.4.1). */
  #refuse(error: unknown): void {
    if (error instanceof OversizeError) {
      this.#notify(ResultCode.protocolError, error.message, 'oversize-message');
    } else if (error instanceof BerError) {
      this.#notify(ResultCode.protocolError, error.message, 'broken-message');
    } else {
      this.#context.observer.fault?.(error);
      this.#notify(ResultCode.other, 'internal error', 'fault');
    }
  }

  /** Brings reading and the clocks in line with what is left to do. */
  #settle(): void {
    if (this.#closed || this.#ending !== undefined) return;
    if (this.#draining && this.#handler.isIdle) {
      this.#notify(ResultCode.unavailable, 'the server is shutting down', 'shutdown');
      return;
    }
    const waiting = this.#framer.pendingBytes > 0;
    const blocked = !this.#mayHandle();
    if (!waiting || blocked) this.#partialSince = 0;
    else if (this.#partialSince === 0) this.#partialSince = performance.now();
    if (blocked && waiting) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  flush(): boolean {
    const { writer } = this;
    if (writer.length === 0) return true;
    const bytes = writer.take();
    if (this.#closed || this.#socket.destroyed || this.#socket.writableEnded) return false;
    this.#activeAt = performance.now();
    this.#socket.write(bytes);
    return this.#socket.writableLength < this.#context.limits.writeBufferBytes;
  }

  #notify(code: ResultCode, diagnostic: string, reason: CloseReason): void {
    // The writer is shared: nothing may be left in it by a connection that sends no more.
    if (this.#ending !== undefined || this.#closed) return;
    writeNoticeOfDisconnection(this.writer, code, diagnostic);
    this.finish(reason);
  }

  finish(reason: CloseReason): void {
    if (this.#ending !== undefined || this.#closed) return;
    this.flush();
    this.#ending = reason;
    this.#endedAt = performance.now();
    this.#handler.abandonAll();
    this.#framer.clear();
    // What still comes is read and dropped, so that a reset does not overtake the last answer.
    this.#socket.end();
    this.#socket.resume();
  }

  /** Refuses a connection that is one too many. */
  turnAway(): void {
    if (this.#secure) this.#close('too-many-connections');
    else this.#notify(ResultCode.busy, 'too many connections', 'too-many-connections');
  }

  /** Finishes what is under way, reads nothing more, and closes with a notice. */
  drain(): void {
    this.#draining = true;
    this.#settle();
  }

  destroy(reason: CloseReason): void {
    this.#close(reason);
  }

  #close(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ending ??= reason;
    this.#handler.abandonAll();
    this.#framer.clear();
    this.#socket.destroy();
    this.#context.observer.connectionClosed?.(this.number, this.#ending);
    this.#onClosed(this);
  }

  /** Looks at the clocks; called about once a second. */
  sweep(now: number): void {
    const { limits } = this.#context;
    if (this.#ending !== undefined) {
      if (now - this.#endedAt > limits.linger) this.#close(this.#ending);
      return;
    }
    this.#watchWriting(now);
    if (this.#stalledSince > 0 && now - this.#stalledSince > limits.writeStall) {
      this.#close('write-stall');
    } else if (this.#partialSince > 0 && now - this.#partialSince > limits.messageTime) {
      this.#notify(ResultCode.protocolError, 'a message took too long', 'slow-message');
    } else if (this.#handler.isIdle) {
      const idle = this.#handler.isBound ? limits.idle : limits.anonymousIdle;
      if (now - this.#activeAt > idle) {
        this.#notify(ResultCode.unavailable, 'idle for too long', 'idle');
      }
    }
  }

  #watchWriting(now: number): void {
    const { writableLength, bytesWritten } = this.#socket;
    const sent = bytesWritten - writableLength;
    if (writableLength === 0) this.#stalledSince = 0;
    else if (this.#stalledSince === 0 || sent !== this.#stalledAtBytes) this.#stalledSince = now;
    this.#stalledAtBytes = sent;
  }
}
