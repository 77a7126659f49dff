/**
 * Writes one column of integers in the shortest of a few forms (WIRE.md, Columns of integers). Each form is first
 * planned: its exact length is computed, and only the shortest plan is written. A form that cannot be shorter than
 * what was found before is given up as soon as that is certain, so that a batch costs a few milliseconds.
 */
import { signedLength, varintLength, type ByteWriter } from './bytes.ts';
import { bitLength, FORM, MAX_PACKED_WIDTH, type Sibling } from './intForms.ts';

interface Plan {
  readonly bytes: number;
  readonly write: (out: ByteWriter) => void;
}
/** A plan of fewer than `limit` bytes, or null. */
type Attempt = (values: readonly number[], depth: number, limit: number) => Plan | null;

interface Extent {
  readonly min: number;
  readonly max: number;
}
function extentOf(values: readonly number[]): Extent {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

const bitBytes = (bits: number): number => Math.ceil(bits / 8);

/** A form of one byte, some bytes of its own and columns within it, each planned with what is left of the limit. */
function around(
  ownBytes: number,
  columns: readonly (readonly [values: readonly number[], depth: number])[],
  limit: number,
  write: (out: ByteWriter, columns: readonly Plan[]) => void,
): Plan | null {
  let bytes = ownBytes;
  const plans: Plan[] = [];
  for (const [values, depth] of columns) {
    const plan = planInts(values, [], depth, limit - bytes);
    if (plan === null) return null;
    plans.push(plan);
    bytes += plan.bytes;
  }
  if (bytes >= limit) return null;
  return {
    bytes,
    write: (out) => {
      write(out, plans);
    },
  };
}

function asVarints(values: readonly number[], limit: number): Plan | null {
  let bytes = 1;
  for (const value of values) bytes += signedLength(value);
  if (bytes >= limit) return null;
  return {
    bytes,
    write: (out) => {
      out.byte(FORM.VARINTS);
      for (const value of values) out.signed(value);
    },
  };
}

const asPacked: Attempt = (values, _depth, limit) => {
  const { min, max } = extentOf(values);
  const width = Number.isSafeInteger(max - min) ? bitLength(max - min) : Infinity;
  const bytes = 2 + signedLength(min) + bitBytes(values.length * width);
  if (width > MAX_PACKED_WIDTH || bytes >= limit) return null;
  return {
    bytes,
    write: (out) => {
      out.byte(FORM.PACKED);
      out.signed(min);
      out.byte(width);
      out.bits(
        values.map((value) => value - min),
        () => width,
      );
    },
  };
};

/** Length classes apart from the bits below the highest: good for gaps, where most are short and few long. */
const asClasses: Attempt = (values, depth, limit) => {
  const { min, max } = extentOf(values);
  if (!Number.isSafeInteger(max - min) || depth >= 3) return null;
  const classes = values.map((value) => bitLength(value - min));
  let below = 0;
  for (const size of classes) below += size > 1 ? size - 1 : 0;
  const own = 1 + signedLength(min) + bitBytes(below);
  // Where the classes differ, they take two bytes at least.
  if (own + 2 >= limit) return null;
  return around(own, [[classes, depth + 2]], limit, (out, [plan]) => {
    out.byte(FORM.CLASSES);
    out.signed(min);
    plan?.write(out);
    const widthOf = (i: number): number => Math.max(0, (classes[i] ?? 0) - 1);
    out.bits(
      values.map((value, i) => (value - min) % 2 ** widthOf(i)),
      widthOf,
    );
  });
};

const asDelta: Attempt = (values, depth, limit) => {
  const [first] = values;
  if (first === undefined || values.length < 2 || depth >= 2) return null;
  const deltas: number[] = [];
  let before = first;
  for (let i = 1; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (!Number.isSafeInteger(value - before)) return null;
    deltas.push(value - before);
    before = value;
  }
  return around(1 + signedLength(first), [[deltas, depth + 1]], limit, (out, [plan]) => {
    out.byte(FORM.DELTA);
    out.signed(first);
    plan?.write(out);
  });
};

const asDictionary: Attempt = (values, depth, limit) => {
  if (depth >= 3) return null;
  const most = values.length / 2 + 1;
  const distinct = new Set<number>();
  for (const value of values) if (distinct.add(value).size > most) return null;
  const width = bitLength(distinct.size - 1);
  const own = 1 + varintLength(distinct.size) + bitBytes(values.length * width);
  if (own + 2 >= limit) return null;
  const words = [...distinct].sort((a, b) => a - b);
  return around(own, [[words, depth + 1]], limit, (out, [plan]) => {
    const place = new Map(words.map((word, i) => [word, i]));
    out.byte(FORM.DICTIONARY);
    out.varint(words.length);
    plan?.write(out);
    out.bits(
      values.map((value) => place.get(value) ?? 0),
      () => width,
    );
  });
};

const asRuns: Attempt = (values, depth, limit) => {
  if (depth >= 2) return null;
  const starts: number[] = [];
  const lengths: number[] = [];
  let last: number | undefined;
  for (const value of values) {
    if (value === last) lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
    else {
      starts.push(value);
      lengths.push(0);
      last = value;
    }
    if (starts.length * 2 > values.length + 1) return null;
  }
  const columns = [
    [starts, depth + 1],
    [lengths, depth + 1],
  ] as const;
  return around(1 + varintLength(starts.length), columns, limit, (out, plans) => {
    out.byte(FORM.RUNS);
    out.varint(starts.length);
    for (const plan of plans) plan.write(out);
  });
};

/** The values as an earlier column's minus these, where every place has one. */
function asMinus(sibling: Sibling): Attempt {
  return (values, depth, limit) => {
    const differences = values.map((value, i) => (sibling.values[i] ?? NaN) - value);
    if (!differences.every(Number.isSafeInteger)) return null;
    return around(2, [[differences, depth + 1]], limit, (out, [plan]) => {
      out.byte(FORM.MINUS);
      out.byte(sibling.index);
      plan?.write(out);
    });
  };
}

/** One value for each distinct value of an earlier column, where these depend on nothing else. */
function asMapped(sibling: Sibling): Attempt {
  return (values, depth, limit) => {
    const map = new Map<number, number>();
    for (const [i, value] of values.entries()) {
      const key = sibling.values[i];
      if (key === undefined || (map.get(key) ?? value) !== value) return null;
      map.set(key, value);
    }
    const images = [...map].sort((a, b) => a[0] - b[0]).map(([, value]) => value);
    return around(2, [[images, depth + 1]], limit, (out, [plan]) => {
      out.byte(FORM.MAPPED);
      out.byte(sibling.index);
      plan?.write(out);
    });
  };
}

/** The cheapest to plan first: what it finds bounds the others. */
const ATTEMPTS: readonly Attempt[] = [asPacked, asRuns, asDictionary, asClasses, asDelta];

function planInts(
  values: readonly number[],
  siblings: readonly Sibling[],
  depth: number,
  limit: number,
): Plan | null {
  const [first] = values;
  if (first === undefined) return { bytes: 0, write: () => undefined };
  if (values.every((value) => value === first)) {
    const bytes = 1 + signedLength(first);
    if (bytes >= limit) return null;
    return {
      bytes,
      write: (out) => {
        out.byte(FORM.CONST);
        out.signed(first);
      },
    };
  }
  let best: Plan | null = null;
  let least = limit;
  for (const attempt of [...ATTEMPTS, ...siblings.map(asMinus), ...siblings.map(asMapped)]) {
    const plan = attempt(values, depth, least);
    if (plan === null) continue;
    best = plan;
    least = plan.bytes;
  }
  return best ?? asVarints(values, limit);
}

/**
 * Writes safe integers in the shortest form found; no values, no bytes. `siblings` are the earlier columns it
 * is worth deriving these values from.
 */
export function writeInts(out: ByteWriter, values: readonly number[], siblings: readonly Sibling[]): void {
  planInts(values, siblings, 0, Infinity)?.write(out);
}
