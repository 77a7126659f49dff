/** What the writer and the reader of columns of integers share (WIRE.md, Columns of integers). */

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

/** Rather than more bits a number, PACKED leaves the column to other forms. */
export const MAX_PACKED_WIDTH = 32;

/** Values of an earlier column at the places of this one; undefined where that column has none. */
export interface Sibling {
  /** The number by which the wire names the earlier column. */
  readonly index: number;
  readonly values: readonly (number | undefined)[];
}

/** How many bits a non-negative safe integer needs; 0 for 0. */
export function bitLength(value: number): number {
  return value === 0 ? 0 : value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 2 ** 32);
}

/** The different values, the smallest first. */
export function ascendingDistinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
