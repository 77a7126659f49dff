/**
 * Whoever has had all of a month sets the date to the next one and starts the machine again. Nobody has vouched for that
 * date, so the months count together: for hours, for awards, in the shop. When the month has really come, and somebody
 * says so, it is one of its own.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { togetherWith } from '../../db/settledMonths.ts';
import type { Store } from '../../db/types.ts';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import { DAY_MS, monthStartDay, quarterStartDay, shanghaiDay } from '../../domain/time.ts';
import { MINUTE_MS, MORNING_MS, open, recordDrafts, sampleReference, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

/** Rice: staple and scarce. */
const RICE = 1;
const NEXT_MONTH_MS = MORNING_MS + 10 * DAY_MS;
const LATER_MS = Date.parse('2027-01-02T08:00:00+08:00');

let dir = '';
let clock: TestClock;
let store: Store;
afterEach(() => {
  store.close();
});

/** A village on a settled day in which everything of a month and a quarter was had. */
function begin(): void {
  dir = tempDir();
  clock = new TestClock();
  store = open(dir, clock);
  store.confirmClock(MORNING_MS);
  const { goods } = sampleReference();
  store.applyReference(
    sampleReference({
      rules: { ...DEFAULT_RULES, version: 3 },
      goods: goods.map((one) => ({ ...one, staple: one.id === RICE, scarce: one.id === RICE })),
    }),
  );
  recordDrafts(store, [
    { type: 'STOCK_MOVED', goodsId: RICE, quantity: 9, reason: 'DONATION', note: '' },
    {
      type: 'POINTS_AWARDED',
      holder: 'PERSON',
      holderId: 1,
      householdId: 1,
      awardId: 1,
      points: 200,
      reason: '好',
    },
    {
      type: 'REDEEMED',
      volunteerId: 1,
      cardNumber: 1,
      source: 'HID',
      confirmedBy: 'CARD',
      lines: [{ goodsId: RICE, quantity: 2, unitPoints: 50 }],
      totalPoints: 100,
    },
  ]);
}
function reboot(wallMs: number): void {
  store.close();
  Object.assign(clock, { wallMs, mono: 5000, boot: `${clock.boot}+` });
  store = open(dir, clock);
}
/** What counts in the month of the station's date. */
function counted() {
  const day = shanghaiDay(store.nowMs());
  const [month, quarter] = [monthStartDay(day), quarterStartDay(day)];
  const { views } = store;
  return {
    issued: views.issuedInMonth(month),
    awarded: views.awardedInMonth(1, month),
    person: views.redeemedBy(1, month, quarter),
    household: views.redeemedByHousehold(1, month, quarter),
  };
}
const REDEEMED = { monthPoints: 100, monthStapleUnits: 2, quarterScarceUnits: 2 };
const NOT_REDEEMED = { monthPoints: 0, monthStapleUnits: 0, quarterScarceUnits: 0 };
const ALL = { issued: 200, awarded: 200, person: REDEEMED, household: REDEEMED };
const NOTHING = { issued: 0, awarded: 0, person: NOT_REDEEMED, household: NOT_REDEEMED };

describe('caps of months and quarters while nobody has vouched for the date', () => {
  it.each([
    ['next month', NEXT_MONTH_MS],
    ['next quarter', LATER_MS],
    ['last month', MORNING_MS - 40 * DAY_MS],
  ])(
    'are not opened by a boot in %s, and a month is one of its own when somebody says it is this',
    (_, ms) => {
      begin();
      expect(counted()).toEqual(ALL);
      reboot(ms);
      expect(counted()).toEqual(ALL);
      if (ms < MORNING_MS) return;
      recordDrafts(store, [{ type: 'DATE_CONFIRMED' }]);
      const isQuarter = ms === LATER_MS;
      const scarce = isQuarter ? NOT_REDEEMED : { ...NOT_REDEEMED, quarterScarceUnits: 2 };
      expect(counted()).toEqual({ ...NOTHING, person: scarce, household: scarce });
    },
  );

  it('what was recorded under a month to come counts in this one once the date is put right', () => {
    begin();
    reboot(NEXT_MONTH_MS);
    recordDrafts(store, [
      {
        type: 'REDEEMED',
        volunteerId: 1,
        cardNumber: 1,
        source: 'HID',
        confirmedBy: 'CARD',
        lines: [{ goodsId: RICE, quantity: 1, unitPoints: 50 }],
        totalPoints: 50,
      },
    ]);
    store.confirmClock(MORNING_MS + 10 * MINUTE_MS);
    expect(counted().person).toEqual({ monthPoints: 150, monthStapleUnits: 3, quarterScarceUnits: 3 });
  });

  it('a boot that has run for longer than a month knows that the months before it are over', () => {
    const today = shanghaiDay(Date.parse('2027-02-20T08:00:00+08:00'));
    const february = monthStartDay(today);
    const at = { isSettled: false, today, lastSettledDay: today - 80 };
    const spanOf = (ranDays: number) => togetherWith(february, 'MONTH', { ...at, ranDays }).from;
    expect(spanOf(30)).toBe(monthStartDay(today - 80));
    expect(spanOf(40)).toBe(monthStartDay(today - 31));
    expect(togetherWith(february, 'MONTH', { ...at, lastSettledDay: undefined, ranDays: 3 }).from).toBe(0);
  });

  it('a month that is over is what it was, once the date is settled', () => {
    begin();
    store.confirmClock(MORNING_MS);
    const november = monthStartDay(shanghaiDay(MORNING_MS));
    clock.advance(10 * DAY_MS);
    recordDrafts(store, [
      {
        type: 'POINTS_AWARDED',
        holder: 'PERSON',
        holderId: 3,
        householdId: 2,
        awardId: 1,
        points: 10,
        reason: '好',
      },
    ]);
    expect(store.views.issuedInMonth(november)).toBe(200);
    expect(counted().issued).toBe(10);
  });
});
