/** What an in-service party member owes in a calendar year (RULES.md B13): hours, and activities at the residence. */

/** The whole year's, from the county's own report [1]. */
const YEAR_HOURS = 30;
const YEAR_ACTIVITIES = 5;

export interface QuotaYear {
  /** The month (1 to 12) from whose beginning the member counts; 1 for the whole year. */
  readonly fromMonth: number;
  /** Whole months of a leave of more than 90 days. */
  readonly monthsAway: number;
}
export interface QuotaTargets {
  readonly minutes: number;
  readonly activities: number;
}

function monthsOf({ fromMonth, monthsAway }: QuotaYear): number {
  return Math.max(0, 13 - fromMonth - monthsAway);
}

/** The year's targets by whole months, rounded up. */
export function quotaTargets(year: QuotaYear): QuotaTargets {
  const months = monthsOf(year);
  return {
    minutes: Math.ceil((YEAR_HOURS * months) / 12) * 60,
    activities: Math.ceil((YEAR_ACTIVITIES * months) / 12),
  };
}

export interface QuotaDone {
  /** Credited in the calendar year. */
  readonly minutes: number;
  /** Activities at the residence village, one for each sign-in; two scans in one activity are one. */
  readonly activityIds: readonly number[];
}

/**
 * Where a member stands. `elapsed` is the part of the counted time that has passed, 0 to 1: ON_TRACK has at least
 * that part of both targets, activities as whole ones. EXEMPT counts no month of the year.
 */
export function quotaState(
  done: QuotaDone,
  year: QuotaYear,
  elapsed: number,
): 'MET' | 'ON_TRACK' | 'BEHIND' | 'EXEMPT' {
  if (monthsOf(year) === 0) return 'EXEMPT';
  const { minutes, activities } = quotaTargets(year);
  const attended = new Set(done.activityIds).size;
  if (done.minutes >= minutes && attended >= activities) return 'MET';
  const isOnTrack =
    elapsed < 1 && done.minutes >= minutes * elapsed && attended >= Math.floor(activities * elapsed);
  return isOnTrack ? 'ON_TRACK' : 'BEHIND';
}
