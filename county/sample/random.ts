/**
 * Repeatable chance for made-up data: the same seed gives the same village on every machine. Mulberry32 (Tommy
 * Ettinger, public domain), which is plenty for names and ages. Never for keys or tokens.
 */
export interface SampleRandom {
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** One of a list that is not empty. */
  pick<T>(of: readonly T[]): T;
}

/** Chance that a seed (an unsigned 32-bit integer) determines. */
export function sampleRandom(seed: number): SampleRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    int,
    pick: <T>(of: readonly T[]) => of[int(0, of.length - 1)] as T,
  };
}
