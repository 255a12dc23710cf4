import { BerError, type BerReader, BerTag } from '../ber/ber-reader.ts';
import { BerWriter } from '../ber/ber-writer.ts';
import { RequestError, ResultCode } from './result-code.ts';

/** RFC 4511 section 4.1.11. */
export interface Control {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer | undefined;
}

const controlsTag = 0xa0;

/** Reads the controls behind an operation. Throws RequestError for too many, or one given twice. */
export function decodeControls(reader: BerReader, limit: number): readonly Control[] {
  const controls: Control[] = [];
  const outer = reader.enter(controlsTag);
  while (!reader.atEnd) {
    if (controls.length === limit) {
      throw new RequestError(ResultCode.adminLimitExceeded, 'too many controls');
    }
    const outerControl = reader.enter(BerTag.sequence);
    const oid = reader.readText();
    const critical = reader.peekTag() === BerTag.boolean ? reader.readBoolean() : false;
    const value = reader.peekTag() === BerTag.octetString ? reader.readOctets() : undefined;
    reader.leave(outerControl);
    if (controls.some((control) => control.oid === oid)) {
      throw new RequestError(ResultCode.protocolError, `control ${oid} is given twice`);
    }
    controls.push({ oid, critical, value });
  }
  reader.leave(outer);
  return controls;
}

/** A control of an answer. */
export interface ResponseControl {
  readonly oid: string;
  readonly value: Buffer;
}

export function writeControls(writer: BerWriter, controls: readonly ResponseControl[]): void {
  const list = writer.begin(controlsTag);
  for (const { oid, value } of controls) {
    const control = writer.begin(BerTag.sequence);
    writer.text(oid);
    writer.octets(value);
    writer.end(control);
  }
  writer.end(list);
}

/** The value of a paged results control: page size (or estimate) and cookie (RFC 2696 section 2). */
export interface PageRequest {
  readonly size: number;
  readonly cookie: Buffer;
}

/** Throws RequestError where the value is missing or is no such sequence. */
export function decodePageRequest(reader: BerReader, value: Buffer | undefined): PageRequest {
  try {
    if (value === undefined) throw new BerError('no value');
    reader.reset(value, 0, value.length, { elements: 3, depth: 1 });
    const outer = reader.enter(BerTag.sequence);
    const size = reader.readInteger();
    const cookie = reader.readOctets();
    reader.leave(outer);
    if (!reader.atEnd || reader.position !== value.length) throw new BerError('bytes behind it');
    if (size < 0) throw new BerError('negative size');
    return { size, cookie };
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new RequestError(ResultCode.protocolError, `paged results control: ${reason}`);
  }
}

export function encodePageResponse(cookie: Uint8Array): Buffer {
  const writer = new BerWriter({ keepBytes: 64 });
  const sequence = writer.begin(BerTag.sequence);
  writer.integer(0);
  writer.octets(cookie);
  writer.end(sequence);
  return writer.take();
}

/** changeAfterReset of draft-behera-ldap-password-policy-10 section 6.2. */
export const passwordMustChange = Buffer.from([0x30, 0x03, 0x81, 0x01, 0x02]);
