/** How many days the disk will last, going by how fast it has filled. */
import { DAY_MS } from '../../domain/time.ts';

export interface SpaceSample {
  /** Station's own time, ms. */
  readonly atMs: number;
  readonly freeBytes: number;
}

/** Samples are this far apart at least, and go back so long. */
export const SAMPLE_EVERY_MS = 60 * 60_000;
export const HISTORY_MS = 14 * DAY_MS;
/** A shorter history is no trend: one copied film would look like a week's growth. */
const LEAST_SPAN_MS = 6 * 60 * 60_000;

/** The history with a sample more, if the last is old enough; the same array if nothing was added. */
export function withSample(history: readonly SpaceSample[], sample: SpaceSample): readonly SpaceSample[] {
  const last = history.at(-1);
  if (last !== undefined && sample.atMs - last.atMs < SAMPLE_EVERY_MS && sample.atMs >= last.atMs)
    return history;
  // Samples from later than now are those of a clock that was set back since.
  return [...history.filter(({ atMs }) => atMs < sample.atMs && sample.atMs - atMs <= HISTORY_MS), sample];
}

/** Whole days until nothing is free, by the average of the history; null if it is too short or the disk empties. */
export function daysLeft(history: readonly SpaceSample[], now: SpaceSample): number | null {
  const [first] = history;
  if (first === undefined || now.atMs - first.atMs < LEAST_SPAN_MS) return null;
  const used = first.freeBytes - now.freeBytes;
  if (used <= 0) return null;
  return Math.floor((now.freeBytes * (now.atMs - first.atMs)) / used / DAY_MS);
}
