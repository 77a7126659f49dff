import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, fromHex, toHex } from '../../../domain/wire/bytes.ts';
import { readInts } from '../../../domain/wire/readInts.ts';
import { writeInts } from '../../../domain/wire/writeInts.ts';
import { readUtf8, writeUtf8 } from '../../../domain/wire/utf8.ts';
import { fc } from '../../harness/property.ts';

const ints = fc.oneof(
  fc.array(fc.maxSafeInteger(), { maxLength: 60 }),
  fc.array(fc.integer({ min: -5, max: 300 }), { maxLength: 60 }),
  fc.array(fc.constantFrom(3, 9, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER), { maxLength: 60 }),
);

describe('columns of integers', () => {
  it('give back any safe integers, with and without a sibling', () => {
    fc.assert(
      fc.property(ints, ints, (values, other) => {
        const sibling = { index: 4, values: values.map((_, i) => other[i % Math.max(1, other.length)] ?? 0) };
        const out = new ByteWriter();
        writeInts(out, values, [sibling]);
        const reader = new ByteReader(out.finish());
        expect(
          readInts(reader, values.length, (index) => (index === sibling.index ? sibling.values : undefined)),
        ).toEqual(values);
        expect(reader.end()).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  it('cost little where values repeat, rise or follow from another column', () => {
    const size = (values: number[], from?: number[]) => {
      const out = new ByteWriter();
      writeInts(out, values, from === undefined ? [] : [{ index: 1, values: from }]);
      return out.length;
    };
    const rising = Array.from({ length: 500 }, (_, i) => 1_790_000_000_000 + i * 60_000);
    expect(size(new Array<number>(500).fill(7))).toBe(2);
    expect(size(rising)).toBeLessThan(16);
    expect(
      size(
        rising.map((value) => value - 5),
        rising,
      ),
    ).toBe(4);
    expect(size(rising.map((_, i) => i % 2))).toBeLessThan(70);
  });

  it('refuse any other bytes without throwing, and always answer the count asked for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(70), (bytes, count) => {
        const reader = new ByteReader(bytes);
        const values = readInts(reader, count, (index) =>
          index === 1 ? new Array<number>(count).fill(5) : undefined,
        );
        expect(values).toHaveLength(count);
        expect(values.every(Number.isSafeInteger)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('basic values', () => {
  it('UTF-8 is that of the platform, and only its shortest form is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect([...writeUtf8(text)]).toEqual([...new TextEncoder().encode(text)]);
        expect(readUtf8(writeUtf8(text))).toBe(text);
      }),
    );
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = undefined;
        }
        expect(readUtf8(bytes)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('numbers have one form only', () => {
    const read = (...bytes: number[]) => {
      const reader = new ByteReader(Uint8Array.from(bytes));
      const value = reader.varint();
      return reader.end() ?? value;
    };
    expect(read(0x80, 0x01)).toBe(128);
    expect(read(0x80, 0x00)).toBe('MALFORMED');
    expect(read(0x80)).toBe('TRUNCATED');
    expect(read(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f)).toBe(Number.MAX_SAFE_INTEGER);
    expect(read(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10)).toBe('MALFORMED');
    const minusZero = new ByteReader(Uint8Array.of(0x40));
    minusZero.signed();
    expect(minusZero.end()).toBe('MALFORMED');
    expect(toHex(Uint8Array.of(0, 255, 16))).toBe('00ff10');
    expect(fromHex('00FF')).toBeUndefined();
  });
});
