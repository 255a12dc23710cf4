import { BerReader } from '../ber/ber-reader.ts';
import { decodeUtf8 } from '../ber/utf8.ts';
import type { Ava, Dn } from './dn.ts';

export interface DnBounds {
  /** Characters of the whole text. */
  readonly length: number;
  /** RDNs. */
  readonly depth: number;
  /** AVAs of one RDN. */
  readonly avas: number;
}

export const defaultDnBounds: DnBounds = { length: 8192, depth: 64, avas: 16 };

/**
 * Reads a DN (RFC 4514), and what older clients write: `;` between RDNs, quoted values, spaces
 * around separators, an `OID.` prefix (RFC 2253 section 4). Answers undefined for text that is no
 * DN or is over the bounds.
 */
export function parseDn(text: string, bounds: DnBounds = defaultDnBounds): Dn | undefined {
  if (text.length > bounds.length) return undefined;
  const dn: Ava[][] = [];
  if (/^ *$/.test(text)) return dn;
  const scanner = new DnScanner(text);
  for (;;) {
    const rdn: Ava[] = [];
    if (dn.length === bounds.depth) return undefined;
    dn.push(rdn);
    for (;;) {
      const ava = scanner.ava();
      if (ava === undefined || rdn.length === bounds.avas) return undefined;
      rdn.push(ava);
      if (scanner.separator !== '+') break;
    }
    if (scanner.separator === '') return dn;
  }
}

const typeForm = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)$/;

class DnScanner {
  readonly #text: string;
  #at = 0;
  /** What stood behind the last AVA: `,` or `+`, or nothing at the end. */
  separator = '';

  constructor(text: string) {
    this.#text = text;
  }

  ava(): Ava | undefined {
    const equals = this.#text.indexOf('=', this.#at);
    if (equals < 0) return undefined;
    const type = this.#text
      .slice(this.#at, equals)
      .trim()
      .replace(/^oid\./i, '');
    if (!typeForm.test(type)) return undefined;
    this.#at = equals + 1;
    this.#skipSpaces();
    const first = this.#text[this.#at];
    const value = first === '#' ? this.#hexValue() : first === '"' ? this.#quoted() : this.#plain();
    if (value === undefined || !this.#readSeparator()) return undefined;
    return { type, value };
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }

  #readSeparator(): boolean {
    this.#skipSpaces();
    const character = this.#text[this.#at];
    this.#at += 1;
    if (character === undefined) this.separator = '';
    else if (character === ',' || character === ';') this.separator = ',';
    else if (character === '+') this.separator = '+';
    else return false;
    return true;
  }

  /** `#` and the BER of the value (RFC 4514 section 2.4). */
  #hexValue(): string | undefined {
    const digits = /^#((?:[0-9a-fA-F]{2})+)/.exec(this.#text.slice(this.#at));
    if (digits?.[1] === undefined) return undefined;
    this.#at += digits[0].length;
    const bytes = Buffer.from(digits[1], 'hex');
    const reader = new BerReader().reset(bytes, 0, bytes.length, { elements: 1, depth: 0 });
    try {
      const octets = reader.readOctets(reader.peekTag());
      if (!reader.atEnd) return undefined;
      return decodeUtf8(octets, 0, octets.length);
    } catch {
      return undefined;
    }
  }

  #quoted(): string | undefined {
    this.#at += 1;
    const octets = new OctetText();
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return undefined;
      if (character === '"') break;
      if (character === '\\') {
        if (!this.#escaped(octets)) return undefined;
      } else {
        octets.character(character);
        this.#at += 1;
      }
    }
    this.#at += 1;
    return octets.finish();
  }

  #plain(): string | undefined {
    const octets = new OctetText();
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || ',;+'.includes(character)) break;
      if (character === '\\') {
        if (!this.#escaped(octets)) return undefined;
        octets.keepSpaces();
      } else {
        if ('"<>\0'.includes(character)) return undefined;
        octets.character(character);
        this.#at += 1;
      }
    }
    return octets.finish({ trimEnd: true });
  }

  #escaped(octets: OctetText): boolean {
    const next = this.#text[this.#at + 1];
    if (next === undefined) return false;
    const hex = this.#text.slice(this.#at + 1, this.#at + 3);
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      octets.octet(Number.parseInt(hex, 16));
      this.#at += 3;
      return true;
    }
    if (!' "#+,;<=>\\'.includes(next)) return false;
    octets.character(next);
    this.#at += 2;
    return true;
  }
}

/** Text put together of characters and of octets that are UTF-8 only together. */
class OctetText {
  #text = '';
  #octets: number[] = [];
  #valid = true;
  #kept = 0;

  character(character: string): void {
    this.#flush();
    this.#text += character;
  }

  octet(octet: number): void {
    this.#octets.push(octet);
  }

  /** What is there so far was escaped: `trimEnd` leaves it. */
  keepSpaces(): void {
    this.#kept = this.#text.length + this.#octets.length;
  }

  finish({ trimEnd = false }: { trimEnd?: boolean } = {}): string | undefined {
    const pendingOctets = this.#octets.length > 0;
    this.#flush();
    if (!this.#valid) return undefined;
    if (!trimEnd || pendingOctets) return this.#text;
    let end = this.#text.length;
    while (end > this.#kept && this.#text[end - 1] === ' ') end -= 1;
    return this.#text.slice(0, end);
  }

  #flush(): void {
    if (this.#octets.length === 0) return;
    const bytes = Buffer.from(this.#octets);
    const text = decodeUtf8(bytes, 0, bytes.length);
    if (text === undefined) this.#valid = false;
    else this.#text += text;
    this.#kept = this.#text.length;
    this.#octets = [];
  }
}
