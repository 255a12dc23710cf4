import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BerError } from './ber-reader.ts';
import { MessageFramer, OversizeError } from './message-framer.ts';

function message(content: Uint8Array): Buffer {
  const length =
    content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([0x30, ...length]), content]);
}

function frames(framer: MessageFramer, maxBytes = 100_000): Buffer[] {
  const found: Buffer[] = [];
  for (let start = framer.next(maxBytes); start >= 0; start = framer.next(maxBytes)) {
    found.push(Buffer.from(framer.buffer.subarray(start, framer.messageEnd)));
  }
  return found;
}

test('messages come out whole, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (contents, cuts) => {
        const messages = contents.map(message);
        const stream = Buffer.concat(messages);
        const framer = new MessageFramer();
        const found: Buffer[] = [];
        for (let at = 0, cut = 0; at < stream.length; cut += 1) {
          const size = cuts[cut % cuts.length] ?? 1;
          framer.append(stream.subarray(at, at + size));
          found.push(...frames(framer));
          at += size;
        }
        expect(found).toEqual(messages);
        expect(framer.pendingBytes).toBe(0);
      },
    ),
  );
});

test('a declared length takes no memory before its bytes come', () => {
  const framer = new MessageFramer();
  framer.append(Buffer.from([0x30, 0x83, 0x0f, 0xff, 0x00]));
  expect(frames(framer, 2 ** 20)).toEqual([]);
  framer.append(Buffer.from([1]));
  expect(framer.buffer.length).toBeLessThan(1024);
});

describe('refuses', () => {
  test.each([
    ['what is no sequence', [0x04, 0x01, 0x00], BerError],
    ['an indefinite length', [0x30, 0x80], BerError],
    ['a length of five octets', [0x30, 0x85, 0, 0, 0, 0, 0], BerError],
    ['more than it may have, at the header', [0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], OversizeError],
    ['one byte too many', [0x30, 99], OversizeError],
  ])('%s', (_what, bytes, expected) => {
    const framer = new MessageFramer();
    framer.append(Buffer.from(bytes));
    expect(() => framer.next(100)).toThrow(expected);
  });
});
