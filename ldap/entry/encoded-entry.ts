import { BerTag } from '../ber/ber-reader.ts';
import { BerWriter, elementOctets } from '../ber/ber-writer.ts';
import type { AttributeDescription } from '../schema/schema.ts';

/** The attributes that an entry has, in order: user ones first. Entries of a kind share one. */
export interface Shape {
  readonly descriptions: readonly AttributeDescription[];
  readonly userAttributes: number;
}

/** Gives entries with the same attributes the same Shape. */
export class ShapeRegistry {
  readonly #shapes = new Map<string, Shape>();

  intern(descriptions: readonly AttributeDescription[]): Shape {
    const key = descriptions.map(({ text }) => text).join(' ');
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      const userAttributes = descriptions.filter(({ type }) => !type.operational).length;
      shape = { descriptions, userAttributes };
      this.#shapes.set(key, shape);
    }
    return shape;
  }
}

/**
 * An entry's attributes as the content of a PartialAttributeList (RFC 4511 section 4.1.7): answers
 * copy it, filters read values in place.
 */
export class EncodedEntry {
  shape: Shape;
  bytes: Buffer;
  /** Where the user attributes end within `bytes`. */
  userEnd: number;

  constructor({ shape, bytes, userEnd }: EncodedAttributes) {
    this.shape = shape;
    this.bytes = bytes;
    this.userEnd = userEnd;
  }
}

export interface EncodedAttributes {
  readonly shape: Shape;
  readonly bytes: Buffer;
  readonly userEnd: number;
}

export interface AttributeValues {
  readonly description: AttributeDescription;
  readonly values: readonly Buffer[];
}

const scratch = new BerWriter();

/** Encodes attributes; `allocate` gives the bytes their place. */
export function encodeAttributes(
  attributes: readonly AttributeValues[],
  shapes: ShapeRegistry,
  allocate: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafeSlow(bytes),
): EncodedAttributes {
  const user = attributes.filter(({ description }) => !description.type.operational);
  const operational = attributes.filter(({ description }) => description.type.operational);
  const ordered = [...user, ...operational];
  scratch.length = 0;
  let userEnd = 0;
  ordered.forEach(({ description, values }, index) => {
    if (index === user.length) userEnd = scratch.length;
    const outer = scratch.begin(BerTag.sequence);
    scratch.text(description.text);
    scratch.header(
      BerTag.set,
      values.reduce((sum, value) => sum + elementOctets(value.length), 0),
    );
    for (const value of values) scratch.octets(value);
    scratch.end(outer);
  });
  if (operational.length === 0) userEnd = scratch.length;
  const bytes = allocate(scratch.length);
  scratch.buffer.copy(bytes, 0, 0, scratch.length);
  scratch.length = 0;
  return { shape: shapes.intern(ordered.map(({ description }) => description)), bytes, userEnd };
}

/** First content byte of the element at `at`. */
export function contentStart(bytes: Buffer, at: number): number {
  const first = bytes[at + 1] as number;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

/** First byte behind the element at `at`. */
export function elementEnd(bytes: Buffer, at: number): number {
  const first = bytes[at + 1] as number;
  if (first < 0x80) return at + 2 + first;
  let length = 0;
  const octets = first & 0x7f;
  for (let index = 0; index < octets; index += 1) {
    length = length * 256 + (bytes[at + 2 + index] as number);
  }
  return at + 2 + octets + length;
}

/** Where the attribute at a position of the shape starts. */
export function attributeStart(entry: EncodedAttributes, position: number): number {
  let at = 0;
  for (let index = 0; index < position; index += 1) at = elementEnd(entry.bytes, at);
  return at;
}

/** Walks the values of one attribute without copying: `start` and `end` bound the current one. */
export class ValueCursor {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  #next = 0;
  #last = 0;

  open(entry: EncodedAttributes, position: number): this {
    const { bytes } = entry;
    this.bytes = bytes;
    const attribute = attributeStart(entry, position);
    const set = elementEnd(bytes, contentStart(bytes, attribute));
    this.#next = contentStart(bytes, set);
    this.#last = elementEnd(bytes, set);
    return this;
  }

  next(): boolean {
    if (this.#next >= this.#last) return false;
    this.start = contentStart(this.bytes, this.#next);
    this.end = elementEnd(this.bytes, this.#next);
    this.#next = this.end;
    return true;
  }
}

/** The values of one attribute, as views. */
export function valuesAt(entry: EncodedEntry, position: number): Buffer[] {
  const values: Buffer[] = [];
  const cursor = new ValueCursor().open(entry, position);
  while (cursor.next()) values.push(entry.bytes.subarray(cursor.start, cursor.end));
  return values;
}
