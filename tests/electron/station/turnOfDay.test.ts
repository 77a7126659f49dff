/**
 * The machine comes back with the date of next year. Nobody has vouched for it, so nobody's points lapse by it and no
 * posting ends: what has lapsed cannot be given back. Once somebody says what day it is, the days turn again.
 */
import { afterEach, expect, test } from 'vitest';
import { createCore } from '../../../electron/station/core.ts';
import { recordTurnOfDay } from '../../../electron/station/turnOfDay.ts';
import { ok } from '../../../domain/result.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import type { Store } from '../../../db/types.ts';
import { MORNING_MS, open, recordDrafts, sampleReference, TestClock } from '../../db/support.ts';
import { tempDir } from '../../db/tempDir.ts';

const WHO = { holder: 'PERSON', holderId: 1 } as const;
let store: Store | undefined;
afterEach(() => store?.close());

/** A village whose points lapse at the end of the year; `settlement` as given. */
function village(settlement: 'immediate' | 'posted') {
  const dir = tempDir();
  const clock = new TestClock();
  const begun = open(dir, clock);
  begun.confirmClock(MORNING_MS);
  begun.applyReference(
    sampleReference({
      rules: {
        ...DEFAULT_RULES,
        version: 3,
        points: { ...DEFAULT_RULES.points, settlement },
        ledger: { ...DEFAULT_RULES.ledger, expiry: 'YEAR_END' },
      },
      grants: [],
    }),
  );
  recordDrafts(begun, [
    { type: 'POINTS_AWARDED', ...WHO, householdId: 1, awardId: 1, points: 100, reason: '好' },
  ]);
  store = begun;
  /** Switched off, and on again with a date that may be. */
  function reboot(wallMs: number): Store {
    store?.close();
    Object.assign(clock, { wallMs, mono: 5000, boot: 'boot-b' });
    store = open(dir, clock);
    return store;
  }
  return { reboot };
}
function turn(of: Store): void {
  const clock = { nowMs: () => of.nowMs(), monoMs: () => 5000, osBoot: () => 'boot-b' };
  const nothing = (): void => undefined;
  recordTurnOfDay(
    createCore({ store: of, clock, sample: false, newToken: () => '', push: nothing, onRecorded: nothing }),
  );
}

/** The fourth of January: 42 days ahead, which is UNCONFIRMED and not in doubt. */
const NEXT_YEAR_MS = MORNING_MS + 42 * DAY_MS;

test('points do not lapse by a date that nobody has vouched for', () => {
  const after = village('immediate').reboot(NEXT_YEAR_MS);
  expect(after.clockDoubtful()).toBe(false);
  turn(after);
  expect(after.views.sums(WHO)).toMatchObject({ available: 100, expired: 0 });
  after.confirmClock(MORNING_MS + DAY_MS);
  turn(after);
  expect(after.views.sums(WHO)).toMatchObject({ available: 100, expired: 0 });
});

test('they lapse once the keeper has said that it is this day', () => {
  const after = village('immediate').reboot(NEXT_YEAR_MS);
  recordDrafts(after, [{ type: 'DATE_CONFIRMED' }]);
  turn(after);
  expect(after.views.sums(WHO)).toMatchObject({ available: 0, expired: 100 });
});

test('no posting ends by such a date', () => {
  const { reboot } = village('posted');
  const entry = { ...WHO, ofIncarnation: '', ofSeq: store?.syncState().recorded ?? 0 };
  store?.record<never>(null, 1, () =>
    ok([
      { type: 'ENTRY_CONFIRMED', ...entry },
      { type: 'ENTRY_APPROVED', ...entry, postedUntilDay: Math.floor(MORNING_MS / DAY_MS) + 3 },
    ]),
  );
  const after = reboot(MORNING_MS + 10 * DAY_MS);
  turn(after);
  expect(after.views.sums(WHO)).toMatchObject({ available: 0, pending: 100 });
  recordDrafts(after, [{ type: 'DATE_CONFIRMED' }]);
  turn(after);
  expect(after.views.sums(WHO)).toMatchObject({ available: 100, pending: 0 });
});
