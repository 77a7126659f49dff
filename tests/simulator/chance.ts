/** Chance that a seed determines: every part of a run draws from its own stream, so that one does not shift another. */
import { createHash } from 'node:crypto';

export interface Chance {
  /** A whole number from 0 to `below` - 1. */
  readonly below: (below: number) => number;
  /** A whole number from `min` to `max`, both included. */
  readonly between: (min: number, max: number) => number;
  /** True in so many of a hundred cases, in the long run. */
  readonly percent: (of: number) => boolean;
  /** One of a list; throws for an empty one. */
  readonly pick: <T>(of: readonly T[]) => T;
  readonly bytes: (length: number) => Uint8Array;
  readonly uuid: () => string;
}

/** The stream of a seed and of whatever names its purpose, such as a station and a round. */
export function chanceOf(seed: number, ...purpose: readonly (string | number)[]): Chance {
  const start = createHash('sha256')
    .update([seed, ...purpose].join(' '))
    .digest();
  let state = start.readUInt32LE(0);
  // mulberry32 (Tommy Ettinger, public domain).
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const bytes = (length: number) => Uint8Array.from({ length }, () => below(256));
  return {
    below,
    between: (min, max) => min + below(max - min + 1),
    percent: (of) => next() * 100 < of,
    pick: <T>(of: readonly T[]): T => {
      if (of.length === 0) throw new Error('nothing to pick from');
      return of[below(of.length)] as T;
    },
    bytes,
    uuid: () => {
      const hex = Buffer.from(bytes(16)).toString('hex');
      // The layout of RFC 9562, version 4, variant 10.
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}
