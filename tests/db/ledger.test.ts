/** Points on a real store by the real decisions: random lives, and what the store itself must refuse. */
import { expect, it } from 'vitest';
import { checkSums, HOLDERS, LedgerError, type Holder } from '../../domain/points/account.ts';
import { spendable } from '../../domain/points/spending.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { verifyFolder } from '../../db/verify.ts';
import { fc } from '../harness/property.ts';
import { ledgerStep, LedgerVillage, type LedgerStep } from './ledgerVillage.ts';
import { open, recordDrafts, sampleReference, sha256, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

const ACCOUNTS: readonly Holder[] = HOLDERS.flatMap((holder) =>
  [1, 2, 3, 4].map((holderId) => ({ holder, holderId })),
);

/** What random lives come to seldom is always among them. */
const RARE_LIVES: Readonly<Record<string, LedgerStep[]>> = {
  reversedAfterSpending: [
    { do: 'WORK', who: 3, minutes: 240 },
    { do: 'REDEEM', who: 3, goodsId: 1, n: 0 },
    { do: 'REVERSE', n: 1 },
  ],
  headSpendsTheHouseholds: [
    { do: 'AWARD', who: 1, n: 4 },
    { do: 'REDEEM', who: 3, goodsId: 2, n: 0 },
  ],
  lapsed: [
    { do: 'WORK', who: 3, minutes: 240 },
    ...Array.from({ length: 4 }, () => ({ do: 'WAIT', days: 200 }) as const),
  ],
  posted: [
    { do: 'RULES', n: 2, posted: true },
    { do: 'WORK', who: 3, minutes: 240 },
  ],
  objectedTo: [
    { do: 'RULES', n: 2, posted: true },
    { do: 'WORK', who: 3, minutes: 240 },
    { do: 'STEP', n: 0, object: 0 },
  ],
};

it('random lives: every account balances, nobody overdraws, and folding again gives the same', () => {
  const seen = { arrears: 0, expired: 0, reversed: 0, held: 0, pending: 0, shared: 0 };
  fc.assert(
    fc.property(fc.array(ledgerStep, { minLength: 10, maxLength: 60 }), (steps) => {
      const village = new LedgerVillage();
      for (const step of steps) village.run(step);
      const { views } = village.store;
      const day = shanghaiDay(village.clock.nowMs());
      for (const account of ACCOUNTS) {
        const sums = views.sums(account);
        checkSums(sums);
        expect(spendable(views.openLots(account), 0)).toBe(sums.available);
        seen.arrears += sums.arrears;
        seen.expired += sums.expired;
        seen.reversed += sums.reversed;
        seen.held += sums.held;
        seen.pending += sums.pending;
        if (account.holder === 'HOUSEHOLD') seen.shared += sums.spent;
      }
      expect(views.lapsedBefore(day, 10).every(({ points }) => points > 0)).toBe(true);
      village.store.close();
      expect(verifyFolder(village.dir, sha256).finding).toBeNull();
    }),
    { numRuns: 80, examples: Object.values(RARE_LIVES).map((life) => [life] as [LedgerStep[]]) },
  );
  // A generator that never gets there would prove nothing.
  for (const [what, points] of Object.entries(seen)) expect(points, what).toBeGreaterThan(0);
});

it('an exchange beyond the account is a bug that records nothing', () => {
  const store = open(tempDir(), new TestClock());
  store.applyReference(sampleReference());
  const before = store.syncState().recorded;
  const draft = {
    type: 'REDEEMED',
    volunteerId: 1,
    cardNumber: 1,
    source: 'HID',
    confirmedBy: 'CARD',
    lines: [],
    totalPoints: 101,
  } as const;
  expect(() => recordDrafts(store, [draft])).toThrow(LedgerError);
  expect(store.syncState().recorded).toBe(before);
  expect(store.views.sums({ holder: 'PERSON', holderId: 1 })).toMatchObject({ available: 100, spent: 0 });
  recordDrafts(store, [{ ...draft, totalPoints: 100 }]);
  expect(store.views.sums({ holder: 'PERSON', holderId: 1 })).toMatchObject({ available: 0, spent: 100 });
  store.close();
});

it('points that have lapsed cannot be spent even before the station has recorded it, and hours stay', () => {
  const village = new LedgerVillage();
  village.run({ do: 'WORK', who: 2, minutes: 120 });
  const { views } = village.store;
  const minutes = views.balance(2, village.clock.nowMs()).minutesTotal;
  expect(views.balance(2, village.clock.nowMs()).availablePoints).toBe(20);
  village.clock.wallMs = Date.parse('2028-01-01T08:00:00+08:00');
  const today = shanghaiDay(village.clock.nowMs());
  expect(views.balance(2, village.clock.nowMs()).availablePoints).toBe(0);
  expect(views.purses(2, today).available).toBe(0);
  expect(views.sums({ holder: 'PERSON', holderId: 2 })).toMatchObject({ available: 20, expired: 0 });
  village.turnOfDay();
  expect(views.sums({ holder: 'PERSON', holderId: 2 })).toMatchObject({ available: 0, expired: 20 });
  expect(views.balance(2, village.clock.nowMs()).minutesTotal).toBe(minutes);
  expect(views.ledgerLines({ holder: 'PERSON', holderId: 2 }, 5)).toMatchObject([
    { type: 'POINTS_EXPIRED', points: -20 },
  ]);
  village.store.close();
});
