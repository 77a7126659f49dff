/** When a point may be spent, and until when (RULES.md B3, B8). */
import { civilDate, DAY_MS } from '../time.ts';

export const EXPIRY_MODES = ['NONE', 'YEAR_END', 'END_OF_NEXT_YEAR', 'MONTHS'] as const;
export type ExpiryMode = (typeof EXPIRY_MODES)[number];
export const SETTLEMENTS = ['immediate', 'posted'] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

/** The numbers of a rule set that folding needs; recorded as a fact, so that a journal explains itself. */
export interface LedgerTerms {
  readonly settlement: Settlement;
  readonly expiry: ExpiryMode;
  /** For MONTHS only. */
  readonly expiryMonths: number;
}

/** The terms in a rule set. */
export function termsOf({
  points: { settlement },
  ledger: { expiry, expiryMonths },
}: {
  readonly points: Pick<LedgerTerms, 'settlement'>;
  readonly ledger: Omit<LedgerTerms, 'settlement'>;
}): LedgerTerms {
  return { settlement, expiry, expiryMonths };
}

/** What holds before a county's first rules. */
export const DEFAULT_TERMS: LedgerTerms = {
  settlement: 'immediate',
  expiry: 'END_OF_NEXT_YEAR',
  expiryMonths: 12,
};

/** The last day of points that never lapse; far beyond any day this program can meet. */
export const NEVER_DAY = 10_000_000;

/**
 * The last day (as of `shanghaiDay`) on which points earned on a day may be spent. MONTHS: the same day so many
 * months later, or the last of that month where it is shorter.
 */
export function expiryDayOf({ expiry, expiryMonths }: LedgerTerms, earnedDay: number): number {
  const { year, month, dayOfMonth } = civilDate(earnedDay);
  switch (expiry) {
    case 'NONE':
      return NEVER_DAY;
    case 'YEAR_END':
      return Date.UTC(year, 11, 31) / DAY_MS;
    case 'END_OF_NEXT_YEAR':
      return Date.UTC(year + 1, 11, 31) / DAY_MS;
    case 'MONTHS': {
      const lastOfMonth = Date.UTC(year, month + expiryMonths, 0) / DAY_MS;
      return Math.min(Date.UTC(year, month - 1 + expiryMonths, dayOfMonth) / DAY_MS, lastOfMonth);
    }
  }
}

/**
 * The notice that is due for points whose last day is `expiryDay` (RULES.md B8), by its days before: the last of those
 * that were due, or null if there is time.
 */
export function noticeOf(expiryDay: number, today: number, noticeDays: readonly number[]): number | null {
  const left = expiryDay - today;
  const due = noticeDays.filter((days) => left <= days);
  return left < 0 || due.length === 0 ? null : Math.min(...due);
}
