import { BerTag } from './ber-reader.ts';

/** Octets that a length field takes: minimal, definite (RFC 4511 section 5.1). */
export function lengthOctets(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  if (length < 0x10000) return 3;
  return length < 0x1000000 ? 4 : 5;
}

/** Octets of a whole element with one tag octet and a content of `length`. */
export function elementOctets(length: number): number {
  return 1 + lengthOctets(length) + length;
}

/** Octets of the content of a non-negative INTEGER below 2^31. */
export function integerOctets(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x8000) return 2;
  return value < 0x800000 ? 3 : 4;
}

/** Appends definite-length BER to a buffer that grows; the same writer serves many messages. */
export class BerWriter {
  buffer: Buffer;
  length = 0;
  readonly #keepBytes: number;

  /** `keepBytes`: capacity that `take` keeps for the next message. */
  constructor({ keepBytes = 64 * 1024 }: { keepBytes?: number } = {}) {
    this.#keepBytes = keepBytes;
    this.buffer = Buffer.allocUnsafeSlow(keepBytes);
  }

  /** Makes room for `more` bytes behind what is written. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  /** A copy of what was written; the writer is empty afterwards. */
  take(): Buffer {
    const { buffer, length } = this;
    this.length = 0;
    if (buffer.length > this.#keepBytes) {
      this.buffer = Buffer.allocUnsafeSlow(this.#keepBytes);
      return buffer.subarray(0, length);
    }
    const taken = Buffer.allocUnsafe(length);
    buffer.copy(taken, 0, 0, length);
    return taken;
  }

  header(tag: number, length: number): void {
    this.reserve(6);
    const { buffer } = this;
    let at = this.length;
    buffer[at] = tag;
    at += 1;
    if (length >= 0x80) {
      let octets = lengthOctets(length) - 1;
      buffer[at] = 0x80 | octets;
      at += 1;
      for (octets -= 1; octets > 0; octets -= 1) {
        buffer[at] = (length >>> (8 * octets)) & 0xff;
        at += 1;
      }
    }
    buffer[at] = length & 0xff;
    this.length = at + 1;
  }

  /** Opens a constructed element whose length is not known yet; hand the answer to `end`. */
  begin(tag: number): number {
    this.reserve(2);
    this.buffer[this.length] = tag;
    this.length += 2;
    return this.length;
  }

  /** Closes what `begin` opened, moving the content where the length takes more than one octet. */
  end(contentStart: number): void {
    const length = this.length - contentStart;
    const more = lengthOctets(length) - 1;
    if (more > 0) {
      this.reserve(more);
      this.buffer.copyWithin(contentStart + more, contentStart, this.length);
      this.length += more;
    }
    const written = this.length;
    this.length = contentStart - 2;
    this.header(this.buffer[contentStart - 2] as number, length);
    this.length = written;
  }

  /** A non-negative integer below 2^31. */
  integer(value: number, tag: number = BerTag.integer): void {
    let octets = integerOctets(value);
    this.header(tag, octets);
    this.reserve(4);
    for (; octets > 0; octets -= 1) {
      this.buffer[this.length] = (value >>> (8 * (octets - 1))) & 0xff;
      this.length += 1;
    }
  }

  boolean(value: boolean, tag: number = BerTag.boolean): void {
    this.header(tag, 1);
    this.reserve(1);
    this.buffer[this.length] = value ? 0xff : 0;
    this.length += 1;
  }

  octets(value: Uint8Array, tag: number = BerTag.octetString): void {
    this.header(tag, value.length);
    this.raw(value, 0, value.length);
  }

  text(value: string, tag: number = BerTag.octetString): void {
    const length = Buffer.byteLength(value);
    this.header(tag, length);
    this.rawText(value, length);
  }

  /** Bytes that are BER already. */
  raw(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    if (end - start > 24) this.buffer.set(source.subarray(start, end), this.length);
    else {
      for (let at = start; at < end; at += 1) {
        this.buffer[this.length + at - start] = source[at] as number;
      }
    }
    this.length += end - start;
  }

  /** UTF-8 text without a header; `length` is its count of bytes. */
  rawText(value: string, length: number): void {
    this.reserve(length);
    if (length === value.length && length <= 24) {
      for (let at = 0; at < length; at += 1) {
        this.buffer[this.length + at] = value.charCodeAt(at);
      }
    } else this.buffer.write(value, this.length, length, 'utf8');
    this.length += length;
  }
}
