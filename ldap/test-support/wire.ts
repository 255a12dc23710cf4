import { connect, type Socket } from 'node:net';
import { BerReader, BerTag } from '../ber/ber-reader.ts';
import { BerWriter } from '../ber/ber-writer.ts';
import { FilterTag } from '../filter/decode.ts';
import type { Filter } from '../filter/filter.ts';
import { RequestTag } from '../message/requests.ts';

const bounds = { elements: 100_000, depth: 64 };

/** An answer as it came over the wire. */
export interface WireMessage {
  readonly id: number;
  readonly tag: number;
  /** Result code, for answers that have one. */
  readonly code: number;
  /** matchedDN of a result, or the DN of an entry. */
  readonly dn: string;
  readonly diagnostic: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Everything, for byte for byte comparison. */
  readonly bytes: Buffer;
  readonly controls: Readonly<Record<string, Buffer>>;
}

export function request(
  id: number,
  operation: (writer: BerWriter) => void,
  controls: readonly { oid: string; critical?: boolean; value?: Uint8Array }[] = [],
): Buffer {
  const writer = new BerWriter();
  const message = writer.begin(BerTag.sequence);
  writer.integer(id);
  operation(writer);
  if (controls.length > 0) {
    const list = writer.begin(0xa0);
    for (const { oid, critical = false, value } of controls) {
      const control = writer.begin(BerTag.sequence);
      writer.text(oid);
      if (critical) writer.boolean(true);
      if (value !== undefined) writer.octets(value);
      writer.end(control);
    }
    writer.end(list);
  }
  writer.end(message);
  return writer.take();
}

export function bindRequest(
  id: number,
  dn: string,
  password: string,
  { version = 3, controls = [] }: { version?: number; controls?: { oid: string }[] } = {},
): Buffer {
  return request(
    id,
    (writer) => {
      const bind = writer.begin(RequestTag.bind);
      writer.integer(version);
      writer.text(dn);
      writer.text(password, 0x80);
      writer.end(bind);
    },
    controls,
  );
}

export interface SearchParts {
  readonly base?: string;
  readonly scope?: number;
  readonly sizeLimit?: number;
  readonly typesOnly?: boolean;
  readonly filter?: Filter;
  readonly attributes?: readonly string[];
  readonly controls?: readonly { oid: string; critical?: boolean; value?: Uint8Array }[];
}

export function searchRequest(
  id: number,
  {
    base = '',
    scope = 2,
    sizeLimit = 0,
    typesOnly = false,
    filter = { kind: 'present', attribute: 'objectClass' },
    attributes = [],
    controls = [],
  }: SearchParts = {},
): Buffer {
  return request(
    id,
    (writer) => {
      const search = writer.begin(RequestTag.search);
      writer.text(base);
      writer.integer(scope, BerTag.enumerated);
      writer.integer(0, BerTag.enumerated);
      writer.integer(sizeLimit);
      writer.integer(0);
      writer.boolean(typesOnly);
      writeFilter(writer, filter);
      const list = writer.begin(BerTag.sequence);
      for (const attribute of attributes) writer.text(attribute);
      writer.end(list);
      writer.end(search);
    },
    controls,
  );
}

export function extendedRequest(id: number, oid: string, value?: Uint8Array): Buffer {
  return request(id, (writer) => {
    const extended = writer.begin(RequestTag.extended);
    writer.text(oid, 0x80);
    if (value !== undefined) writer.octets(value, 0x81);
    writer.end(extended);
  });
}

/** Encodes a filter as clients do. */
export function writeFilter(writer: BerWriter, filter: Filter): void {
  const text = (value: string) => writer.text(value);
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const list = writer.begin(FilterTag[filter.kind]);
      for (const child of filter.filters) writeFilter(writer, child);
      writer.end(list);
      return;
    }
    case 'not': {
      const not = writer.begin(FilterTag.not);
      writeFilter(writer, filter.filter);
      writer.end(not);
      return;
    }
    case 'present':
      writer.text(filter.attribute, FilterTag.present);
      return;
    case 'substrings': {
      const item = writer.begin(FilterTag.substrings);
      text(filter.attribute);
      const pieces = writer.begin(BerTag.sequence);
      if (filter.initial !== undefined) writer.octets(filter.initial, 0x80);
      for (const piece of filter.any) writer.octets(piece, 0x81);
      if (filter.final !== undefined) writer.octets(filter.final, 0x82);
      writer.end(pieces);
      writer.end(item);
      return;
    }
    case 'extensible': {
      const item = writer.begin(FilterTag.extensible);
      if (filter.rule !== undefined) writer.text(filter.rule, 0x81);
      if (filter.attribute !== undefined) writer.text(filter.attribute, 0x82);
      writer.octets(filter.value, 0x83);
      if (filter.dnAttributes) writer.boolean(true, 0x84);
      writer.end(item);
      return;
    }
    default: {
      const item = writer.begin(FilterTag[filter.kind]);
      text(filter.attribute);
      writer.octets(filter.value);
      writer.end(item);
    }
  }
}

/** A client that sends any bytes and reads answers one by one. */
export class WireClient {
  readonly socket: Socket;
  #input = Buffer.alloc(0);
  #ended = false;
  #wake: (() => void) | undefined;
  chunks = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.attach(socket);
  }

  attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.chunks += 1;
      this.#input = Buffer.concat([this.#input, chunk]);
      this.#wake?.();
    });
    const end = () => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on('end', end).on('close', end).on('error', end);
  }

  static async connect(port: number): Promise<WireClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new WireClient(socket);
  }

  send(...messages: Uint8Array[]): this {
    this.socket.write(Buffer.concat(messages));
    return this;
  }

  /** The next answer; undefined once the server has closed the connection. */
  async next(): Promise<WireMessage | undefined> {
    for (;;) {
      const length = wholeMessage(this.#input);
      if (length > 0) {
        const message = decodeAnswer(this.#input.subarray(0, length));
        this.#input = this.#input.subarray(length);
        return message;
      }
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends one request and gathers its answers, the last one being its result. */
  async ask(message: Uint8Array): Promise<WireMessage[]> {
    this.send(message);
    const answers: WireMessage[] = [];
    for (;;) {
      const answer = await this.next();
      if (answer === undefined) return answers;
      answers.push(answer);
      if (answer.tag !== 0x64) return answers;
    }
  }

  async bind(dn: string, password = 'secret'): Promise<number | undefined> {
    return (await this.ask(bindRequest(1, dn, password)))[0]?.code;
  }

  /** Waits until the server has closed the connection; answers what it sent before. */
  async untilClosed(): Promise<WireMessage[]> {
    const answers: WireMessage[] = [];
    for (let next = await this.next(); next !== undefined; next = await this.next()) {
      answers.push(next);
    }
    return answers;
  }

  close(): void {
    this.socket.destroy();
  }
}

function wholeMessage(input: Buffer): number {
  if (input.length < 2) return 0;
  const first = input[1] ?? 0;
  if (first < 0x80) return input.length >= 2 + first ? 2 + first : 0;
  const octets = first & 0x7f;
  if (input.length < 2 + octets) return 0;
  const total = 2 + octets + input.readUIntBE(2, octets);
  return input.length >= total ? total : 0;
}

function decodeAnswer(bytes: Buffer): WireMessage {
  const reader = new BerReader().reset(bytes, 0, bytes.length, bounds);
  const outer = reader.enter(BerTag.sequence);
  const id = reader.readInteger();
  const tag = reader.peekTag();
  const operation = reader.enter(tag);
  const attributes: Record<string, string[]> = {};
  let code = -1;
  let diagnostic = '';
  if (tag !== 0x64) code = reader.readInteger(BerTag.enumerated);
  const dn = reader.readText();
  if (tag === 0x64) {
    const list = reader.enter(BerTag.sequence);
    while (!reader.atEnd) {
      const attribute = reader.enter(BerTag.sequence);
      const name = reader.readText();
      const set = reader.enter(BerTag.set);
      const values: string[] = [];
      while (!reader.atEnd) values.push(reader.readOctets().toString());
      attributes[name] = values;
      reader.leave(set);
      reader.leave(attribute);
    }
    reader.leave(list);
  } else {
    diagnostic = reader.readText();
    while (!reader.atEnd) {
      const extra = reader.peekTag() === 0x8a ? 'oid' : 'value';
      attributes[extra] = [reader.readOctets(reader.peekTag()).toString()];
    }
  }
  reader.leave(operation);
  const controls: Record<string, Buffer> = {};
  if (!reader.atEnd) {
    const list = reader.enter(0xa0);
    while (!reader.atEnd) {
      const control = reader.enter(BerTag.sequence);
      const oid = reader.readText();
      controls[oid] = reader.atEnd ? Buffer.alloc(0) : reader.readOctets();
      reader.leave(control);
    }
    reader.leave(list);
  }
  reader.leave(outer);
  return { id, tag, code, dn, diagnostic, attributes, bytes, controls };
}
