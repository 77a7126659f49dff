import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_RULES,
  LATER_RULES,
  ruleSetSchema,
  rulesFileSchema,
  ruleWishesSchema,
  type RuleSet,
} from '../../../domain/rules/ruleSet.ts';
import { tighten, tightenBy } from '../../../domain/rules/tighten.ts';

/** Where a default is as tight as can be, the county allows more. */
const COUNTY: RuleSet = {
  ...DEFAULT_RULES,
  points: { ...DEFAULT_RULES.points, leastFactorPercent: 80 },
  ledger: { ...DEFAULT_RULES.ledger, cancelDays: 1 },
};

type Change = {
  readonly [G in 'attendance' | 'points' | 'shop' | 'ledger' | 'backfill']?: Partial<RuleSet[G]>;
};
function changed(by: Change): RuleSet {
  return {
    version: 99,
    attendance: { ...COUNTY.attendance, ...by.attendance },
    points: { ...COUNTY.points, ...by.points },
    shop: { ...COUNTY.shop, ...by.shop },
    ledger: { ...COUNTY.ledger, ...by.ledger },
    backfill: { ...COUNTY.backfill, ...by.backfill },
  };
}
const { awards, gifts } = COUNTY.ledger;
const [first] = awards.catalogue;
if (first === undefined) throw new Error('no catalogue');

const TIGHTER: readonly (readonly [string, Change])[] = [
  ['attendance.creditUnitMinutes', { attendance: { creditUnitMinutes: 60 } }],
  ['attendance.maxSessionMinutes', { attendance: { maxSessionMinutes: 180 } }],
  ['attendance.maxDayMinutes', { attendance: { maxDayMinutes: 240 } }],
  ['attendance.maxPairsPerActivityDay', { attendance: { maxPairsPerActivityDay: 1 } }],
  ['attendance.lapseAfterPlannedEndMinutes', { attendance: { lapseAfterPlannedEndMinutes: 30 } }],
  ['attendance.signInBeforeStartMinutes', { attendance: { signInBeforeStartMinutes: 0 } }],
  ['backfill.withinDays', { backfill: { withinDays: 7 } }],
  ['points.perCreditHour', { points: { perCreditHour: 5 } }],
  ['points.maxPerDay', { points: { maxPerDay: 40 } }],
  ['points.maxPerMonth', { points: { maxPerMonth: 200 } }],
  ['points.settlement', { points: { settlement: 'posted' } }],
  ['shop.openDaysOfMonth', { shop: { openDaysOfMonth: [15] } }],
  ['shop.openHours', { shop: { openHours: [{ fromMinute: 540, toMinute: 600 }] } }],
  ['shop.maxPointsPerMonth', { shop: { maxPointsPerMonth: 100 } }],
  ['shop.maxStapleUnitsPerMonth', { shop: { maxStapleUnitsPerMonth: 1 } }],
  ['shop.keeperConfirmsAbovePoints', { shop: { keeperConfirmsAbovePoints: 0 } }],
  ['ledger.expiry', { ledger: { expiry: 'YEAR_END' } }],
  ['ledger.expiry', { ledger: { expiry: 'MONTHS', expiryMonths: 12 } }],
  ['ledger.postingWorkingDays', { ledger: { postingWorkingDays: 5 } }],
  ['ledger.holidays', { ledger: { holidays: ['2026-10-01'] } }],
  ['ledger.maxIssuedPerMonth', { ledger: { maxIssuedPerMonth: 1000 } }],
  ['ledger.awards', { ledger: { awards: { ...awards, maxPoints: 50 } } }],
  ['ledger.awards', { ledger: { awards: { ...awards, catalogue: [{ ...first, points: 5 }] } } }],
  ['ledger.pooling', { ledger: { pooling: false } }],
  ['ledger.faultyReturnDays', { ledger: { faultyReturnDays: 3 } }],
  ['attendance.changeActivityWithinMinutes', { attendance: { changeActivityWithinMinutes: 5 } }],
  ['points.leastFactorPercent', { points: { leastFactorPercent: 50 } }],
  ['points.mostFactorPercent', { points: { mostFactorPercent: 150 } }],
  ['shop.pricePostingDays', { shop: { pricePostingDays: 5 } }],
  ['ledger.cancelDays', { ledger: { cancelDays: 0 } }],
  ['ledger.expiryNoticeDays', { ledger: { expiryNoticeDays: [90, 60, 30, 7] } }],
  ['ledger.adultYears', { ledger: { adultYears: 20 } }],
];
const LOOSER: readonly (readonly [string, Change])[] = [
  ['attendance.creditUnitMinutes', { attendance: { creditUnitMinutes: 15 } }],
  ['attendance.creditUnitMinutes', { attendance: { creditUnitMinutes: 45 } }],
  ['attendance.maxSessionMinutes', { attendance: { maxSessionMinutes: 241 } }],
  ['attendance.closedByLeaderAs', { attendance: { closedByLeaderAs: 'CREDIT' } }],
  ['points.perCreditHour', { points: { perCreditHour: 11 } }],
  ['points.maxPerDay', { points: { maxPerDay: 81 } }],
  ['shop.openDaysOfMonth', { shop: { openDaysOfMonth: [] } }],
  ['shop.openDaysOfMonth', { shop: { openDaysOfMonth: [1, 2] } }],
  ['shop.openHours', { shop: { openHours: [{ fromMinute: 500, toMinute: 600 }] } }],
  ['shop.maxScarceUnitsPerQuarter', { shop: { maxScarceUnitsPerQuarter: 2 } }],
  ['ledger.expiry', { ledger: { expiry: 'NONE' } }],
  ['ledger.expiry', { ledger: { expiry: 'MONTHS', expiryMonths: 24 } }],
  ['ledger.postingWorkingDays', { ledger: { postingWorkingDays: 2 } }],
  ['ledger.extraWorkdays', { ledger: { extraWorkdays: ['2026-10-10'] } }],
  ['ledger.awards', { ledger: { awards: { ...awards, minPoints: 1 } } }],
  ['ledger.awards', { ledger: { awards: { ...awards, catalogue: [{ ...first, points: 11 }] } } }],
  ['ledger.awards', { ledger: { awards: { ...awards, catalogue: [{ ...first, id: 77 }] } } }],
  ['ledger.gifts', { ledger: { gifts: { ...gifts, enabled: true } } }],
  ['backfill.withinDays', { backfill: { withinDays: 31 } }],
  ['backfill.earnsPoints', { backfill: { earnsPoints: true } }],
];

describe('a station may only tighten', () => {
  it('takes the same rules, and gives them the version of the county', () => {
    expect(tighten(COUNTY, changed({}))).toEqual({ ok: true, value: COUNTY });
  });
  it.each(TIGHTER)(
    'takes a tighter %s, and the county may not be made as tight by a station',
    (path, change) => {
      const rules = changed(change);
      expect(tighten(COUNTY, rules)).toMatchObject({ ok: true });
      expect(tighten({ ...rules, version: 1 }, COUNTY)).toEqual({
        ok: false,
        error: { kind: 'LOOSER', path },
      });
    },
  );
  it.each(LOOSER)('refuses a looser %s by its name', (path, change) => {
    expect(tighten(COUNTY, changed(change))).toEqual({ ok: false, error: { kind: 'LOOSER', path } });
  });
});

const LATER: Readonly<Record<string, object | undefined>> = LATER_RULES;

describe('numbers that were constants once', () => {
  it('are what they were in rules that say nothing of them, and stand for nothing that was not said', () => {
    const older = Object.fromEntries(
      Object.entries(DEFAULT_RULES).map(([name, group]: [string, unknown]) => {
        const later = Object.keys(LATER[name] ?? {});
        if (typeof group !== 'object' || group === null) return [name, group];
        return [name, Object.fromEntries(Object.entries(group).filter(([key]) => !later.includes(key)))];
      }),
    );
    expect(Object.keys(older['shop'] as object)).not.toContain('pricePostingDays');
    expect(v.parse(ruleSetSchema, older)).toEqual(DEFAULT_RULES);
    for (const group of Object.keys(LATER_RULES)) {
      expect(v.parse(rulesFileSchema, { [group]: {} })).toEqual({ [group]: {} });
      expect(v.parse(ruleWishesSchema, { [group]: {} })).toEqual({ [group]: {} });
    }
  });
  it('are read within their bounds only', () => {
    const read = (change: object) => v.is(rulesFileSchema, change);
    expect(read({ points: { mostFactorPercent: 201 } })).toBe(false);
    expect(read({ points: { leastFactorPercent: 49 } })).toBe(false);
    expect(read({ ledger: { expiryNoticeDays: [0] } })).toBe(false);
    expect(read({ ledger: { adultYears: 0 } })).toBe(false);
    expect(read({ ledger: { expiryNoticeDays: [90, 7] } })).toBe(true);
  });
});

describe('the wishes of a station', () => {
  it('stand in the place of the county’s numbers, under the county’s version', () => {
    const wished = tightenBy({ ...COUNTY, version: 7 }, { points: { maxPerDay: 40 } });
    expect(wished).toEqual({
      rules: { ...COUNTY, version: 7, points: { ...COUNTY.points, maxPerDay: 40 } },
      looser: [],
    });
  });
  it('fall away where they would loosen them, each by itself and by name', () => {
    const wishes = {
      points: { maxPerDay: 40, maxPerMonth: 500 },
      shop: { maxPointsPerMonth: 301, maxStapleUnitsPerMonth: 1 },
    };
    expect(tightenBy(COUNTY, wishes)).toEqual({
      rules: {
        ...COUNTY,
        points: { ...COUNTY.points, maxPerDay: 40 },
        shop: { ...COUNTY.shop, maxStapleUnitsPerMonth: 1 },
      },
      looser: ['points.maxPerMonth', 'shop.maxPointsPerMonth'],
    });
  });
  it('are refused where they are misspelt, or would touch what the journal says', () => {
    expect(v.is(ruleWishesSchema, { points: { maxPerDay: 40 } })).toBe(true);
    for (const wrong of [{ points: { maxPerDays: 40 } }, { point: {} }, { points: { settlement: 'posted' } }])
      expect(v.is(ruleWishesSchema, wrong)).toBe(false);
  });
});
