/**
 * Reads one column of integers, whatever form its writer chose (WIRE.md, Columns of integers; writeInts.ts writes
 * them). Memory is bounded by the number of values asked for, never by what the bytes claim.
 */
import type { ByteReader } from './bytes.ts';
import { ascendingDistinct, bitLength, FORM, MAX_PACKED_WIDTH } from './intForms.ts';

/** Values of an earlier column at the places of this one; undefined for a column that there is none of. */
export type EarlierColumn = (index: number) => readonly (number | undefined)[] | undefined;

const NO_EARLIER: EarlierColumn = () => undefined;

/** How deep forms may be nested. */
const MAX_DEPTH = 5;

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** The values of the earlier column that the next byte names. */
function readSibling(reader: ByteReader, count: number, earlier: EarlierColumn): readonly number[] {
  const found = earlier(reader.byte());
  if (found?.length === count && found.every((value) => value !== undefined)) return found;
  reader.fail('MALFORMED');
  return zeros(count);
}

function readClasses(reader: ByteReader, count: number, depth: number): number[] {
  const min = reader.signed();
  const classes = readInts(reader, count, NO_EARLIER, depth + 1);
  if (classes.some((size) => size < 0 || size > 53)) reader.fail('MALFORMED');
  if (reader.fault !== null) return zeros(count);
  const below = reader.bits(count, (i) => Math.max(0, (classes[i] ?? 0) - 1));
  return below.map((low, i) => {
    const size = classes[i] ?? 0;
    return min + (size === 0 ? 0 : 2 ** (size - 1) + low);
  });
}

function readDictionary(reader: ByteReader, count: number, depth: number): number[] {
  const size = reader.varint(count);
  const words = readInts(reader, size, NO_EARLIER, depth + 1);
  const width = size === 0 ? 0 : bitLength(size - 1);
  return reader
    .bits(count, () => width)
    .map((place) => {
      const word = words[place];
      if (word === undefined) reader.fail('MALFORMED');
      return word ?? 0;
    });
}

function readRuns(reader: ByteReader, count: number, depth: number): number[] {
  const runs = reader.varint(count);
  const starts = readInts(reader, runs, NO_EARLIER, depth + 1);
  const lengths = readInts(reader, runs, NO_EARLIER, depth + 1);
  const values: number[] = [];
  for (const [i, length] of lengths.entries()) {
    if (length < 0 || values.length + length + 1 > count) {
      reader.fail('MALFORMED');
      return zeros(count);
    }
    for (let n = 0; n <= length; n++) values.push(starts[i] ?? 0);
  }
  if (values.length === count) return values;
  reader.fail('MALFORMED');
  return zeros(count);
}

function readDelta(reader: ByteReader, count: number, depth: number): number[] {
  let value = reader.signed();
  const values = [value];
  for (const delta of readInts(reader, count - 1, NO_EARLIER, depth + 1)) {
    value += delta;
    values.push(value);
  }
  return values;
}

function readMapped(reader: ByteReader, count: number, earlier: EarlierColumn, depth: number): number[] {
  const keys = readSibling(reader, count, earlier);
  const words = ascendingDistinct(keys);
  const images = readInts(reader, words.length, NO_EARLIER, depth + 1);
  const map = new Map(words.map((word, i) => [word, images[i] ?? 0]));
  return keys.map((key) => map.get(key) ?? 0);
}

function readForm(reader: ByteReader, count: number, earlier: EarlierColumn, depth: number): number[] {
  const form = reader.byte();
  switch (form) {
    case FORM.CONST:
      return new Array<number>(count).fill(reader.signed());
    case FORM.VARINTS:
      return Array.from({ length: count }, () => reader.signed());
    case FORM.PACKED: {
      const min = reader.signed();
      const width = reader.byte();
      if (width > MAX_PACKED_WIDTH) reader.fail('MALFORMED');
      return reader.bits(count, () => (width > MAX_PACKED_WIDTH ? 0 : width)).map((value) => min + value);
    }
    case FORM.CLASSES:
      return readClasses(reader, count, depth);
    case FORM.DELTA:
      return readDelta(reader, count, depth);
    case FORM.DICTIONARY:
      return readDictionary(reader, count, depth);
    case FORM.RUNS:
      return readRuns(reader, count, depth);
    case FORM.MINUS: {
      const from = readSibling(reader, count, earlier);
      return readInts(reader, count, NO_EARLIER, depth + 1).map((value, i) => (from[i] ?? 0) - value);
    }
    case FORM.MAPPED:
      return readMapped(reader, count, earlier, depth);
    default:
      reader.fail('MALFORMED');
      return zeros(count);
  }
}

/**
 * Reads `count` integers as `writeInts` wrote them. Always answers `count` safe integers; after a fault they
 * mean nothing and `reader.fault` says so.
 */
export function readInts(
  reader: ByteReader,
  count: number,
  earlier: EarlierColumn = NO_EARLIER,
  depth = 0,
): number[] {
  if (count === 0) return [];
  if (depth > MAX_DEPTH || reader.fault !== null) {
    reader.fail('MALFORMED');
    return zeros(count);
  }
  const values = readForm(reader, count, earlier, depth);
  if (values.every(Number.isSafeInteger)) return values;
  reader.fail('MALFORMED');
  return zeros(count);
}
