/**
 * Writing and reading of the wire's basic values. The reader never throws: the first value that does not fit
 * sets `fault`, and from then on it answers zeros, so that a decoder checks once at its end. Loops in decoders
 * are bounded by limits that are checked before, never by what the bytes claim.
 */
import { readUtf8, writeUtf8 } from './utf8.ts';

export type WireFault = 'TRUNCATED' | 'MALFORMED' | 'TOO_LARGE';

const HEX = '0123456789abcdef';

/** Lower-case hexadecimal of bytes. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15);
  return text;
}

/** The bytes of lower-case hexadecimal; undefined if it is anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** Whether two byte strings are equal. Not for secrets: its time depends on the content. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** How many bytes `ByteWriter.varint` writes. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1;
  return length;
}

/** How many bytes `ByteWriter.signed` writes. */
export function signedLength(value: number): number {
  const magnitude = Math.abs(value);
  return magnitude < 0x40 ? 1 : 1 + varintLength(Math.floor(magnitude / 0x40));
}

export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** One byte, 0 to 255. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** A non-negative safe integer: seven bits a byte, lowest first, the top bit says that more follow. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** A safe integer: as `varint`, but the first byte holds the sign (0x40) and six bits of the magnitude. */
  signed(value: number): void {
    const magnitude = Math.abs(value);
    const first = (magnitude % 0x40) | (value < 0 ? 0x40 : 0);
    if (magnitude < 0x40) {
      this.byte(first);
      return;
    }
    this.byte(first | 0x80);
    this.varint(Math.floor(magnitude / 0x40));
  }

  /** Text as the number of its UTF-8 bytes and those bytes. It must be well-formed. */
  text(value: string): void {
    const encoded = writeUtf8(value);
    this.varint(encoded.length);
    this.bytes(encoded);
  }

  /** Numbers of 0 to 2^width - 1 side by side, lowest bit first, the last byte filled with zeros. */
  bits(values: readonly number[], widthOf: (index: number) => number): void {
    let pending = 0;
    let filled = 0;
    values.forEach((value, index) => {
      let rest = value;
      let left = widthOf(index);
      while (left > 0) {
        const room = Math.min(8 - filled, left);
        const step = 2 ** room;
        pending |= (rest % step) << filled;
        rest = Math.floor(rest / step);
        filled += room;
        left -= room;
        if (filled === 8) {
          this.byte(pending);
          pending = 0;
          filled = 0;
        }
      }
    });
    if (filled > 0) this.byte(pending);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

export class ByteReader {
  readonly #source: Uint8Array;
  #at = 0;
  #fault: WireFault | null = null;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  /** The first thing that was wrong, or null. */
  get fault(): WireFault | null {
    return this.#fault;
  }
  get remaining(): number {
    return this.#source.length - this.#at;
  }
  /** How many bytes were read. */
  get position(): number {
    return this.#at;
  }

  fail(fault: WireFault): void {
    this.#fault ??= fault;
    this.#at = this.#source.length;
  }

  byte(): number {
    const value = this.#source[this.#at];
    if (value === undefined) {
      this.fail('TRUNCATED');
      return 0;
    }
    this.#at += 1;
    return value;
  }

  /** A view of the next bytes, not a copy; empty if there are not as many. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) {
      this.fail('TRUNCATED');
      return new Uint8Array(0);
    }
    this.#at += length;
    return this.#source.subarray(this.#at - length, this.#at);
  }

  /** Reads the bytes of `ByteWriter.varint`; refuses a longer form than needed and what is above `max`. */
  varint(max: number = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER || (byte === 0 && scale > 1)) {
        this.fail('MALFORMED');
        return 0;
      }
      if (byte < 0x80) break;
    }
    if (value > max) this.fail('TOO_LARGE');
    return this.#fault === null ? value : 0;
  }

  signed(): number {
    const first = this.byte();
    let magnitude = first & 0x3f;
    if (first >= 0x80) {
      const rest = this.varint();
      // The short form must be used where it suffices.
      if (rest === 0) this.fail('MALFORMED');
      magnitude += rest * 0x40;
    }
    const negative = (first & 0x40) !== 0;
    if (!Number.isSafeInteger(magnitude) || (negative && magnitude === 0)) this.fail('MALFORMED');
    if (this.#fault !== null) return 0;
    return negative ? -magnitude : magnitude;
  }

  /** Reads text of at most `maxBytes` UTF-8 bytes. */
  text(maxBytes: number): string {
    const encoded = this.bytes(this.varint(maxBytes));
    const value = readUtf8(encoded);
    if (value === undefined) this.fail('MALFORMED');
    return value ?? '';
  }

  /** Reads `count` numbers of `widthOf(index)` bits, at most 53 each; the filling must be zero. */
  bits(count: number, widthOf: (index: number) => number): number[] {
    let total = 0;
    for (let i = 0; i < count; i++) total += widthOf(i);
    const packed = this.bytes(Math.ceil(total / 8));
    if (this.#fault !== null) return new Array<number>(count).fill(0);
    let at = 0;
    const take = (width: number): number => {
      let value = 0;
      for (let got = 0; got < width;) {
        const room = Math.min(8 - (at % 8), width - got);
        const part = ((packed[at >> 3] ?? 0) >> (at % 8)) & (2 ** room - 1);
        value += part * 2 ** got;
        got += room;
        at += room;
      }
      return value;
    };
    const values = Array.from({ length: count }, (_, i) => take(widthOf(i)));
    if (take(packed.length * 8 - total) !== 0) this.fail('MALFORMED');
    return values;
  }

  /** To be called last: anything left over is a fault. */
  end(): WireFault | null {
    if (this.#fault === null && this.remaining > 0) this.fail('MALFORMED');
    return this.#fault;
  }
}
