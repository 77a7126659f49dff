/**
 * How far the wall clock is trusted (DESIGN.md, Sync, Clocks). Order never depends on it; the mark is for the
 * people who later read a time.
 *
 * Within one boot wall and monotonic clock must advance together; across boots the wall clock must not stand
 * before the last event whose time was not in doubt. Only the county's word makes a time TRUSTED.
 */
import { CLOCK_TRUST, type ClockTrust } from '../domain/journal/events.ts';

/** Steps smaller than this are the ordinary corrections of a time server, not a jump. */
export const JUMP_TOLERANCE_MS = 30_000;

interface Reading {
  readonly atMs: number;
  readonly monoMs: number;
}

export interface ClockJudge {
  /** The trust of a reading of this boot. */
  judge(now: Reading): ClockTrust;
  /** Takes note of a committed event's reading and the trust it was given. */
  committed(now: Reading, trust: ClockTrust): void;
  /** The county says that it is `trueMs` now: from here on, a clock that agrees is TRUSTED. */
  confirm(now: Reading, trueMs: number): void;
}

/** An event as far as this judgement needs it. */
export interface PastReading extends Reading {
  readonly boot: number;
  readonly trust: ClockTrust;
}

/** Begins with the last event of the journal that was not in doubt, if there is one. */
export function createClockJudge(boot: number, past: PastReading | undefined): ClockJudge {
  let anchor: Reading | null = past?.boot === boot ? past : null;
  let confirmed = anchor !== null && past?.trust === CLOCK_TRUST.TRUSTED;
  const floorMs = past?.atMs ?? Number.NEGATIVE_INFINITY;
  /** A county's word against the wall clock: doubtful until the clock is put right. */
  let expected: Reading | null = null;

  function judge(now: Reading): ClockTrust {
    const from = anchor ?? expected;
    if (from === null)
      return now.atMs < floorMs - JUMP_TOLERANCE_MS ? CLOCK_TRUST.DOUBTFUL : CLOCK_TRUST.UNCONFIRMED;
    const jumpMs = now.atMs - from.atMs - (now.monoMs - from.monoMs);
    if (Math.abs(jumpMs) > JUMP_TOLERANCE_MS) return CLOCK_TRUST.DOUBTFUL;
    return confirmed ? CLOCK_TRUST.TRUSTED : CLOCK_TRUST.UNCONFIRMED;
  }

  return {
    judge,
    committed(now, trust) {
      // The anchor moves along, so that the small drift between the two clocks never adds up to a jump.
      if (trust !== CLOCK_TRUST.DOUBTFUL) anchor = now;
    },
    confirm(now, trueMs) {
      confirmed = true;
      anchor = null;
      expected = { atMs: trueMs, monoMs: now.monoMs };
      if (judge(now) !== CLOCK_TRUST.DOUBTFUL) anchor = now;
    },
  };
}
