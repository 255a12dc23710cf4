import { isUtf8 } from 'node:buffer';

/**
 * Text of a byte range, or undefined where the bytes are not UTF-8. Short ASCII, which is nearly
 * everything a directory sees, never leaves JavaScript.
 */
export function decodeUtf8(bytes: Buffer, start: number, end: number): string | undefined {
  for (let at = start; at < end; at += 1) {
    if ((bytes[at] as number) > 0x7f) {
      const part = bytes.subarray(start, end);
      return isUtf8(part) ? part.toString('utf8') : undefined;
    }
  }
  return bytes.toString('latin1', start, end);
}
