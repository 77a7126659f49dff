/**
 * Civil time of the village. "Today" is Asia/Shanghai (DESIGN.md, Conventions 2): UTC+8 without
 * summer time since 1991, so a fixed offset is exact for every date this program can meet, and needs
 * no time-zone data that an old machine may lack.
 */
export const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

/** The day in Shanghai that holds an instant (ms since 1970 UTC), as whole days since 1970-01-01. */
export function shanghaiDay(atMs: number): number {
  return Math.floor((atMs + SHANGHAI_OFFSET_MS) / DAY_MS);
}

/** The instant (ms since 1970 UTC) at which a day (as of `shanghaiDay`) begins in Shanghai. */
export function dayStartMs(day: number): number {
  return day * DAY_MS - SHANGHAI_OFFSET_MS;
}

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly dayOfMonth: number;
}

/** The calendar date of a day (as of `shanghaiDay`). */
export function civilDate(day: number): CivilDate {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, dayOfMonth: date.getUTCDate() };
}

/** The first day (as of `shanghaiDay`) of the month that holds `day`. */
export function monthStartDay(day: number): number {
  const { year, month } = civilDate(day);
  return Date.UTC(year, month - 1, 1) / DAY_MS;
}

/** The first day (as of `shanghaiDay`) of the calendar quarter that holds `day`. */
export function quarterStartDay(day: number): number {
  const { year, month } = civilDate(day);
  return Date.UTC(year, month - 1 - ((month - 1) % 3), 1) / DAY_MS;
}

/** Minutes since midnight in Shanghai of an instant, 0 to 1439. */
export function minuteOfDay(atMs: number): number {
  return Math.floor((atMs - dayStartMs(shanghaiDay(atMs))) / MINUTE_MS);
}
