import { BerTag } from '../ber/ber-reader.ts';
import type { BerWriter } from '../ber/ber-writer.ts';
import { type ResponseControl, writeControls } from './controls.ts';
import { Oid } from './oids.ts';
import { RequestTag } from './requests.ts';
import type { ResultCode } from './result-code.ts';

/** Application tags of responses. */
export const ResponseTag = {
  bind: 0x61,
  searchEntry: 0x64,
  searchDone: 0x65,
  modify: 0x67,
  add: 0x69,
  delete: 0x6b,
  modifyDn: 0x6d,
  compare: 0x6f,
  extended: 0x78,
  intermediate: 0x79,
} as const;

/** The tag that answers a request, or undefined for those that have no answer and unknown ones. */
export function responseTagOf(requestTag: number): number | undefined {
  return responseTags[requestTag];
}

const responseTags: { readonly [requestTag: number]: number } = {
  [RequestTag.bind]: ResponseTag.bind,
  [RequestTag.search]: ResponseTag.searchDone,
  [RequestTag.modify]: ResponseTag.modify,
  [RequestTag.add]: ResponseTag.add,
  [RequestTag.delete]: ResponseTag.delete,
  [RequestTag.modifyDn]: ResponseTag.modifyDn,
  [RequestTag.compare]: ResponseTag.compare,
  [RequestTag.extended]: ResponseTag.extended,
};

export interface Result {
  readonly messageId: number;
  /** One of ResponseTag. */
  readonly tag: number;
  readonly code: ResultCode;
  readonly matchedDn?: string;
  readonly diagnostic?: string;
  readonly controls?: readonly ResponseControl[];
  /** Extended responses only (RFC 4511 section 4.12). */
  readonly oid?: string;
  readonly value?: Uint8Array;
}

/** LDAPResult in its message (RFC 4511 section 4.1.9). */
export function writeResult(
  writer: BerWriter,
  { messageId, tag, code, matchedDn = '', diagnostic = '', controls, oid, value }: Result,
): void {
  const message = writer.begin(BerTag.sequence);
  writer.integer(messageId);
  const operation = writer.begin(tag);
  writer.integer(code, BerTag.enumerated);
  writer.text(matchedDn);
  writer.text(diagnostic);
  if (oid !== undefined) writer.text(oid, 0x8a);
  if (value !== undefined) writer.octets(value, 0x8b);
  writer.end(operation);
  if (controls !== undefined && controls.length > 0) writeControls(writer, controls);
  writer.end(message);
}

/** The unsolicited notification that a connection is about to be closed (RFC 4511 section 4.4.1). */
export function writeNoticeOfDisconnection(
  writer: BerWriter,
  code: ResultCode,
  diagnostic: string,
): void {
  writeResult(writer, {
    messageId: 0,
    tag: ResponseTag.extended,
    code,
    diagnostic,
    oid: Oid.noticeOfDisconnection,
  });
}
