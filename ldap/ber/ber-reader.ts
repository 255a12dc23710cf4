import { decodeUtf8 } from './utf8.ts';

/** Universal tags that LDAP uses (RFC 4511 section 5.1). */
export const BerTag = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The bytes are not BER as RFC 4511 section 5.1 restricts it: nothing after them can be trusted. */
export class BerError extends Error {
  override name = 'BerError';
}

/** The bytes are sound so far, but hold more elements or levels than the reader was allowed. */
export class BerLimitError extends Error {
  override name = 'BerLimitError';
}

export interface BerBounds {
  /** Elements that may be read. */
  readonly elements: number;
  /** Levels of constructed elements that may be open at once. */
  readonly depth: number;
}

const emptyBuffer = Buffer.alloc(0);

/**
 * Reads definite-length BER in place: nothing is copied, and no memory is taken on the word of a
 * length octet. One reader can be used again for the next message by `reset`.
 */
export class BerReader {
  buffer: Buffer = emptyBuffer;
  position = 0;
  /** First byte behind the constructed element that is open. */
  end = 0;
  #elementsLeft = 0;
  #depthLeft = 0;

  reset(buffer: Buffer, start: number, end: number, bounds: BerBounds): this {
    this.buffer = buffer;
    this.position = start;
    this.end = end;
    this.#elementsLeft = bounds.elements;
    this.#depthLeft = bounds.depth;
    return this;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  /** The next tag, or -1 at the end of the open element. */
  peekTag(): number {
    return this.position < this.end ? (this.buffer[this.position] as number) : -1;
  }

  /** Consumes tag and length; leaves `position` at the content and answers where it ends. */
  readHeader(tag: number): number {
    if (this.peekTag() !== tag) {
      throw new BerError(`expected tag 0x${tag.toString(16)} at byte ${this.position}`);
    }
    return this.#readLength();
  }

  #readLength(): number {
    this.#elementsLeft -= 1;
    if (this.#elementsLeft < 0) throw new BerLimitError('too many elements in one message');
    const { buffer, end } = this;
    let at = this.position + 1;
    if (at >= end) throw new BerError('the message ends within a header');
    let length = buffer[at] as number;
    at += 1;
    if (length >= 0x80) {
      let octets = length & 0x7f;
      if (octets === 0) throw new BerError('indefinite length');
      if (octets > 4) throw new BerError('length of more than four octets');
      if (at + octets > end) throw new BerError('the message ends within a header');
      length = 0;
      for (; octets > 0; octets -= 1) {
        length = length * 256 + (buffer[at] as number);
        at += 1;
      }
    }
    if (length > end - at) throw new BerError('an element ends behind the one that holds it');
    this.position = at;
    return at + length;
  }

  /** Opens a constructed element; hand the answer to `leave`. */
  enter(tag: number): number {
    const contentEnd = this.readHeader(tag);
    this.#depthLeft -= 1;
    if (this.#depthLeft < 0) throw new BerLimitError('elements nested too deeply');
    const outerEnd = this.end;
    this.end = contentEnd;
    return outerEnd;
  }

  /** Closes the element that `enter` opened; all of it must have been read. */
  leave(outerEnd: number): void {
    if (this.position !== this.end) throw new BerError('unexpected bytes behind an element');
    this.end = outerEnd;
    this.#depthLeft += 1;
  }

  /** An INTEGER or ENUMERATED of up to four octets, or one tagged otherwise. */
  readInteger(tag: number = BerTag.integer): number {
    const contentEnd = this.readHeader(tag);
    const length = contentEnd - this.position;
    if (length < 1 || length > 4) throw new BerError('an integer must have one to four octets');
    let value = 0;
    let at = this.position;
    for (; at < contentEnd; at += 1) value = (value << 8) | (this.buffer[at] as number);
    const unused = 32 - 8 * length;
    this.position = contentEnd;
    return (value << unused) >> unused;
  }

  readBoolean(tag: number = BerTag.boolean): boolean {
    const contentEnd = this.readHeader(tag);
    if (contentEnd - this.position !== 1) throw new BerError('a boolean must have one octet');
    const value = this.buffer[this.position] !== 0;
    this.position = contentEnd;
    return value;
  }

  /** The octets themselves: a view of the message, not a copy. */
  readOctets(tag: number = BerTag.octetString): Buffer {
    const contentEnd = this.readHeader(tag);
    const octets = this.buffer.subarray(this.position, contentEnd);
    this.position = contentEnd;
    return octets;
  }

  /** UTF-8 text (LDAPString, RFC 4511 section 4.1.2). */
  readText(tag: number = BerTag.octetString): string {
    const contentEnd = this.readHeader(tag);
    const text = decodeUtf8(this.buffer, this.position, contentEnd);
    if (text === undefined) throw new BerError('text that is not UTF-8');
    this.position = contentEnd;
    return text;
  }

  /** Passes over one element, whatever it is. */
  skip(): void {
    if (this.position >= this.end) throw new BerError('an element is missing');
    this.position = this.#readLength();
  }
}
