import { BerTag } from '../ber/ber-reader.ts';
import { type BerWriter, elementOctets, integerOctets } from '../ber/ber-writer.ts';
import { ResponseTag } from '../message/responses.ts';
import { attributeStart, contentStart, type EncodedEntry, elementEnd } from './encoded-entry.ts';
import type { Selection } from './selection.ts';
import type { Visibility } from './visibility.ts';

export interface EntryAnswer<E extends EncodedEntry> {
  readonly messageId: number;
  readonly dn: string;
  readonly entry: E;
  readonly selection: Selection<E>;
  /** Names of attributes without their values. */
  readonly typesOnly: boolean;
  readonly visibility: Visibility<E>;
}

/** SearchResultEntry in its message (RFC 4511 section 4.5.2). */
export function writeEntry<E extends EncodedEntry>(
  writer: BerWriter,
  { messageId, dn, entry, selection, typesOnly, visibility }: EntryAnswer<E>,
): void {
  const { positions, exactlyUser } = selection.positions(entry.shape);
  const virtuals = selection.virtuals.filter(
    (virtual) =>
      (visibility.attribute === undefined || visibility.attribute(entry, virtual.type)) &&
      virtual.has(entry, visibility),
  );
  if (exactlyUser && !typesOnly && virtuals.length === 0 && visibility.attribute === undefined) {
    writeUserAttributes(writer, messageId, dn, entry);
    return;
  }
  const message = writer.begin(BerTag.sequence);
  writer.integer(messageId);
  const operation = writer.begin(ResponseTag.searchEntry);
  writer.text(dn);
  const attributes = writer.begin(BerTag.sequence);
  for (const position of positions) {
    const type = entry.shape.descriptions[position]?.type;
    if (type === undefined || visibility.attribute?.(entry, type) === false) continue;
    writeStored(writer, entry, position, typesOnly);
  }
  for (const virtual of virtuals) {
    const attribute = writer.begin(BerTag.sequence);
    writer.text(virtual.type.name);
    const set = writer.begin(BerTag.set);
    if (!typesOnly) for (const value of virtual.values(entry, visibility)) writer.text(value);
    writer.end(set);
    writer.end(attribute);
  }
  writer.end(attributes);
  writer.end(operation);
  writer.end(message);
}

/** What nearly every search asks for: all lengths are known, and the attributes are one copy. */
function writeUserAttributes(
  writer: BerWriter,
  messageId: number,
  dn: string,
  { bytes, userEnd }: EncodedEntry,
): void {
  const dnLength = Buffer.byteLength(dn);
  const operation = elementOctets(dnLength) + elementOctets(userEnd);
  const message = 2 + integerOctets(messageId) + elementOctets(operation);
  writer.reserve(message + 6);
  writer.header(BerTag.sequence, message);
  writer.integer(messageId);
  writer.header(ResponseTag.searchEntry, operation);
  writer.header(BerTag.octetString, dnLength);
  writer.rawText(dn, dnLength);
  writer.header(BerTag.sequence, userEnd);
  writer.raw(bytes, 0, userEnd);
}

function writeStored(
  writer: BerWriter,
  entry: EncodedEntry,
  position: number,
  typesOnly: boolean,
): void {
  const { bytes } = entry;
  const start = attributeStart(entry, position);
  if (!typesOnly) {
    writer.raw(bytes, start, elementEnd(bytes, start));
    return;
  }
  const name = contentStart(bytes, start);
  const attribute = writer.begin(BerTag.sequence);
  writer.raw(bytes, name, elementEnd(bytes, name));
  writer.header(BerTag.set, 0);
  writer.end(attribute);
}
