import { BerError, BerTag } from './ber-reader.ts';

/** A declared message length is over the limit. */
export class OversizeError extends Error {
  override name = 'OversizeError';
}

const nothing = Buffer.alloc(0);

/**
 * Finds LDAPMessage envelopes (RFC 4511 section 4.1.1) in a byte stream, one at a time. Whole
 * messages are read where the socket left them; only the part of an unfinished one is copied, and
 * memory is taken for bytes that arrived, never for a length that was only declared.
 */
export class MessageFramer {
  buffer: Buffer = nothing;
  #start = 0;
  #end = 0;
  #ownsBuffer = false;

  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  append(chunk: Buffer): void {
    const pending = this.#end - this.#start;
    if (pending === 0) {
      this.buffer = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#ownsBuffer = false;
      return;
    }
    const needed = pending + chunk.length;
    if (!this.#ownsBuffer || needed > this.buffer.length - this.#start) {
      const grown = Buffer.allocUnsafeSlow(Math.max(512, needed + (needed >> 1)));
      this.buffer.copy(grown, 0, this.#start, this.#end);
      this.buffer = grown;
      this.#start = 0;
      this.#end = pending;
      this.#ownsBuffer = true;
    }
    chunk.copy(this.buffer, this.#end);
    this.#end += chunk.length;
  }

  /**
   * Start of the next whole message in `buffer`, or -1 while it is not complete; `end` of it is in
   * `messageEnd`. Throws BerError where no message can start, OversizeError over `maxBytes`.
   */
  next(maxBytes: number): number {
    const { buffer } = this;
    const start = this.#start;
    const available = this.#end - start;
    if (available === 0) {
      this.buffer = nothing;
      this.#start = 0;
      this.#end = 0;
      this.#ownsBuffer = false;
      return -1;
    }
    if (buffer[start] !== BerTag.sequence) throw new BerError('a message must be a sequence');
    if (available < 2) return -1;
    let length = buffer[start + 1] as number;
    let headerBytes = 2;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0) throw new BerError('indefinite length');
      if (octets > 4) throw new BerError('length of more than four octets');
      headerBytes += octets;
      if (available < headerBytes) return -1;
      length = buffer.readUIntBE(start + 2, octets);
    }
    if (headerBytes + length > maxBytes) {
      throw new OversizeError(`a message may have ${maxBytes} bytes`);
    }
    if (available < headerBytes + length) return -1;
    this.messageEnd = start + headerBytes + length;
    this.#start = this.messageEnd;
    return start;
  }

  messageEnd = 0;

  /** Forgets whatever has not been read. */
  clear(): void {
    this.buffer = nothing;
    this.#start = 0;
    this.#end = 0;
    this.#ownsBuffer = false;
  }
}
