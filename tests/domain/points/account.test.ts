import { describe, expect, it } from 'vitest';
import { HOLDERS, LedgerError, type Holder } from '../../../domain/points/account.ts';
import { reversible } from '../../../domain/points/entries.ts';
import { foldLedgerWhole } from '../../../domain/points/fold.ts';
import { dayOf, gifts, household, INCARNATION, Ledger, person } from './support.ts';

function shared(ledger: Ledger, totalPoints: number, shares: readonly (readonly [Holder, number])[]): number {
  return ledger.fold({
    type: 'REDEEMED_SHARED',
    volunteerId: 1,
    cardNumber: 1,
    source: 'HID',
    confirmedBy: 'CARD',
    lines: [],
    totalPoints,
    shares: shares.map(([{ holder, holderId }, points]) => ({
      holder: HOLDERS.indexOf(holder),
      holderId,
      points,
    })),
  });
}

describe('an account of points', () => {
  it('gives part of an exchange back to the lot that was taken last', () => {
    const ledger = new Ledger();
    const older = ledger.earn(1, 100, dayOf('2025-06-01'));
    const newer = ledger.earn(1, 50);
    const redemption = ledger.spend(1, 120);
    ledger.undo(1, redemption, 30);
    expect([ledger.left(person(1), older), ledger.left(person(1), newer)]).toEqual([[10], [50]]);
    expect(() => ledger.undo(1, redemption, 91)).toThrow(LedgerError);
    ledger.undo(1, redemption, 90);
    expect(ledger.left(person(1), older)).toEqual([100]);
  });

  it('spends what lapses first, though it was earned later', () => {
    const ledger = new Ledger();
    const terms = { type: 'LEDGER_TERMS_SET', settlement: 'immediate', expiryMonths: 1 } as const;
    ledger.fold({ ...terms, fromVersion: 1, expiry: 'NONE' });
    ledger.fold({ ...terms, fromVersion: 2, expiry: 'YEAR_END' });
    ledger.rulesVersion = 1;
    const lasting = ledger.earn(1, 10, dayOf('2026-01-01'));
    ledger.rulesVersion = 2;
    const passing = ledger.earn(1, 10);
    ledger.spend(1, 10);
    expect([ledger.left(person(1), lasting), ledger.left(person(1), passing)]).toEqual([[10], [0]]);
  });

  it('owes of a reversed entry what was spent of it, not what has lapsed', () => {
    const ledger = new Ledger();
    const entry = ledger.earn(1, 40);
    ledger.spend(1, 10);
    ledger.day = dayOf('2028-01-01');
    ledger.expire(person(1), 30);
    expect(reversible(ledger.book.entry(person(1), { incarnation: INCARNATION, seq: entry }))).toBe(10);
    ledger.reverse(person(1), entry, 10);
    expect(ledger.book.sums(person(1))).toMatchObject({
      expired: 30,
      reversed: 10,
      arrears: 10,
      available: 0,
    });
  });

  it('takes a reversed entry out of its own lot first, then out of the oldest of the others', () => {
    const ledger = new Ledger();
    const first = ledger.earn(1, 30, dayOf('2026-01-01'));
    const second = ledger.earn(1, 30, dayOf('2026-02-01'));
    const third = ledger.earn(1, 30, dayOf('2026-03-01'));
    ledger.spend(1, 40);
    ledger.reverse(person(1), second, 30);
    const left = [first, second, third].map((seq) => ledger.left(person(1), seq));
    expect(left).toEqual([[0], [0], [20]]);
    expect(ledger.book.sums(person(1))).toMatchObject({ available: 20, arrears: 0, reversed: 30 });
  });

  it('recovers what is owed from what comes back, too', () => {
    const ledger = new Ledger();
    const entry = ledger.earn(1, 40);
    const redemption = ledger.spend(1, 40);
    ledger.reverse(person(1), entry, 40);
    ledger.undo(1, redemption, 40);
    expect(ledger.book.sums(person(1))).toMatchObject({ available: 0, arrears: 0, spent: 0, reversed: 40 });
  });

  it('keeps gifts, the household and the volunteer apart', () => {
    const ledger = new Ledger();
    ledger.earn(1, 10);
    const gift = { type: 'POINTS_AWARDED', householdId: 0, awardId: 0, reason: '', points: 50 } as const;
    ledger.fold({ ...gift, ...gifts(1) });
    expect(() => ledger.spend(1, 11)).toThrow(LedgerError);
    expect([person(1), gifts(1), household(1)].map((one) => ledger.available(one))).toEqual([10, 50, 0]);
  });

  it('takes shares only that are the price, each account once', () => {
    const ledger = new Ledger();
    ledger.earn(1, 50);
    ledger.earn(2, 50);
    expect(() =>
      shared(ledger, 30, [
        [person(1), 10],
        [person(2), 10],
      ]),
    ).toThrow(LedgerError);
    expect(() =>
      shared(ledger, 20, [
        [person(1), 10],
        [person(1), 10],
      ]),
    ).toThrow(LedgerError);
    shared(ledger, 20, [
      [person(1), 15],
      [person(2), 5],
    ]);
    expect([ledger.available(person(1)), ledger.available(person(2))]).toEqual([35, 45]);
  });

  it('is changed by a fact wholly or not at all', () => {
    const ledger = new Ledger();
    ledger.earn(1, 50);
    const event = {
      type: 'REDEEMED_SHARED',
      seq: 9,
      atMs: Date.parse('2026-11-23T12:00:00+08:00'),
      boot: 1,
      monoMs: 1,
      trust: 0,
      rulesVersion: 0,
      actorId: 0,
      volunteerId: 1,
      cardNumber: 1,
      source: 'HID',
      confirmedBy: 'CARD',
      lines: [],
      totalPoints: 20,
      shares: [
        { holder: 0, holderId: 1, points: 10 },
        { holder: 0, holderId: 2, points: 10 },
      ],
    } as const;
    expect(() => foldLedgerWhole(ledger.book, event, INCARNATION)).toThrow(LedgerError);
    expect(ledger.book.sums(person(1))).toMatchObject({ available: 50, spent: 0 });
  });
});
