import { describe, expect, it } from 'vitest';
import {
  decideDonation,
  decideGift,
  decideGrant,
  decideHold,
  decideSaving,
  decideSettlement,
  DEFAULT_TIME_BANK,
  personTime,
  POOL,
  type TimeAccount,
  type TimeFacts,
  type TimeMove,
} from '../../../domain/timebank/timeBank.ts';
import { civilDate } from '../../../domain/time.ts';
import { fc } from '../../harness/property.ts';

const DAY = 20_700;
const rules = { ...DEFAULT_TIME_BANK, maxSavedMinutes: 3000, maxGiftMinutesPerYear: 600 };
const keyOf = ({ account, id }: TimeAccount): string => `${account} ${id}`;

/** Accounts as the moves make them; 1 and 2 are relatives. */
class Bank implements TimeFacts {
  readonly minutes = new Map<string, number>();
  readonly moves: TimeMove[] = [];

  balance = (account: TimeAccount): number => this.minutes.get(keyOf(account)) ?? 0;
  givenInYear = (volunteerId: number, year: number): number =>
    this.moves
      .filter(
        ({ kind, from, day }) => kind === 'GIFT' && from.id === volunteerId && civilDate(day).year === year,
      )
      .reduce((sum, { minutes }) => sum + minutes, 0);
  kinshipProvenDay = (one: number, other: number): number | null => (one + other === 3 ? DAY - 9 : null);

  take(moves: readonly TimeMove[]): void {
    for (const move of moves) {
      this.minutes.set(keyOf(move.from), this.balance(move.from) - move.minutes);
      this.minutes.set(keyOf(move.to), this.balance(move.to) + move.minutes);
      this.moves.push(move);
    }
  }
}

describe('the time bank', () => {
  it('saves up to the cap, and what is above goes to the pool', () => {
    const bank = new Bank();
    bank.take(decideSaving(bank, { volunteerId: 1, minutes: 2990 }, rules, DAY));
    bank.take(decideSaving(bank, { volunteerId: 1, minutes: 60 }, rules, DAY));
    expect([bank.balance(personTime(1)), bank.balance(POOL)]).toEqual([3000, 50]);
  });

  it('holds the minutes of a service, uses what was served, returns the rest; a no-show returns all', () => {
    const bank = new Bank();
    bank.take(decideSaving(bank, { volunteerId: 1, minutes: 300 }, rules, DAY));
    const service = { orderId: 7, payerId: 1 };
    const held = decideHold(bank, service, 120, DAY);
    if (!held.ok) throw new Error(held.error.kind);
    bank.take(held.value);
    expect(bank.balance(personTime(1))).toBe(180);
    expect(decideHold(bank, service, 181, DAY)).toEqual({
      ok: false,
      error: { kind: 'NOT_ENOUGH', balance: 180 },
    });
    expect(decideSettlement(bank, service, 0, DAY)).toMatchObject([{ kind: 'RETURNED', minutes: 120 }]);
    bank.take(decideSettlement(bank, service, 90, DAY));
    expect(bank.balance(personTime(1))).toBe(210);
    expect(bank.balance({ account: 'USED', id: 0 })).toBe(90);
  });

  it('gives to relatives within a year’s limit, never to oneself', () => {
    const bank = new Bank();
    bank.take(decideSaving(bank, { volunteerId: 1, minutes: 2000 }, rules, DAY));
    const first = decideGift(bank, { fromId: 1, toId: 2, minutes: 500 }, rules, DAY);
    if (!first.ok) throw new Error(first.error.kind);
    bank.take(first.value);
    expect(decideGift(bank, { fromId: 1, toId: 2, minutes: 101 }, rules, DAY)).toEqual({
      ok: false,
      error: { kind: 'YEAR_LIMIT', limit: 600, left: 100 },
    });
    expect(decideGift(bank, { fromId: 1, toId: 2, minutes: 101 }, rules, DAY + 366).ok).toBe(true);
    expect(decideGift(bank, { fromId: 1, toId: 1, minutes: 1 }, rules, DAY).ok).toBe(false);
  });

  it('makes and loses no minute, and nobody’s falls below zero or above the cap, whatever is done', () => {
    const step = fc.record({
      what: fc.constantFrom('save', 'gift', 'donate', 'grant', 'hold', 'settle'),
      who: fc.constantFrom(1, 2, 3),
      other: fc.constantFrom(1, 2, 3),
      minutes: fc.integer({ min: 1, max: 900 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const bank = new Bank();
        for (const { what, who, other, minutes } of steps) {
          const service = { orderId: other, payerId: who };
          const decided = {
            save: () => ({
              ok: true as const,
              value: decideSaving(bank, { volunteerId: who, minutes }, rules, DAY),
            }),
            gift: () => decideGift(bank, { fromId: who, toId: other, minutes }, rules, DAY),
            donate: () => decideDonation(bank, who, minutes, DAY),
            grant: () => decideGrant(bank, who, minutes, rules, DAY),
            hold: () => decideHold(bank, service, minutes, DAY),
            settle: () => ({ ok: true as const, value: decideSettlement(bank, service, minutes, DAY) }),
          }[what]();
          if (decided.ok) bank.take(decided.value);
        }
        const all = [...bank.minutes];
        expect(all.reduce((sum, [, minutes]) => sum + minutes, 0)).toBe(0);
        for (const [name, minutes] of all)
          if (!name.startsWith('SERVICE')) expect(minutes).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
