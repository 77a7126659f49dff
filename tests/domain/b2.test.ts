/**
 * The worked examples of RULES.md B2, line by line, as far as this station can do them today. Still to come:
 * stars, reversal and arrears, lots and expiry, the party member's quota, orders, the time bank.
 */
import { describe, expect, it } from 'vitest';
import { creditService } from '../../domain/attendance/credit.ts';
import { decideClosing, decideScan } from '../../domain/attendance/decide.ts';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import { quoteRedemption } from '../../domain/shop/decide.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { activity, after, at, openSince, PlainFacts, scan } from './attendance/facts.ts';
import { basket, NOTHING, PlainShop, RICE } from './shop/facts.ts';

const day = (date: string): number => shanghaiDay(at(date, '12:00'));
const rules = DEFAULT_RULES;

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

  it('Same by back-fill (the leader closes it): 150 honour minutes, 0 points', () => {
    const facts = new PlainFacts();
    facts.activities = [activity(1)];
    const inMs = at('2026-11-23', '08:10');
    facts.attendances = [openSince(inMs, { state: 'UNCLOSED' })];
    const closing = { signInSeq: 5, outAtMs: at('2026-11-23', '10:55'), reason: '忘记签退' };
    const decision = decideClosing(facts, closing, rules, after(inMs, 600));
    expect(decision.ok && decision.value).toEqual([
      {
        type: 'ATTENDANCE_CLOSED',
        signInSeq: 5,
        volunteerId: 1,
        outAtMs: closing.outAtMs,
        hourKind: 'HONOR',
        actualMinutes: 165,
        credits: [{ day: day('2026-11-23'), minutes: 150, points: 0 }],
        reason: '忘记签退',
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
});
