/**
 * The county's numbered set of rules. Every number is a county setting; the defaults are those of RULES.md B.
 * An event names the version it was decided by, so the county can decide again by the same code.
 */
import * as v from 'valibot';
import { EXPIRY_MODES, SETTLEMENTS } from '../points/terms.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Hundredths of a factor; older programs can read none beyond these bounds. */
const factorBetween = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
/** A date is told of at most so often. */
const MOST_NOTICES = 10;

/**
 * Numbers that were constants once, with what they were: a set of rules that says nothing of one, such as one of those
 * days, means this.
 */
export const LATER_RULES = {
  attendance: { changeActivityWithinMinutes: 10 },
  points: { leastFactorPercent: 50, mostFactorPercent: 200 },
  shop: { pricePostingDays: 3 },
  ledger: { expiryNoticeDays: [60, 30, 7], cancelDays: 0, adultYears: 18 },
};
/** A civil date, 2026-10-01. */
const date = v.pipe(v.string(), v.isoDate());

/** What became of points after they were earned (B3 to B9); a county that says nothing of it has the defaults. */
const ledgerSchema = v.object({
  expiry: v.picklist(EXPIRY_MODES),
  /** For MONTHS only. */
  expiryMonths: positive,
  /** An approved entry is posted 公示 for so many working days. */
  postingWorkingDays: count,
  /** Weekdays on which nobody works, and days of a weekend on which everybody does 调休. */
  holidays: v.array(date),
  extraWorkdays: v.array(date),
  /** The village issues no more points than this in a month, hours and awards together. */
  maxIssuedPerMonth: positive,
  awards: v.object({
    minPoints: positive,
    maxPoints: positive,
    maxPerHouseholdMonth: positive,
    catalogue: v.array(
      v.object({
        id: positive,
        name: v.pipe(v.string(), v.maxLength(400)),
        points: positive,
        to: v.picklist(['PERSON', 'HOUSEHOLD']),
      }),
    ),
  }),
  /** Points from donations: with so many of them for each hundred earned ones that are spent (B8). */
  gifts: v.object({ enabled: v.boolean(), perHundredEarned: positive }),
  /** Whether a household whose adults all consent may spend together (B9). */
  pooling: v.boolean(),
  /** Faulty goods can be brought back within so many days. */
  faultyReturnDays: count,
  /**
   * Of what was earned at a station and has not been acknowledged by the county, an account may spend so many points;
   * the rest waits, since a station that somebody tampered with could mint them (DESIGN.md, escrow).
   */
  unconfirmedSpendPoints: v.optional(count, 80),
  /** Owners are told so many days before the last one of their points (B8); empty: they are not. */
  expiryNoticeDays: v.optional(
    v.pipe(v.array(positive), v.maxLength(MOST_NOTICES)),
    LATER_RULES.ledger.expiryNoticeDays,
  ),
  /** An exchange can be cancelled for so many days after its own; 0: on its own day only (B6). */
  cancelDays: v.optional(count, LATER_RULES.ledger.cancelDays),
  /** Whoever is younger does not use the shop alone, and neither pools nor consents to it (B9, B20). */
  adultYears: v.optional(positive, LATER_RULES.ledger.adultYears),
});
export type LedgerRules = v.InferOutput<typeof ledgerSchema>;

/** Hours that no scan recorded 补录 (B2); a county that says nothing of them has the defaults. */
const backfillSchema = v.object({
  /** They can be recorded for so many days. */
  withinDays: count,
  /** Whether they earn points; for the record, stars and quotas they count in any case. */
  earnsPoints: v.boolean(),
});
export type BackfillRules = v.InferOutput<typeof backfillSchema>;

const minuteOfDay = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1440));
const openHoursSchema = v.object({ fromMinute: minuteOfDay, toMinute: minuteOfDay });

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
    /** The activity of an open attendance can be corrected so long after its sign-in. */
    changeActivityWithinMinutes: v.optional(count, LATER_RULES.attendance.changeActivityWithinMinutes),
  }),
  points: v.object({
    perCreditHour: positive,
    maxPerDay: positive,
    maxPerMonth: positive,
    /** `immediate`: points of self-scanned hours can be spent at once. `posted` comes with the notice 公示. */
    settlement: v.picklist(SETTLEMENTS),
    /** Points of an activity are multiplied by no less and no more than these (B1.3). */
    leastFactorPercent: v.optional(factorBetween(50, 100), LATER_RULES.points.leastFactorPercent),
    mostFactorPercent: v.optional(factorBetween(100, 200), LATER_RULES.points.mostFactorPercent),
  }),
  shop: v.object({
    /** Days of the month on which the shop is open; empty means every day. */
    openDaysOfMonth: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(31))),
    /** Opening times as minutes of the day, end exclusive. */
    openHours: v.array(openHoursSchema),
    maxPointsPerMonth: positive,
    maxStapleUnitsPerMonth: positive,
    maxScarceUnitsPerQuarter: positive,
    /** A redemption above this many points, and any without a scanned card, needs the keeper (DESIGN.md, Cards). */
    keeperConfirmsAbovePoints: count,
    /** A new price is posted for so many days before it holds (B7). */
    pricePostingDays: v.optional(count, LATER_RULES.shop.pricePostingDays),
  }),
  ledger: v.optional(ledgerSchema, () => DEFAULT_LEDGER),
  backfill: v.optional(backfillSchema, () => DEFAULT_BACKFILL),
});

/** Sources of the catalogue: RULES.md A2 [9] and [13], within the least and the most of B3. */
const DEFAULT_LEDGER: LedgerRules = {
  expiry: 'END_OF_NEXT_YEAR',
  expiryMonths: 12,
  postingWorkingDays: 3,
  holidays: [],
  extraWorkdays: [],
  maxIssuedPerMonth: 100_000,
  awards: {
    minPoints: 5,
    maxPoints: 100,
    maxPerHouseholdMonth: 200,
    catalogue: [
      { id: 1, name: '自行化解矛盾', points: 10, to: 'PERSON' },
      { id: 2, name: '见义勇为', points: 20, to: 'PERSON' },
      { id: 3, name: '调解邻里纠纷', points: 100, to: 'PERSON' },
      { id: 4, name: '获得村级荣誉', points: 10, to: 'PERSON' },
      { id: 5, name: '喜事新办、丧事简办', points: 20, to: 'HOUSEHOLD' },
      { id: 6, name: '庭院清洁', points: 10, to: 'HOUSEHOLD' },
    ],
  },
  gifts: { enabled: false, perHundredEarned: 100 },
  pooling: true,
  faultyReturnDays: 7,
  unconfirmedSpendPoints: 80,
  ...LATER_RULES.ledger,
};

const DEFAULT_BACKFILL: BackfillRules = { withinDays: 30, earnsPoints: false };

export type RuleSet = v.InferOutput<typeof ruleSetSchema>;

/** What a station asks for beside its county's rules; only what is tighter has effect (tighten.ts). */
export interface RuleWishes {
  readonly attendance?: Partial<RuleSet['attendance']>;
  readonly points?: Partial<Omit<RuleSet['points'], 'settlement'>>;
  readonly shop?: Partial<RuleSet['shop']>;
  readonly ledger?: Partial<Omit<LedgerRules, 'expiry' | 'expiryMonths'>>;
  readonly backfill?: Partial<BackfillRules>;
}
const { attendance, points, shop } = ruleSetSchema.entries;
/**
 * Settlement and expiry are left out: they are facts of the journal, by which the county folds it too, and so
 * only the county's. A name that is none of these is refused, since a rule that was misspelt would not hold.
 */
export const ruleWishesSchema = v.strictObject({
  attendance: v.optional(v.strictObject(v.partial(attendance).entries)),
  points: v.optional(v.strictObject(v.partial(v.omit(points, ['settlement'])).entries)),
  shop: v.optional(v.strictObject(v.partial(shop).entries)),
  ledger: v.optional(v.strictObject(v.partial(v.omit(ledgerSchema, ['expiry', 'expiryMonths'])).entries)),
  backfill: v.optional(v.strictObject(v.partial(backfillSchema).entries)),
});

/**
 * What an administrator writes to change rules of the county: only the numbers that change. A name that is none of the
 * rules is refused, since what was misspelt would be taken for said.
 */
export const rulesFileSchema = v.strictObject({
  attendance: v.optional(v.strictObject(v.partial(attendance).entries)),
  points: v.optional(v.strictObject(v.partial(points).entries)),
  shop: v.optional(
    v.strictObject({
      ...v.partial(v.omit(shop, ['openHours'])).entries,
      openHours: v.optional(v.array(v.strictObject(openHoursSchema.entries))),
    }),
  ),
  ledger: v.optional(
    v.strictObject({
      ...v.partial(v.omit(ledgerSchema, ['awards', 'gifts', 'unconfirmedSpendPoints'])).entries,
      awards: v.optional(v.strictObject(v.partial(ledgerSchema.entries.awards).entries)),
      gifts: v.optional(v.strictObject(v.partial(ledgerSchema.entries.gifts).entries)),
      // Its default must not stand for what was not said.
      unconfirmedSpendPoints: v.optional(count),
    }),
  ),
  backfill: v.optional(v.strictObject(v.partial(backfillSchema).entries)),
});

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
    ...LATER_RULES.attendance,
  },
  points: {
    perCreditHour: 10,
    maxPerDay: 80,
    maxPerMonth: 400,
    settlement: 'immediate',
    ...LATER_RULES.points,
  },
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
    ...LATER_RULES.shop,
  },
  ledger: DEFAULT_LEDGER,
  backfill: DEFAULT_BACKFILL,
};
