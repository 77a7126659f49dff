/** Working days, for postings 公示 (RULES.md B3, B16). */
import { civilDate, DAY_MS } from '../time.ts';
import type { LedgerRules } from '../rules/ruleSet.ts';

type Calendar = Pick<LedgerRules, 'holidays' | 'extraWorkdays'>;

function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a day (as of `shanghaiDay`) is worked on: Monday to Friday, unless the county's calendar says else. */
export function isWorkingDay(day: number, { holidays, extraWorkdays }: Calendar): boolean {
  const date = isoDate(day);
  if (extraWorkdays.includes(date)) return true;
  const weekday = new Date(day * DAY_MS).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.includes(date);
}

/** The last of so many working days after a day; the day itself if there are none to wait. */
export function workingDaysAfter(day: number, workingDays: number, calendar: Calendar): number {
  let last = day;
  for (let left = workingDays; left > 0;) {
    last += 1;
    // A calendar that knows no working day at all would never end: after a year every day counts.
    if (isWorkingDay(last, calendar) || last - day > 366) left -= 1;
  }
  return last;
}

/** The whole years from a year of birth to a day; the month of birth is not known, so it may be one too many. */
export function yearsSince(birthYear: number, day: number): number {
  return civilDate(day).year - birthYear;
}
