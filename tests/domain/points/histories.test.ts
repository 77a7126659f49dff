/**
 * Random lives of a few accounts: earning, awards, gifts, posting, objections, exchanges alone and together, their
 * undoing, reversals, expiry. Whatever is tried, points are neither made nor lost, nobody spends what is not
 * there, and a plain book of every point's place says the same.
 */
import { expect, it } from 'vitest';
import {
  checkSums,
  HOLDERS,
  isOpen,
  LedgerError,
  type Holder,
  type Lot,
  type Sums,
} from '../../../domain/points/account.ts';
import { reversible } from '../../../domain/points/entries.ts';
import { spendable } from '../../../domain/points/spending.ts';
import { EXPIRY_MODES } from '../../../domain/points/terms.ts';
import { fc } from '../../harness/property.ts';
import { gifts, household, INCARNATION, Ledger, person } from './support.ts';

const ACCOUNTS: readonly Holder[] = [person(1), person(2), household(1), gifts(1)];
const which = fc.nat({ max: 1000 });
const amount = fc.integer({ min: 1, max: 120 });
const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('EARN' as const), of: which, points: amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('AWARD' as const), of: which, points: amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('GRANT' as const), of: which, points: amount }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('SPEND' as const), of: which, points: amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('SHARE' as const), of: which, points: amount }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('UNDO' as const), of: which, points: amount }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('REVERSE' as const), of: which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('STEP' as const), of: which, object: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('EXPIRE' as const), of: which }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('WAIT' as const), days: fc.integer({ min: 1, max: 300 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('TERMS' as const),
      expiry: fc.constantFrom(...EXPIRY_MODES),
      months: fc.integer({ min: 1, max: 30 }),
      posted: fc.boolean(),
    }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

interface Paid {
  readonly seq: number;
  shares: { holder: Holder; points: number }[];
}

/** The accounts under test, and beside them what was done, in the plainest of words. */
class Life {
  readonly ledger = new Ledger();
  readonly entries: { readonly holder: Holder; readonly seq: number }[] = [];
  readonly paid: Paid[] = [];
  /** By account: all that came in, and all that was paid and not given back. */
  readonly cameIn = new Map<Holder, number>();
  readonly wentOut = new Map<Holder, number>();

  private pick<T>(from: readonly T[], n: number): T | undefined {
    return from[n % Math.max(1, from.length)];
  }
  private account(n: number): Holder {
    return ACCOUNTS[n % ACCOUNTS.length] as Holder;
  }
  private add(to: Map<Holder, number>, holder: Holder, points: number): void {
    to.set(holder, (to.get(holder) ?? 0) + points);
  }
  spendable(holder: Holder): number {
    return spendable(this.ledger.book.openLots(holder), this.ledger.day);
  }

  run(todo: Act): void {
    const { ledger } = this;
    switch (todo.do) {
      case 'EARN': {
        const to = ACCOUNTS[todo.of % 2] as Holder;
        this.entries.push({ holder: to, seq: ledger.earn(to.holderId, todo.points) });
        this.add(this.cameIn, to, todo.points);
        return;
      }
      case 'AWARD': {
        const to = this.account(todo.of);
        const draft = { type: 'POINTS_AWARDED', householdId: 1, awardId: 1, reason: '' } as const;
        this.entries.push({ holder: to, seq: ledger.fold({ ...draft, ...to, points: todo.points }) });
        this.add(this.cameIn, to, todo.points);
        return;
      }
      case 'GRANT': {
        const to = ACCOUNTS[todo.of % 2] as Holder;
        const actId = this.entries.length + 1;
        const { points } = todo;
        const lots = [{ earnedDay: ledger.day, expiryDay: ledger.day + points, points }];
        const seq = ledger.fold({
          type: 'ALLOWANCE_OPENED',
          actId,
          ...to,
          fromStationId: 2,
          points,
          lots,
        });
        this.entries.push({ holder: to, seq });
        this.add(this.cameIn, to, todo.points);
        return;
      }
      case 'SPEND': {
        const from = ACCOUNTS[todo.of % 2] as Holder;
        const before = [ledger.book.sums(from), ledger.book.lotsOf(from)];
        if (todo.points > this.spendable(from)) {
          expect(() => ledger.spend(from.holderId, todo.points)).toThrow(LedgerError);
          expect([ledger.book.sums(from), ledger.book.lotsOf(from)]).toEqual(before);
          return;
        }
        const seq = ledger.spend(from.holderId, todo.points);
        this.paid.push({ seq, shares: [{ holder: from, points: todo.points }] });
        this.add(this.wentOut, from, todo.points);
        return;
      }
      case 'SHARE':
        this.share(todo.points);
        return;
      case 'UNDO': {
        const redemption = this.pick(this.paid, todo.of);
        const share = redemption?.shares.findLast(({ points }) => points > 0);
        if (redemption === undefined || share === undefined) return;
        const points = Math.min(todo.points, share.points);
        ledger.fold({
          type: 'REDEMPTION_UNDONE',
          volunteerId: 1,
          ofIncarnation: todo.of % 2 === 0 ? '' : INCARNATION,
          ofSeq: redemption.seq,
          kind: 'CANCELLED',
          lines: [],
          totalPoints: points,
          shares: [{ holder: HOLDERS.indexOf(share.holder.holder), holderId: share.holder.holderId, points }],
          reason: '',
        });
        share.points -= points;
        this.add(this.wentOut, share.holder, -points);
        return;
      }
      case 'REVERSE': {
        const found = this.pick(this.entries, todo.of);
        if (found === undefined) return;
        const points = reversible(this.lotsOf(found));
        if (points > 0) ledger.reverse(found.holder, found.seq, points);
        else expect(() => ledger.reverse(found.holder, found.seq, 1)).toThrow(LedgerError);
        return;
      }
      case 'STEP':
        this.step(todo.of, todo.object);
        return;
      case 'EXPIRE': {
        const holder = this.account(todo.of);
        const due = ledger.book.openLots(holder).filter(({ expiryDay }) => expiryDay < ledger.day);
        const points = due.reduce((sum, { remaining }) => sum + remaining, 0);
        if (points > 0) ledger.expire(holder, points);
        return;
      }
      case 'WAIT':
        ledger.day += todo.days;
        return;
      case 'TERMS':
        ledger.rulesVersion += 1;
        ledger.fold({
          type: 'LEDGER_TERMS_SET',
          fromVersion: ledger.rulesVersion,
          settlement: todo.posted ? 'posted' : 'immediate',
          expiry: todo.expiry,
          expiryMonths: todo.months,
        });
    }
  }

  private lotsOf({ holder, seq }: { readonly holder: Holder; readonly seq: number }): readonly Lot[] {
    return this.ledger.book.entry(holder, { incarnation: INCARNATION, seq });
  }

  /** An exchange paid out of all accounts together, each giving what it can. */
  private share(points: number): void {
    let left = points;
    const shares: { holder: Holder; points: number }[] = [];
    for (const holder of ACCOUNTS) {
      const part = Math.min(left, Math.ceil(this.spendable(holder) / 2));
      left -= part;
      if (part > 0) shares.push({ holder, points: part });
    }
    if (shares.length === 0) return;
    const seq = this.ledger.fold({
      type: 'REDEEMED_SHARED',
      volunteerId: 1,
      cardNumber: 1,
      source: 'HID',
      confirmedBy: 'CARD',
      lines: [],
      totalPoints: points - left,
      shares: shares.map((share) => ({
        holder: HOLDERS.indexOf(share.holder.holder),
        holderId: share.holder.holderId,
        points: share.points,
      })),
    });
    this.paid.push({ seq, shares });
    for (const share of shares) this.add(this.wentOut, share.holder, share.points);
  }

  /** The next step of an entry on its way, or an objection to it. */
  private step(n: number, object: boolean): void {
    const waiting = this.entries.filter((entry) => this.lotsOf(entry)[0]?.state !== 'OPEN');
    const found = this.pick(waiting, n);
    if (found === undefined) return;
    const entry = { ...found.holder, ofIncarnation: '', ofSeq: found.seq };
    const { ledger } = this;
    const state = this.lotsOf(found)[0]?.state;
    ledger.actorId = 7;
    if (state === 'HELD')
      ledger.fold({
        type: 'OBJECTION_SETTLED',
        ...entry,
        outcome: object ? 'UPHELD' : 'DISMISSED',
        reason: '',
      });
    else if (state === 'REVERSED')
      expect(() => ledger.fold({ type: 'ENTRY_POSTED', ...entry })).toThrow(LedgerError);
    else if (object) ledger.fold({ type: 'ENTRY_OBJECTED', ...entry, reason: '' });
    else if (state === 'RECORDED') ledger.fold({ type: 'ENTRY_CONFIRMED', ...entry });
    else if (state === 'CONFIRMED')
      ledger.fold({ type: 'ENTRY_APPROVED', ...entry, postedUntilDay: ledger.day + 3 });
    else ledger.fold({ type: 'ENTRY_POSTED', ...entry });
    ledger.actorId = 0;
  }
}

const total = (lots: readonly Lot[], of: (lot: Lot) => number): number =>
  lots.reduce((sum, lot) => sum + of(lot), 0);

/** What the sums say must be what lies in the lots. */
function checkAccount(sums: Sums, lots: readonly Lot[], came: number, went: number): void {
  checkSums(sums);
  const waiting = lots.filter(
    ({ state }) => state === 'RECORDED' || state === 'CONFIRMED' || state === 'APPROVED',
  );
  const got = {
    available: total(lots.filter(isOpen), ({ remaining }) => remaining),
    pending: total(waiting, ({ remaining }) => remaining),
    held: total(
      lots.filter(({ state }) => state === 'HELD'),
      ({ remaining }) => remaining,
    ),
    expired: total(lots, ({ expired }) => expired),
    came: total(lots, ({ amount }) => amount),
  };
  const { available, pending, held, expired } = sums;
  expect(got).toEqual({ available, pending, held, expired, came });
  expect(sums.issued + sums.opened).toBe(came);
  expect(sums.spent).toBe(went);
  for (const lot of lots)
    if (lot.remaining < 0 || lot.remaining > lot.amount) throw new Error('a lot overflows');
}

it('10,000 lives: points are neither made nor lost, and nobody spends what is not there', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 5, maxLength: 60 }), (acts) => {
      const life = new Life();
      for (const todo of acts) life.run(todo);
      for (const holder of ACCOUNTS)
        checkAccount(
          life.ledger.book.sums(holder),
          life.ledger.book.lotsOf(holder),
          life.cameIn.get(holder) ?? 0,
          life.wentOut.get(holder) ?? 0,
        );
    }),
    { numRuns: 10_000 },
  );
});
