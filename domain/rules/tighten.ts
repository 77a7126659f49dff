/**
 * A station may only tighten what its county set (RULES.md B, first line). Every number stands in one table with
 * the direction in which it is tighter; a number without a line there does not compile.
 */
import { expiryDayOf } from '../points/terms.ts';
import { err, ok, type Result } from '../result.ts';
import type { BackfillRules, LedgerRules, RuleSet, RuleWishes } from './ruleSet.ts';

/** Whether the station's value is the county's own or tighter. */
type Check<T> = (county: T, station: T) => boolean;
type Checks<T> = { readonly [K in keyof T]: Check<T[K]> };

const atMost: Check<number> = (county, station) => station <= county;
const atLeast: Check<number> = (county, station) => station >= county;
const onlyOff: Check<boolean> = (county, station) => county || !station;
const same = <T>(county: T, station: T): boolean => JSON.stringify(county) === JSON.stringify(station);
const noneBut: Check<readonly string[]> = (county, station) => station.every((item) => county.includes(item));

/** The county's own word, or the stricter one of two. */
function orElse(stricter: string): Check<string> {
  return (county, station) => station === county || station === stricter;
}

interface Span {
  readonly fromMinute: number;
  readonly toMinute: number;
}
const within: Check<readonly Span[]> = (county, station) =>
  station.every(({ fromMinute, toMinute }) =>
    county.some((span) => fromMinute >= span.fromMinute && toMinute <= span.toMinute),
  );

const awards: Check<LedgerRules['awards']> = (county, station) =>
  station.minPoints >= county.minPoints &&
  station.maxPoints <= county.maxPoints &&
  station.maxPerHouseholdMonth <= county.maxPerHouseholdMonth &&
  station.catalogue.every((mine) =>
    county.catalogue.some(({ id, to, points }) => id === mine.id && to === mine.to && mine.points <= points),
  );

const ATTENDANCE: Checks<RuleSet['attendance']> = {
  // Whole multiples only: then nobody is credited more by rounding at another place.
  creditUnitMinutes: (county, station) => station % county === 0,
  maxSessionMinutes: atMost,
  maxDayMinutes: atMost,
  maxPairsPerActivityDay: atMost,
  lapseAfterPlannedEndMinutes: atMost,
  closedByLeaderAs: orElse('HONOR'),
  signInBeforeStartMinutes: atMost,
  changeActivityWithinMinutes: atMost,
};
const POINTS: Checks<RuleSet['points']> = {
  perCreditHour: atMost,
  maxPerDay: atMost,
  maxPerMonth: atMost,
  leastFactorPercent: atMost,
  mostFactorPercent: atMost,
  settlement: orElse('posted'),
};
const SHOP: Checks<RuleSet['shop']> = {
  // No days named means every day.
  openDaysOfMonth: (county, station) =>
    county.length === 0 || (station.length > 0 && station.every((day) => county.includes(day))),
  openHours: within,
  maxPointsPerMonth: atMost,
  maxStapleUnitsPerMonth: atMost,
  maxScarceUnitsPerQuarter: atMost,
  keeperConfirmsAbovePoints: atMost,
  pricePostingDays: atLeast,
};
const LEDGER: Checks<LedgerRules> = {
  // Judged together with its months, below.
  expiry: () => true,
  expiryMonths: () => true,
  postingWorkingDays: atLeast,
  // The calendar is the county's: another would end postings on other days.
  holidays: (county, station) => noneBut(station, county),
  extraWorkdays: noneBut,
  maxIssuedPerMonth: atMost,
  awards,
  gifts: (county, station) =>
    onlyOff(county.enabled, station.enabled) && station.perHundredEarned <= county.perHundredEarned,
  pooling: onlyOff,
  faultyReturnDays: atMost,
  cancelDays: atMost,
  // Owners may be told more often, never less.
  expiryNoticeDays: (county, station) => county.every((days) => station.includes(days)),
  adultYears: atLeast,
  unconfirmedSpendPoints: atMost,
};

const BACKFILL: Checks<BackfillRules> = { withinDays: atMost, earnsPoints: onlyOff };

/** Four years hold every month and a leap day. */
const DAYS = 1461;
const SOME_DAY = 20_454; // 2026-01-01

/** Whether no point lives longer than the county lets it, whatever day it is earned on. */
function lapsesNoLater(county: RuleSet, station: RuleSet): boolean {
  const termsOf = ({ points, ledger }: RuleSet) => ({ settlement: points.settlement, ...ledger });
  const [theirs, mine] = [termsOf(county), termsOf(station)];
  if (same(theirs, mine)) return true; // As nearly everywhere: four years need not be gone through at each start.
  for (let day = SOME_DAY; day < SOME_DAY + DAYS; day++)
    if (expiryDayOf(mine, day) > expiryDayOf(theirs, day)) return false;
  return true;
}

function looserIn<T extends object>(group: string, checks: Checks<T>, county: T, station: T): string | null {
  for (const name of Object.keys(checks) as (keyof T & string)[])
    if (!same(county[name], station[name]) && !checks[name](county[name], station[name]))
      return `${group}.${name}`;
  return null;
}

/**
 * The rules of a station: what it asks for, if nothing of it is looser than its county's. They carry the county's
 * version, since it is the county that signs them. LOOSER names the first number that is.
 */
export function tighten(
  county: RuleSet,
  station: Omit<RuleSet, 'version'>,
): Result<RuleSet, { readonly kind: 'LOOSER'; readonly path: string }> {
  const wanted: RuleSet = { ...station, version: county.version };
  const looser =
    looserIn('attendance', ATTENDANCE, county.attendance, wanted.attendance) ??
    looserIn('points', POINTS, county.points, wanted.points) ??
    looserIn('shop', SHOP, county.shop, wanted.shop) ??
    looserIn('ledger', LEDGER, county.ledger, wanted.ledger) ??
    looserIn('backfill', BACKFILL, county.backfill, wanted.backfill) ??
    (lapsesNoLater(county, wanted) ? null : 'ledger.expiry');
  return looser === null ? ok(wanted) : err({ kind: 'LOOSER', path: looser });
}

export interface Tightened {
  readonly rules: RuleSet;
  /** The wishes that would have loosened the county's rules, such as `points.maxPerDay`; they have no effect. */
  readonly looser: readonly string[];
}

/**
 * The county's rules with what a station asks for in their place. A wish that would loosen them falls away alone: the
 * county that tightens one number must not undo all of a village's own.
 */
export function tightenBy(county: RuleSet, wishes: RuleWishes): Tightened {
  const looser: string[] = [];
  let rules = county;
  for (const [group, of] of Object.entries(wishes) as [keyof RuleWishes, object][])
    for (const [name, value] of Object.entries(of)) {
      if (value === undefined) continue;
      const wanted = tighten(county, { ...rules, [group]: { ...rules[group], [name]: value as unknown } });
      if (wanted.ok) rules = wanted.value;
      else looser.push(`${group}.${name}`);
    }
  return { rules, looser };
}
