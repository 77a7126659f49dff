/**
 * The county's numbered set of rules. Every number is a county setting; the defaults are those of RULES.md B.
 * An event names the version it was decided by, so the county can decide again by the same code.
 */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const minuteOfDay = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1440));

export const ruleSetSchema = v.object({
  /** Rises by one with every change; 0 is the built-in default before the county sent any. */
  version: count,
  attendance: v.object({
    /** Minutes are credited in whole units of this length, rounded down (B1.1). */
    creditUnitMinutes: positive,
    maxSessionMinutes: positive,
    maxDayMinutes: positive,
    /** Sign-in/sign-out pairs per person, activity and day (B1.1). */
    maxPairsPerActivityDay: positive,
    /** An attendance still open this long after the activity's planned end is UNCLOSED. */
    lapseAfterPlannedEndMinutes: positive,
    /** Whether a leader's closing earns points (CREDIT) or only hours (HONOR), B1.2. */
    closedByLeaderAs: v.picklist(['CREDIT', 'HONOR']),
    /** Signing in is possible this long before the planned start. */
    signInBeforeStartMinutes: count,
  }),
  points: v.object({
    perCreditHour: positive,
    maxPerDay: positive,
    maxPerMonth: positive,
    /** `immediate`: points of self-scanned hours can be spent at once. `posted` comes with the notice 公示. */
    settlement: v.picklist(['immediate', 'posted']),
  }),
  shop: v.object({
    /** Days of the month on which the shop is open; empty means every day. */
    openDaysOfMonth: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(31))),
    /** Opening times as minutes of the day, end exclusive. */
    openHours: v.array(v.object({ fromMinute: minuteOfDay, toMinute: minuteOfDay })),
    maxPointsPerMonth: positive,
    maxStapleUnitsPerMonth: positive,
    maxScarceUnitsPerQuarter: positive,
    /** A redemption above this many points, and any without a scanned card, needs the keeper (DESIGN.md, Cards). */
    keeperConfirmsAbovePoints: count,
  }),
});

export type RuleSet = v.InferOutput<typeof ruleSetSchema>;

/** The defaults of RULES.md B, in force until the county sends its own. */
export const DEFAULT_RULES: RuleSet = {
  version: 0,
  attendance: {
    creditUnitMinutes: 30,
    maxSessionMinutes: 240,
    maxDayMinutes: 480,
    maxPairsPerActivityDay: 3,
    lapseAfterPlannedEndMinutes: 120,
    closedByLeaderAs: 'HONOR',
    signInBeforeStartMinutes: 60,
  },
  points: { perCreditHour: 10, maxPerDay: 80, maxPerMonth: 400, settlement: 'immediate' },
  shop: {
    openDaysOfMonth: [1, 15],
    openHours: [
      { fromMinute: 8 * 60 + 30, toMinute: 11 * 60 + 30 },
      { fromMinute: 14 * 60 + 30, toMinute: 17 * 60 + 30 },
    ],
    maxPointsPerMonth: 300,
    maxStapleUnitsPerMonth: 2,
    maxScarceUnitsPerQuarter: 1,
    keeperConfirmsAbovePoints: 100,
  },
};
