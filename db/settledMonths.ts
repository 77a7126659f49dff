/**
 * No cap of a month or a quarter is passed by a wrong date, either (settledDays.ts does the same for those of a day).
 * While nobody has vouched for the date, everything since the month that was certain last counts together with what the
 * machine takes for this month; only what is longer ago than a month lasts, by the monotonic clock of this very boot, is
 * of another one for sure. Once the date is settled, a month is a month again, and what stands under later ones counts
 * in it: by a wrong date it was of this one at the latest.
 */
import { monthStartDay, quarterStartDay } from '../domain/time.ts';

/** A month or a quarter is no longer than this, in days. */
const LONGEST = { MONTH: 31, QUARTER: 92 } as const;
/** After any day that this program can meet. */
const OPEN_END = Number.MAX_SAFE_INTEGER;

/** How the date stands now; days are as of `shanghaiDay`. */
export interface DateStanding {
  readonly isSettled: boolean;
  /** By the station's own time. */
  readonly today: number;
  /** The last day that a date which somebody vouched for has reached; undefined if there was none ever. */
  readonly lastSettledDay: number | undefined;
  /** Whole days that this boot has run, by the monotonic clock. */
  readonly ranDays: number;
}

/** First days of the first and the last month that count together, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What counts together with the month or the quarter that begins on a day. */
export function togetherWith(
  startDay: number,
  period: keyof typeof LONGEST,
  { isSettled, today, lastSettledDay, ranDays }: DateStanding,
): Span {
  const startOf = period === 'MONTH' ? monthStartDay : quarterStartDay;
  // One that is over is what it was: a leader may close an attendance of last month.
  if (isSettled) return { from: startDay, to: startDay < startOf(today) ? startDay : OPEN_END };
  const certain = lastSettledDay === undefined ? 0 : startOf(lastSettledDay);
  const longAgo = ranDays > LONGEST[period] ? startOf(today - LONGEST[period]) : 0;
  return { from: Math.min(startDay, Math.max(certain, longAgo)), to: OPEN_END };
}
