/**
 * One column of integers in the shortest of a few forms (WIRE.md, Columns of integers). The form is chosen by
 * trying them; the decoder does not care how it was chosen.
 */
import { ByteWriter, type ByteReader } from './bytes.ts';

/** The first byte of a column. */
export const FORM = {
  CONST: 0,
  VARINTS: 1,
  PACKED: 2,
  CLASSES: 3,
  DELTA: 4,
  DICTIONARY: 5,
  RUNS: 6,
  MINUS: 7,
  MAPPED: 8,
} as const;

/** How deep forms may be nested. */
const MAX_DEPTH = 5;
/** Rather than more bits a number, PACKED leaves the column to other forms. */
const MAX_PACKED_WIDTH = 32;

/** Values of an earlier column at the places of this one; undefined where that column has none. */
export interface Sibling {
  /** The number by which the wire names the earlier column. */
  readonly index: number;
  readonly values: readonly (number | undefined)[];
}

/** How many bits a non-negative safe integer needs; 0 for 0. */
function bitLength(value: number): number {
  return value === 0 ? 0 : value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 2 ** 32);
}

function extent(values: readonly number[]): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

function ascendingDistinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

type Attempt = (out: ByteWriter, values: readonly number[], depth: number) => boolean;

const asVarints: Attempt = (out, values) => {
  out.byte(FORM.VARINTS);
  for (const value of values) out.signed(value);
  return true;
};

const asPacked: Attempt = (out, values) => {
  const { min, max } = extent(values);
  const width = Number.isSafeInteger(max - min) ? bitLength(max - min) : 64;
  if (width > MAX_PACKED_WIDTH) return false;
  out.byte(FORM.PACKED);
  out.signed(min);
  out.byte(width);
  out.bits(
    values.map((value) => value - min),
    () => width,
  );
  return true;
};

/** Length classes apart from the bits below the highest: good for gaps, where most are short and few long. */
const asClasses: Attempt = (out, values, depth) => {
  const { min, max } = extent(values);
  if (!Number.isSafeInteger(max - min) || depth >= 3) return false;
  const classes = values.map((value) => bitLength(value - min));
  out.byte(FORM.CLASSES);
  out.signed(min);
  writeInts(out, classes, [], depth + 2);
  out.bits(
    values.map((value, i) => (value - min) % 2 ** Math.max(0, (classes[i] ?? 0) - 1)),
    (i) => Math.max(0, (classes[i] ?? 0) - 1),
  );
  return true;
};

const asDelta: Attempt = (out, values, depth) => {
  const first = values[0];
  if (first === undefined || values.length < 2 || depth >= 2) return false;
  const deltas = values.slice(1).map((value, i) => value - (values[i] ?? 0));
  if (!deltas.every(Number.isSafeInteger)) return false;
  out.byte(FORM.DELTA);
  out.signed(first);
  writeInts(out, deltas, [], depth + 1);
  return true;
};

const asDictionary: Attempt = (out, values, depth) => {
  const words = ascendingDistinct(values);
  if (words.length * 2 > values.length + 2 || depth >= 3) return false;
  const place = new Map(words.map((word, i) => [word, i]));
  const width = bitLength(words.length - 1);
  out.byte(FORM.DICTIONARY);
  out.varint(words.length);
  writeInts(out, words, [], depth + 1);
  out.bits(
    values.map((value) => place.get(value) ?? 0),
    () => width,
  );
  return true;
};

const asRuns: Attempt = (out, values, depth) => {
  const starts: number[] = [];
  const lengths: number[] = [];
  for (const [i, value] of values.entries()) {
    const last = lengths.length - 1;
    if (i > 0 && values[i - 1] === value) lengths[last] = (lengths[last] ?? 0) + 1;
    else {
      starts.push(value);
      lengths.push(0);
    }
  }
  if (starts.length * 2 > values.length + 1 || depth >= 2) return false;
  out.byte(FORM.RUNS);
  out.varint(starts.length);
  writeInts(out, starts, [], depth + 1);
  writeInts(out, lengths, [], depth + 1);
  return true;
};

/** The values as an earlier column's minus these, where every place has one. */
function asMinus(sibling: Sibling): Attempt {
  return (out, values, depth) => {
    const differences = values.map((value, i) => (sibling.values[i] ?? NaN) - value);
    if (!differences.every(Number.isSafeInteger)) return false;
    out.byte(FORM.MINUS);
    out.byte(sibling.index);
    writeInts(out, differences, [], depth + 1);
    return true;
  };
}

/** One value for each distinct value of an earlier column, where these depend on nothing else. */
function asMapped(sibling: Sibling): Attempt {
  return (out, values, depth) => {
    const map = new Map<number, number>();
    for (const [i, value] of values.entries()) {
      const key = sibling.values[i];
      if (key === undefined || (map.get(key) ?? value) !== value) return false;
      map.set(key, value);
    }
    out.byte(FORM.MAPPED);
    out.byte(sibling.index);
    writeInts(
      out,
      [...map].sort((a, b) => a[0] - b[0]).map(([, value]) => value),
      [],
      depth + 1,
    );
    return true;
  };
}

const ATTEMPTS: readonly Attempt[] = [asPacked, asRuns, asDictionary, asClasses, asDelta];

/**
 * Writes safe integers in the shortest form found; no values, no bytes. `siblings` are the earlier columns it
 * is worth deriving these values from.
 */
export function writeInts(
  out: ByteWriter,
  values: readonly number[],
  siblings: readonly Sibling[],
  depth = 0,
): void {
  const first = values[0];
  if (first === undefined) return;
  if (values.every((value) => value === first)) {
    out.byte(FORM.CONST);
    out.signed(first);
    return;
  }
  let best: ByteWriter | undefined;
  const attempts = [...ATTEMPTS, ...siblings.map(asMinus), ...siblings.map(asMapped)];
  for (const attempt of attempts) {
    const tried = new ByteWriter();
    if (attempt(tried, values, depth) && (best === undefined || tried.length < best.length)) best = tried;
  }
  if (best === undefined) {
    best = new ByteWriter();
    asVarints(best, values, depth);
  }
  out.bytes(best.finish());
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

/** The values of the earlier column that the next byte names. */
function readSibling(reader: ByteReader, count: number, siblings: readonly Sibling[]): readonly number[] {
  const index = reader.byte();
  const found = siblings.find((sibling) => sibling.index === index)?.values;
  if (found?.length === count && found.every((value) => value !== undefined)) return found;
  reader.fail('MALFORMED');
  return zeros(count);
}

function readClasses(reader: ByteReader, count: number, depth: number): number[] {
  const min = reader.signed();
  const classes = readInts(reader, count, [], depth + 1);
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
  const words = readInts(reader, size, [], depth + 1);
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
  const starts = readInts(reader, runs, [], depth + 1);
  const lengths = readInts(reader, runs, [], depth + 1);
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
  for (const delta of readInts(reader, count - 1, [], depth + 1)) {
    value += delta;
    values.push(value);
  }
  return values;
}

function readMapped(
  reader: ByteReader,
  count: number,
  siblings: readonly Sibling[],
  depth: number,
): number[] {
  const keys = readSibling(reader, count, siblings);
  const words = ascendingDistinct(keys);
  const images = readInts(reader, words.length, [], depth + 1);
  const map = new Map(words.map((word, i) => [word, images[i] ?? 0]));
  return keys.map((key) => map.get(key) ?? 0);
}

function readForm(reader: ByteReader, count: number, siblings: readonly Sibling[], depth: number): number[] {
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
      const from = readSibling(reader, count, siblings);
      return readInts(reader, count, [], depth + 1).map((value, i) => (from[i] ?? 0) - value);
    }
    case FORM.MAPPED:
      return readMapped(reader, count, siblings, depth);
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
  siblings: readonly Sibling[],
  depth = 0,
): number[] {
  if (count === 0) return [];
  if (depth > MAX_DEPTH || reader.fault !== null) {
    reader.fail('MALFORMED');
    return zeros(count);
  }
  const values = readForm(reader, count, siblings, depth);
  if (values.every(Number.isSafeInteger)) return values;
  reader.fail('MALFORMED');
  return zeros(count);
}
