/**
 * The worked examples of RULES.md B2, line by line, as far as the rules alone decide them. What takes a real station or
 * a real county stands in tests/scenarios/b2.test.ts: the last bag at two kiosks, a replay, the year by date.
 */
import { describe, expect, it } from 'vitest';
import { creditService } from '../../domain/attendance/credit.ts';
import { decideBackfill, decideBackfillApproval } from '../../domain/attendance/backfill.ts';
import { decideScan } from '../../domain/attendance/decide.ts';
import { LedgerError } from '../../domain/points/account.ts';
import { quotaState, quotaTargets } from '../../domain/people/quota.ts';
import { starLevelOf } from '../../domain/people/stars.ts';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import { quoteRedemption } from '../../domain/shop/decide.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { sampleGoods } from '../../county/sample/goods.ts';
import { Ledger, person } from './points/support.ts';
import { backfillOf, PlainBackfills } from './attendance/backfills.ts';
import { CLERK, HEAD } from './points/facts.ts';
import { activity, after, at, openSince, PlainFacts, scan } from './attendance/facts.ts';
import { basket, NOTHING, PlainShop, RICE } from './shop/facts.ts';
import {
  decideOrder,
  orderFigures,
  orderOn,
  submitted,
  type Order,
  type OrderAct,
} from '../../domain/orders/order.ts';
import { decideGift, DEFAULT_TIME_BANK, type TimeFacts } from '../../domain/timebank/timeBank.ts';

const day = (date: string): number => shanghaiDay(at(date, '12:00'));
const rules = DEFAULT_RULES;

const FRIDAY = 20_735; // 2026-10-09
const NO_HOLIDAYS = { holidays: [], extraWorkdays: [] };

function act(order: Order, done: OrderAct): Order {
  const result = decideOrder(order, done, FRIDAY);
  if (!result.ok) throw new Error(result.error.kind);
  return result.value;
}
/** The straight way to the end of the service. */
function serve(order: Order): Order {
  const steps = ['ACCEPT', 'PLAN', 'DISPATCH', 'CLAIM', 'BEGIN', 'COMPLETE'] as const;
  return steps.reduce((at, step) => act(at, { act: step }), order);
}

describe('RULES.md B2', () => {
  it('Sign-in 08:10, out 10:55 = 165 min -> 150 credited -> 25 points at 10/h', () => {
    const facts = new PlainFacts();
    facts.activities = [activity(1)];
    const inMs = at('2026-11-23', '08:10');
    facts.attendances = [openSince(inMs)];
    const decision = decideScan(facts, scan(), rules, after(inMs, 165));
    expect(decision).toMatchObject({ ok: true, value: { kind: 'SIGN_OUT' } });
    expect(decision.ok && decision.value.drafts).toEqual([
      {
        type: 'SIGNED_OUT',
        signInSeq: 5,
        volunteerId: 1,
        cardNumber: 1001,
        source: 'HID',
        actualMinutes: 165,
        credits: [{ day: day('2026-11-23'), minutes: 150, points: 25 }],
      },
    ]);
  });

  it('Same by back-fill: 150 honour minutes, 0 points', () => {
    const facts = new PlainBackfills();
    facts.attendance.activities = [activity(1)];
    const startMs = at('2026-11-23', '08:10');
    const wanted = backfillOf({ startMs, minutes: 165 });
    const recorded = decideBackfill(facts, wanted, rules, { atMs: at('2026-11-24', '09:00') });
    expect(recorded).toEqual({ ok: true, value: [{ type: 'BACKFILL_RECORDED', ...wanted }] });
    facts.put(5, { ...wanted, recordedBy: CLERK.id });
    const approved = decideBackfillApproval(facts, facts.key(5), HEAD, rules);
    expect(approved.ok && approved.value).toMatchObject([
      {
        type: 'BACKFILL_SETTLED',
        outcome: 'APPROVED',
        actualMinutes: 165,
        credits: [{ day: day('2026-11-23'), minutes: 150, points: 0 }],
      },
    ]);
  });

  it('In 23:30, out 01:00: one session, split by calendar day for day caps', () => {
    const service = {
      volunteerId: 1,
      signedInMs: at('2026-12-31', '23:30'),
      actualMinutes: 90,
      factorPercent: 100,
      earnsPoints: true,
      signedIn: { atMs: 0, boot: 1, monoMs: 0 },
    };
    const facts = new PlainFacts();
    expect(creditService(service, facts, rules)).toEqual({
      credits: [
        { day: day('2026-12-31'), minutes: 30, points: 5 },
        { day: day('2027-01-01'), minutes: 60, points: 10 },
      ],
      creditedMinutes: 90,
      points: 15,
      cappedBy: 'NONE',
    });
    // The first day is full already: what falls on the second day still counts.
    facts.service.set(day('2026-12-31'), { minutes: 480, points: 80 });
    expect(creditService(service, facts, rules)).toEqual({
      credits: [{ day: day('2027-01-01'), minutes: 60, points: 10 }],
      creditedMinutes: 60,
      points: 10,
      cappedBy: 'DAY_MINUTES',
    });
  });

  it('5 h in one session -> 240 min credited (60 min kept as actual, uncredited)', () => {
    const facts = new PlainFacts();
    facts.activities = [activity(1, { endMs: at('2026-11-23', '18:00') })];
    const inMs = at('2026-11-23', '08:00');
    facts.attendances = [openSince(inMs)];
    const decision = decideScan(facts, scan(), rules, after(inMs, 300));
    expect(decision.ok && decision.value.ended).toMatchObject({
      actualMinutes: 300,
      credit: { creditedMinutes: 240, points: 40, cappedBy: 'SESSION' },
    });
  });

  it('A third activity the same day stops at 480 min / 80 points', () => {
    const facts = new PlainFacts();
    const today = day('2026-11-23');
    const third = {
      volunteerId: 1,
      signedInMs: at('2026-11-23', '18:00'),
      actualMinutes: 120,
      factorPercent: 100,
      earnsPoints: true,
      signedIn: { atMs: 0, boot: 1, monoMs: 0 },
    };
    facts.service.set(today, { minutes: 450, points: 75 });
    expect(creditService(third, facts, rules)).toMatchObject({
      credits: [{ day: today, minutes: 30, points: 5 }],
      cappedBy: 'DAY_MINUTES',
    });
    facts.service.set(today, { minutes: 480, points: 80 });
    expect(creditService(third, facts, rules)).toMatchObject({
      credits: [],
      points: 0,
      cappedBy: 'DAY_MINUTES',
    });
  });

  it('280 points available, rice 280, cap left 270 -> refused with the cap named, not "not enough points"', () => {
    const shop = new PlainShop();
    shop.available = 280;
    shop.person = { ...NOTHING, monthPoints: 30 };
    expect(quoteRedemption(shop, basket([RICE, 1]), rules, at('2026-12-01', '09:00'))).toEqual({
      ok: false,
      error: { kind: 'MONTH_CAP', limit: 300, left: 270, scope: 'PERSON' },
    });
    // Even when the points would not do either.
    shop.available = 100;
    expect(quoteRedemption(shop, basket([RICE, 1]), rules, at('2026-12-01', '09:00'))).toMatchObject({
      error: { kind: 'MONTH_CAP' },
    });
  });

  it('100 h -> 1000 points and one-star eligible; 99 h 59 min -> not eligible', () => {
    const facts = new PlainFacts();
    let points = 0;
    let minutes = 0;
    // Twenty-five mornings of four hours, ten a month, so that no cap is met.
    for (let i = 0; i < 25; i++) {
      const service = {
        volunteerId: 1,
        signedInMs: at(`2026-${String(8 + Math.floor(i / 10)).padStart(2, '0')}-${10 + (i % 10)}`, '08:00'),
        actualMinutes: 240,
        factorPercent: 100,
        earnsPoints: true,
        signedIn: { atMs: 0, boot: 1, monoMs: 0 },
      };
      const credit = creditService(service, facts, rules);
      expect(credit.cappedBy).toBe('NONE');
      points += credit.points;
      minutes += credit.creditedMinutes;
    }
    expect({ points, minutes }).toEqual({ points: 1000, minutes: 6000 });
    expect(starLevelOf(minutes)).toBe(1);
    expect(starLevelOf(minutes - 1)).toBe(0);
  });

  it('Entry of 40 reversed after all were spent -> available 0, arrears 40; accrual of 30 -> available 0, arrears 10', () => {
    const ledger = new Ledger();
    const entry = ledger.earn(1, 40);
    ledger.spend(1, 40);
    ledger.reverse(person(1), entry, 40);
    expect(ledger.book.sums(person(1))).toMatchObject({ available: 0, arrears: 40, spent: 40, reversed: 40 });
    ledger.earn(1, 30);
    expect(ledger.book.sums(person(1))).toMatchObject({ available: 0, arrears: 10 });
    ledger.earn(1, 30);
    expect(ledger.book.sums(person(1))).toMatchObject({ available: 20, arrears: 0 });
  });

  describe('Lots 100 (earned 2025) and 50 (2026), spend 120 in 2026', () => {
    const BEFORE_YEAR_END = day('2026-12-30');
    function spent() {
      const ledger = new Ledger();
      const older = ledger.earn(1, 100, day('2025-06-01'));
      const newer = ledger.earn(1, 50, day('2026-03-01'));
      ledger.day = BEFORE_YEAR_END;
      const redemption = ledger.spend(1, 120);
      const left = () => [ledger.left(person(1), older), ledger.left(person(1), newer)];
      return { ledger, redemption, left };
    }
    it('2025 lot 0, 2026 lot 30; END_OF_NEXT_YEAR at 2026-12-31 expires 0', () => {
      const { ledger, left } = spent();
      expect(left()).toEqual([[0], [30]]);
      ledger.day = day('2027-01-01');
      expect(() => ledger.expire(person(1), 1)).toThrow(LedgerError);
      expect(ledger.available(person(1))).toBe(30);
    });
    it('cancel the same day restores 100 + 20 to the same lots', () => {
      const { ledger, redemption, left } = spent();
      ledger.undo(1, redemption, 120);
      expect(ledger.day).toBe(BEFORE_YEAR_END);
      expect(left()).toEqual([[100], [50]]);
      expect(ledger.book.sums(person(1))).toMatchObject({ available: 150, spent: 0, expired: 0 });
      // The lot of 2025 is what lapses at the end of the year; that of 2026 lives for another one.
      ledger.day = day('2027-01-01');
      ledger.expire(person(1), 100);
      expect(ledger.available(person(1))).toBe(50);
    });
  });

  it('31 h but 4 residence activities -> not met; joined 1 July: 15 h and ceil(2.5) = 3; two scans are one activity', () => {
    const wholeYear = { fromMonth: 1, monthsAway: 0 };
    const year = quotaTargets(wholeYear);
    expect(year).toEqual({ minutes: 1800, activities: 5 });
    expect(quotaState({ minutes: 31 * 60, activityIds: [1, 2, 3, 4] }, wholeYear, 1)).toBe('BEHIND');
    expect(quotaState({ minutes: 31 * 60, activityIds: [1, 2, 3, 4, 5] }, wholeYear, 1)).toBe('MET');
    expect(quotaState({ minutes: 31 * 60, activityIds: [1, 2, 3, 4, 4] }, wholeYear, 1)).toBe('BEHIND');
    expect(quotaTargets({ fromMonth: 7, monthsAway: 0 })).toEqual({ minutes: 900, activities: 3 });
    expect(quotaState({ minutes: 900, activityIds: [1, 2, 3] }, { fromMonth: 7, monthsAway: 0 }, 1)).toBe(
      'MET',
    );
  });

  it('Order evaluated 2 -> REOPENED once; second low score -> CLOSED + supervisor case', () => {
    const once = serve(submitted(FRIDAY));
    const low = act(once, { act: 'EVALUATE', stars: 2 });
    expect(low).toMatchObject({ state: 'REOPENED', supervisorCase: false });
    const again = act(act(act(low, { act: 'BEGIN' }), { act: 'COMPLETE' }), { act: 'EVALUATE', stars: 1 });
    expect(again).toMatchObject({ state: 'CLOSED', supervisorCase: true, stars: 1 });
  });

  it('No evaluation in 7 days -> CLOSED, counted in response rate, left out of the praise mean', () => {
    const served = serve(submitted(FRIDAY));
    expect(orderOn(served, FRIDAY + 7, NO_HOLIDAYS).state).toBe('COMPLETED');
    const silent = orderOn(served, FRIDAY + 8, NO_HOLIDAYS);
    expect(silent).toMatchObject({ state: 'CLOSED', stars: 0 });
    const praised = act(act(served, { act: 'EVALUATE', stars: 5 }), { act: 'CLOSE' });
    expect(orderFigures([silent, praised])).toEqual({ closed: 2, responseRate: 0.5, meanStars: 5 });
  });

  it('Gift of 10 h to mother: both accounts move, day of kinship proof stored; 1500 h cap applies to the receiver; to a neighbour -> refused, offer village pool', () => {
    const [daughter, mother, neighbour] = [1, 2, 3];
    const saved = new Map([
      [daughter, 40 * 60],
      [mother, 1485 * 60],
    ]);
    const facts: TimeFacts = {
      balance: ({ account, id }) => (account === 'PERSON' ? (saved.get(id) ?? 0) : 0),
      givenInYear: () => 0,
      kinshipProvenDay: (one, other) => (one === daughter && other === mother ? FRIDAY - 100 : null),
    };
    const give = (toId: number, minutes: number) =>
      decideGift(facts, { fromId: daughter, toId, minutes }, DEFAULT_TIME_BANK, FRIDAY);
    const gift = give(mother, 600);
    expect(gift).toEqual({
      ok: true,
      value: [
        {
          kind: 'GIFT',
          from: { account: 'PERSON', id: daughter },
          to: { account: 'PERSON', id: mother },
          minutes: 600,
          day: FRIDAY,
          kinshipProvenDay: FRIDAY - 100,
        },
      ],
    });
    expect(give(mother, 901)).toEqual({
      ok: false,
      error: { kind: 'RECEIVER_FULL', limit: 1500 * 60, left: 900 },
    });
    // Both accounts move: what she gave is hers no more, and the mother has room for 300 minutes only.
    for (const { from, to, minutes } of gift.ok ? gift.value : []) {
      saved.set(from.id, (saved.get(from.id) ?? 0) - minutes);
      saved.set(to.id, (saved.get(to.id) ?? 0) + minutes);
    }
    expect([saved.get(daughter), saved.get(mother)]).toEqual([30 * 60, 1495 * 60]);
    expect(give(mother, 301)).toMatchObject({ error: { kind: 'RECEIVER_FULL', left: 300 } });
    expect(give(neighbour, 600)).toEqual({ ok: false, error: { kind: 'NOT_RELATED', instead: 'POOL' } });
  });

  it('Demo price list at 10 points ~ 1 yuan', () => {
    const prices = Object.fromEntries(
      sampleGoods().map(({ goods: { name, unit, unitPoints } }) => [`${name} ${unit}`, unitPoints]),
    );
    expect(prices).toMatchObject({
      '大米 5 公斤/袋': 280,
      '面粉 2.5 公斤/袋': 150,
      '食用油 1.8 升/瓶': 250,
      '食盐 400 克/袋': 25,
      '香皂 125 克/块': 30,
      '毛巾 条': 60,
      '抽纸 6 包/提': 80,
      '洗衣液 2 公斤/瓶': 150,
      '笔记本 本': 20,
      '雨伞 把': 180,
    });
  });
});
