/**
 * From actual minutes to credited minutes and points (RULES.md B1.1, B1.3, B1.4, B2). Integers only, and every
 * division rounds down: no rule can mint a point by rounding.
 */
import type { RuleSet } from '../rules/ruleSet.ts';
import { DAY_MS, dayStartMs, MINUTE_MS, monthStartDay, shanghaiDay } from '../time.ts';
import type { Moment, ServiceFacts } from './facts.ts';

/** One calendar day of a service, as `credits` in the events. */
export interface CreditRow {
  /** As of `shanghaiDay`. */
  readonly day: number;
  readonly minutes: number;
  readonly points: number;
}

/** DATE: a day's cap, counted together with other days since nobody has vouched for the date. */
export type Cap =
  'NONE' | 'SESSION' | 'DAY_MINUTES' | 'DAY_POINTS' | 'DATE' | 'MONTH_POINTS' | 'VILLAGE_MONTH';

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
  /** The same by both clocks. */
  readonly signedIn: Moment;
  /** Whole minutes from sign-in to sign-out, not negative. */
  readonly actualMinutes: number;
  /** Points are multiplied by this many hundredths, within the bounds of the rules. */
  readonly factorPercent: number;
  /** Honour hours count for the record but earn no points (B1.2). */
  readonly earnsPoints: boolean;
}

interface DayMinutes {
  readonly day: number;
  readonly minutes: number;
}

/** Splits a service at midnight in Shanghai. `capOf` answers what a day can still take after so many of its minutes. */
function splitByDay(
  { signedInMs, actualMinutes }: Service,
  maxMinutes: number,
  capOf: (day: number, soFar: number) => number,
): DayMinutes[] {
  const rows: DayMinutes[] = [];
  const endMs = signedInMs + actualMinutes * MINUTE_MS;
  let left = maxMinutes;
  for (let fromMs = signedInMs; fromMs < endMs && left > 0;) {
    const day = shanghaiDay(fromMs);
    const toMs = Math.min(endMs, dayStartMs(day) + DAY_MS);
    // A sign-in within a minute: the minute that midnight cuts belongs to the day in which it ends.
    const onDay = Math.floor((toMs - signedInMs) / MINUTE_MS) - Math.floor((fromMs - signedInMs) / MINUTE_MS);
    const minutes = Math.min(onDay, left, Math.max(0, capOf(day, sumMinutes(rows))));
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
  { volunteerId, signedIn }: Service,
  facts: ServiceFacts,
  { points: { maxPerDay, maxPerMonth }, ledger: { maxIssuedPerMonth } }: RuleSet,
): Capped {
  let cappedBy: Cap = 'NONE';
  const inMonth = new Map<number, number>();
  const issuedInMonth = new Map<number, number>();
  let soFar = 0;
  const capped = rows.map(({ day, minutes, points: wanted }) => {
    if (wanted === 0) return { day, minutes, points: 0 };
    const ofDay = facts.serviceOfDay(volunteerId, day, signedIn);
    const dayLeft = Math.max(0, maxPerDay - ofDay.points - (ofDay.dates === undefined ? 0 : soFar));
    const month = monthStartDay(day);
    const monthUsed =
      inMonth.get(month) ?? facts.hourPointsBetween(volunteerId, month, monthStartDay(month + 31));
    const monthLeft = Math.max(0, maxPerMonth - monthUsed);
    const issued = issuedInMonth.get(month) ?? facts.issuedInMonth(month);
    const villageLeft = Math.max(0, maxIssuedPerMonth - issued);
    const points = Math.min(wanted, dayLeft, monthLeft, villageLeft);
    if (dayLeft < wanted && cappedBy === 'NONE') cappedBy = ofDay.dates === 'BINDING' ? 'DATE' : 'DAY_POINTS';
    if (monthLeft < Math.min(wanted, dayLeft)) cappedBy = 'MONTH_POINTS';
    if (villageLeft < Math.min(wanted, dayLeft, monthLeft)) cappedBy = 'VILLAGE_MONTH';
    inMonth.set(month, monthUsed + points);
    issuedInMonth.set(month, issued + points);
    soFar += points;
    return { day, minutes, points };
  });
  return { rows: capped, cappedBy };
}

/** Whether the day on which a service began counts together with others, since nobody vouched for its date. */
function isDateBinding({ volunteerId, signedInMs, signedIn }: Service, facts: ServiceFacts): boolean {
  return facts.serviceOfDay(volunteerId, shanghaiDay(signedInMs), signedIn).dates === 'BINDING';
}

/**
 * What a service is credited with. Minutes: at most the session's cap, at most what each day can still take, the
 * whole rounded down to the unit. Points: of the credited minutes, at most what day and month can still take.
 */
export function creditService(service: Service, facts: ServiceFacts, rules: RuleSet): Credit {
  const { volunteerId, signedIn, actualMinutes, factorPercent, earnsPoints } = service;
  const { creditUnitMinutes: unit, maxSessionMinutes, maxDayMinutes } = rules.attendance;

  const session = Math.min(actualMinutes, maxSessionMinutes);
  const uncapped = splitByDay(service, session, () => maxDayMinutes);
  const byDay = splitByDay(service, session, (day, soFar) => {
    const ofDay = facts.serviceOfDay(volunteerId, day, signedIn);
    return maxDayMinutes - ofDay.minutes - (ofDay.dates === undefined ? 0 : soFar);
  });
  const credited = floorToUnit(byDay, unit);
  const whole = (minutes: number): number => minutes - (minutes % unit);

  let cappedBy: Cap = 'NONE';
  if (whole(session) < whole(actualMinutes)) cappedBy = 'SESSION';
  if (whole(sumMinutes(byDay)) < whole(sumMinutes(uncapped)))
    cappedBy = isDateBinding(service, facts) ? 'DATE' : 'DAY_MINUTES';

  const perHour = earnsPoints ? rules.points.perCreditHour : 0;
  const { leastFactorPercent: least, mostFactorPercent: most } = rules.points;
  const factor = Math.min(most, Math.max(least, factorPercent));
  const points = capPoints(pointsByDay(credited, perHour, factor), service, facts, rules);
  return {
    credits: points.rows,
    creditedMinutes: sumMinutes(credited),
    points: points.rows.reduce((sum, row) => sum + row.points, 0),
    cappedBy: points.cappedBy === 'NONE' ? cappedBy : points.cappedBy,
  };
}
