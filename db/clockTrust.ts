/**
 * What time the station takes it to be, and how far the wall clock is trusted (DESIGN.md, Sync, Clocks).
 *
 * Days, months and caps are counted by the station's own time. Within one boot it advances as the monotonic clock
 * does: a wall clock that jumps is marked DOUBTFUL and is not followed, so that changing the date opens no new
 * day. Across boots only the wall clock is left; one that stands years before the last event (an empty battery:
 * 1970, 2000) is not believed, and time goes on from that event. Only the county's word makes a time TRUSTED, and
 * where the wall clock contradicts it, the county's time is taken. What the caps of a day do while nobody has vouched
 * for the date of a boot is told in settledDays.ts.
 */
import { CLOCK_TRUST, type ClockTrust } from '../domain/journal/events.ts';
import { DAY_MS } from '../domain/time.ts';

/** Steps smaller than this are the ordinary corrections of a time server, not a jump. */
export const JUMP_TOLERANCE_MS = 30_000;
/** What such steps may come to together: as much again for each hour of the boot, and never more than an hour. */
const STEPS_SHARE = JUMP_TOLERANCE_MS / 3_600_000;
const MOST_STEPS_MS = 3_600_000;
/** A machine that was off for longer than this, or went back in time by so much, is in doubt about the date. */
export const PLAUSIBLE_GAP_MS = 90 * DAY_MS;

/** A clock that was off by less opens no other day to speak of. */
export const WRONG_CLOCK_MS = 3_600_000;

/** Both clocks at one moment. */
export interface Reading {
  readonly atMs: number;
  readonly monoMs: number;
}

/** The station's own time, and the mark that goes with it. */
export interface JudgedTime {
  readonly atMs: number;
  readonly trust: ClockTrust;
}

export interface ClockJudge {
  /** What a reading of the two clocks of this boot is worth. */
  judge(now: Reading): JudgedTime;
  /** Takes note of a committed event: its time as it was judged. */
  committed(event: Reading, trust: ClockTrust): void;
  /**
   * The county or a keeper says that it is `trueMs` now: from here on, a clock that agrees is TRUSTED by the county's
   * word (UNCONFIRMED by a keeper's), and one that does not is not followed.
   */
  confirm(now: Reading, trueMs: number, byCounty: boolean): void;
}

/** An event as far as this judgement needs it. */
export interface PastReading extends Reading {
  readonly boot: number;
  readonly trust: ClockTrust;
}

export interface Past {
  /** The last event of the journal, whatever its mark. */
  readonly last: PastReading | undefined;
  /** The last event that was not in doubt. */
  readonly lastSure: PastReading | undefined;
  /** The first event of this boot, if it has any yet: from there small steps are added up. */
  readonly firstOfBoot: PastReading | undefined;
  /** Somebody's word on the time in this boot, if there was one. */
  readonly told: (Reading & { readonly byCounty: boolean }) | undefined;
}

/** Begins with what the journal knows. */
export function createClockJudge(boot: number, { last, lastSure, firstOfBoot, told }: Past): ClockJudge {
  // What was recorded before somebody told the time may have followed a wrong clock.
  const isSince = told === undefined || (lastSure !== undefined && lastSure.monoMs > told.monoMs);
  let anchor: Reading | null = lastSure?.boot === boot && isSince ? lastSure : null;
  let confirmed = told?.byCounty === true || (anchor !== null && lastSure?.trust === CLOCK_TRUST.TRUSTED);
  /** Somebody's word against the wall clock: doubtful until the clock is put right. */
  let expected: Reading | null = told ?? null;
  /** Where doubtful time goes on from, so that it too only advances with the monotonic clock. */
  let doubtful: Reading | null = last?.boot === boot && last.trust === CLOCK_TRUST.DOUBTFUL ? last : null;

  /** Where the sum of small steps begins: the county's word if there was one in this boot, else its first event. */
  let base: Reading | null = told ?? (confirmed ? anchor : startOfBoot());

  const carriedOn = (from: Reading, now: Reading): number => from.atMs + (now.monoMs - from.monoMs);

  function startOfBoot(): Reading | null {
    return firstOfBoot === undefined || firstOfBoot.trust === CLOCK_TRUST.DOUBTFUL ? anchor : firstOfBoot;
  }
  /** Whether many steps that were each small enough have come to more than a time server would correct. */
  function hasCrept(now: Reading): boolean {
    if (base === null) return false;
    const allowedMs = Math.min(MOST_STEPS_MS, JUMP_TOLERANCE_MS + (now.monoMs - base.monoMs) * STEPS_SHARE);
    return Math.abs(now.atMs - carriedOn(base, now)) > allowedMs;
  }

  /** A boot whose first reading is all there is: is it a date at which this station can be? */
  function isPlausible(atMs: number): boolean {
    if (lastSure === undefined) return true;
    return atMs >= lastSure.atMs - JUMP_TOLERANCE_MS && atMs <= lastSure.atMs + PLAUSIBLE_GAP_MS;
  }

  function judge(now: Reading): JudgedTime {
    const firm = anchor ?? expected;
    if (firm !== null) {
      const expectedMs = carriedOn(firm, now);
      if (Math.abs(now.atMs - expectedMs) > JUMP_TOLERANCE_MS || hasCrept(now))
        return { atMs: expectedMs, trust: CLOCK_TRUST.DOUBTFUL };
      return { atMs: now.atMs, trust: confirmed ? CLOCK_TRUST.TRUSTED : CLOCK_TRUST.UNCONFIRMED };
    }
    // Someone who puts the clock right ends the doubt.
    if (isPlausible(now.atMs)) return { atMs: now.atMs, trust: CLOCK_TRUST.UNCONFIRMED };
    doubtful ??= { atMs: firstDoubtful(now.atMs), monoMs: now.monoMs };
    return { atMs: carriedOn(doubtful, now), trust: CLOCK_TRUST.DOUBTFUL };
  }
  /**
   * A clock that lost its battery stands on a day of decades ago, whose caps nobody has used: such a boot goes on
   * from the last sure event. Smaller steps back may be someone's correction of a clock that ran ahead.
   */
  function firstDoubtful(atMs: number): number {
    const floorMs = lastSure?.atMs ?? atMs;
    return atMs < floorMs - PLAUSIBLE_GAP_MS ? floorMs : atMs;
  }

  return {
    judge,
    committed({ atMs, monoMs }, trust) {
      // The anchor moves along, so that the small drift between the two clocks never adds up to a jump.
      if (trust === CLOCK_TRUST.DOUBTFUL) return;
      anchor = { atMs, monoMs };
      base ??= anchor;
    },
    confirm(now, trueMs, byCounty) {
      confirmed = byCounty;
      anchor = null;
      base = null;
      expected = { atMs: trueMs, monoMs: now.monoMs };
      if (judge(now).trust !== CLOCK_TRUST.DOUBTFUL) base = anchor = now;
    },
  };
}
