/**
 * From actual minutes to credited minutes and points (RULES.md B1.1, B1.3, B1.4, B2). Integers only, and every
 * division rounds down: no rule can mint a point by rounding.
 */
import type { RuleSet } from '../rules/ruleSet.ts';
import { DAY_MS, dayStartMs, MINUTE_MS, monthStartDay, shanghaiDay } from '../time.ts';
import type { ServiceFacts } from './facts.ts';

/** One calendar day of a service, as `credits` in the events. */
export interface CreditRow {
  /** As of `shanghaiDay`. */
  readonly day: number;
  readonly minutes: number;
  readonly points: number;
}

export type Cap = 'NONE' | 'SESSION' | 'DAY_MINUTES' | 'DAY_POINTS' | 'MONTH_POINTS' | 'VILLAGE_MONTH';

export interface Credit {
  /** By day, without days that got no minutes. */
  readonly credits: readonly CreditRow[];
  readonly creditedMinutes: number;
  readonly points: number;
  /** The last cap that took something away, in the order in which they are applied. */
  readonly cappedBy: Cap;
}

export interface Service {
  readonly volunteerId: number;
  readonly signedInMs: number;
  /** Whole minutes from sign-in to sign-out, not negative. */
  readonly actualMinutes: number;
  /** Points are multiplied by this many hundredths. */
  readonly factorPercent: number;
  /** Honour hours count for the record but earn no points (B1.2). */
  readonly earnsPoints: boolean;
}

interface DayMinutes {
  readonly day: number;
  readonly minutes: number;
}

/** Splits a service at midnight in Shanghai. `capOf` answers what a day can still take. */
function splitByDay(
  { signedInMs, actualMinutes }: Service,
  maxMinutes: number,
  capOf: (day: number) => number,
): DayMinutes[] {
  const rows: DayMinutes[] = [];
  const endMs = signedInMs + actualMinutes * MINUTE_MS;
  let left = maxMinutes;
  for (let fromMs = signedInMs; fromMs < endMs && left > 0;) {
    const day = shanghaiDay(fromMs);
    const toMs = Math.min(endMs, dayStartMs(day) + DAY_MS);
    // A sign-in within a minute: the minute that midnight cuts belongs to the day in which it ends.
    const onDay = Math.floor((toMs - signedInMs) / MINUTE_MS) - Math.floor((fromMs - signedInMs) / MINUTE_MS);
    const minutes = Math.min(onDay, left, Math.max(0, capOf(day)));
    if (minutes > 0) rows.push({ day, minutes });
    left -= minutes;
    fromMs = toMs;
  }
  return rows;
}

function sumMinutes(rows: readonly DayMinutes[]): number {
  return rows.reduce((sum, { minutes }) => sum + minutes, 0);
}

/** Takes minutes from the end until the whole is a multiple of the unit. */
function floorToUnit(rows: readonly DayMinutes[], unit: number): DayMinutes[] {
  let surplus = sumMinutes(rows) % unit;
  const floored: DayMinutes[] = [];
  for (const { day, minutes } of [...rows].reverse()) {
    const taken = Math.min(surplus, minutes);
    surplus -= taken;
    if (minutes > taken) floored.unshift({ day, minutes: minutes - taken });
  }
  return floored;
}

/** The points of credited minutes before any cap, by day; the whole is rounded down once. */
function pointsByDay(rows: readonly DayMinutes[], perHour: number, factorPercent: number): CreditRow[] {
  let minutesSoFar = 0;
  let pointsSoFar = 0;
  return rows.map(({ day, minutes }) => {
    minutesSoFar += minutes;
    const upToHere = Math.floor((minutesSoFar * perHour * factorPercent) / 6000);
    const points = upToHere - pointsSoFar;
    pointsSoFar = upToHere;
    return { day, minutes, points };
  });
}

interface Capped {
  readonly rows: readonly CreditRow[];
  readonly cappedBy: Cap;
}

/** Cuts the points of each day to what the day, its month and the village's month can still take (B1.3, B1.4). */
function capPoints(
  rows: readonly CreditRow[],
  volunteerId: number,
  facts: ServiceFacts,
  { points: { maxPerDay, maxPerMonth }, ledger: { maxIssuedPerMonth } }: RuleSet,
): Capped {
  let cappedBy: Cap = 'NONE';
  const inMonth = new Map<number, number>();
  const issuedInMonth = new Map<number, number>();
  const capped = rows.map(({ day, minutes, points: wanted }) => {
    if (wanted === 0) return { day, minutes, points: 0 };
    const dayLeft = Math.max(0, maxPerDay - facts.serviceOfDay(volunteerId, day).points);
    const month = monthStartDay(day);
    const monthUsed =
      inMonth.get(month) ?? facts.hourPointsBetween(volunteerId, month, monthStartDay(month + 31));
    const monthLeft = Math.max(0, maxPerMonth - monthUsed);
    const issued = issuedInMonth.get(month) ?? facts.issuedInMonth(month);
    const villageLeft = Math.max(0, maxIssuedPerMonth - issued);
    const points = Math.min(wanted, dayLeft, monthLeft, villageLeft);
    if (dayLeft < wanted && cappedBy === 'NONE') cappedBy = 'DAY_POINTS';
    if (monthLeft < Math.min(wanted, dayLeft)) cappedBy = 'MONTH_POINTS';
    if (villageLeft < Math.min(wanted, dayLeft, monthLeft)) cappedBy = 'VILLAGE_MONTH';
    inMonth.set(month, monthUsed + points);
    issuedInMonth.set(month, issued + points);
    return { day, minutes, points };
  });
  return { rows: capped, cappedBy };
}

/**
 * What a service is credited with. Minutes: at most the session's cap, at most what each day can still take, the
 * whole rounded down to the unit. Points: of the credited minutes, at most what day and month can still take.
 */
export function creditService(service: Service, facts: ServiceFacts, rules: RuleSet): Credit {
  const { volunteerId, actualMinutes, factorPercent, earnsPoints } = service;
  const { creditUnitMinutes: unit, maxSessionMinutes, maxDayMinutes } = rules.attendance;

  const session = Math.min(actualMinutes, maxSessionMinutes);
  const uncapped = splitByDay(service, session, () => maxDayMinutes);
  const byDay = splitByDay(
    service,
    session,
    (day) => maxDayMinutes - facts.serviceOfDay(volunteerId, day).minutes,
  );
  const credited = floorToUnit(byDay, unit);
  const whole = (minutes: number): number => minutes - (minutes % unit);

  let cappedBy: Cap = 'NONE';
  if (whole(session) < whole(actualMinutes)) cappedBy = 'SESSION';
  if (whole(sumMinutes(byDay)) < whole(sumMinutes(uncapped))) cappedBy = 'DAY_MINUTES';

  const perHour = earnsPoints ? rules.points.perCreditHour : 0;
  const points = capPoints(pointsByDay(credited, perHour, factorPercent), volunteerId, facts, rules);
  return {
    credits: points.rows,
    creditedMinutes: sumMinutes(credited),
    points: points.rows.reduce((sum, row) => sum + row.points, 0),
    cappedBy: points.cappedBy === 'NONE' ? cappedBy : points.cappedBy,
  };
}
