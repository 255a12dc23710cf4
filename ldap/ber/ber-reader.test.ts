import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BerError, BerLimitError, BerReader, BerTag } from './ber-reader.ts';
import { BerWriter } from './ber-writer.ts';

function read(hex: string, { elements = 100, depth = 8 } = {}): BerReader {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return new BerReader().reset(bytes, 0, bytes.length, { elements, depth });
}

function written(write: (writer: BerWriter) => void): string {
  const writer = new BerWriter();
  write(writer);
  return writer.take().toString('hex');
}

describe('integers', () => {
  test.each([
    ['02 01 00', 0],
    ['02 01 7f', 127],
    ['02 02 00 80', 128],
    ['02 01 ff', -1],
    ['02 04 7f ff ff ff', 2 ** 31 - 1],
    ['02 04 80 00 00 00', -(2 ** 31)],
  ])('%s is %i', (hex, value) => {
    expect(read(hex).readInteger()).toBe(value);
  });

  test.each(['02 00', '02 05 01 00 00 00 00'])('%s is refused', (hex) => {
    expect(() => read(hex).readInteger()).toThrow(BerError);
  });

  test('are written as they are read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (value) => {
        expect(read(written((writer) => writer.integer(value))).readInteger()).toBe(value);
      }),
    );
  });
});

describe('lengths', () => {
  test.each([
    ['indefinite', '30 80 00 00'],
    ['more than four octets', '30 85 00 00 00 00 00'],
    ['behind the end', '04 05 61 62'],
    ['header cut off', '04'],
    ['length octets cut off', '04 82 01'],
    ['2 GiB', '04 84 7f ff ff ff'],
  ])('%s is refused', (_what, hex) => {
    expect(() => read(hex).skip()).toThrow(BerError);
  });

  test('of any size are written as they are read, also around what changes their own size', () => {
    for (const size of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 70_000]) {
      const value = Buffer.alloc(size, 'x');
      const hex = written((writer) => {
        const outer = writer.begin(BerTag.sequence);
        writer.octets(value);
        writer.end(outer);
      });
      const reader = read(hex);
      const outer = reader.enter(BerTag.sequence);
      expect(reader.readOctets().equals(value)).toBe(true);
      reader.leave(outer);
      expect(reader.atEnd).toBe(true);
    }
  });

  test('may be longer than they need be, as Active Directory writes them', () => {
    expect(read('04 84 00 00 00 02 68 69').readText()).toBe('hi');
  });
});

test('booleans are true for any octet but zero, and written as FF', () => {
  expect(read('01 01 00').readBoolean()).toBe(false);
  expect(read('01 01 01').readBoolean()).toBe(true);
  expect(written((writer) => writer.boolean(true))).toBe('0101ff');
});

test('text that is not UTF-8 is refused', () => {
  expect(read('04 02 c3 a9').readText()).toBe('é');
  expect(() => read('04 01 c3').readText()).toThrow(BerError);
});

test('text of any kind is written as it is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (value) => {
      expect(read(written((writer) => writer.text(value))).readText()).toBe(value);
    }),
  );
});

test('an element must not end behind the one that holds it, nor leave bytes over', () => {
  const reader = read('30 03 04 02 61 62');
  reader.enter(BerTag.sequence);
  expect(() => reader.readText()).toThrow(BerError);
  const other = read('30 04 04 01 61 00');
  const outer = other.enter(BerTag.sequence);
  other.readText();
  expect(() => other.leave(outer)).toThrow(BerError);
});

test('more elements or levels than allowed are refused', () => {
  const many = read('04 00'.repeat(5), { elements: 4 });
  expect(() => {
    while (!many.atEnd) many.readOctets();
  }).toThrow(BerLimitError);
  const deep = read('30 06 30 04 30 02 30 00', { depth: 3 });
  deep.enter(BerTag.sequence);
  deep.enter(BerTag.sequence);
  deep.enter(BerTag.sequence);
  expect(() => deep.enter(BerTag.sequence)).toThrow(BerLimitError);
});

test('any bytes are read or refused, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const reader = new BerReader().reset(Buffer.from(bytes), 0, bytes.length, {
        elements: 100,
        depth: 8,
      });
      try {
        while (!reader.atEnd) reader.skip();
      } catch (error) {
        expect(error).toBeInstanceOf(BerError);
      }
    }),
  );
});
