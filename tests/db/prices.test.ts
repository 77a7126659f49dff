/**
 * A price that was posted holds from its day on, with or without a line. But no empty battery and no finger on the clock
 * makes rice dearer or cheaper: only a day that somebody has vouched for does.
 */
import { afterEach, expect, it } from 'vitest';
import type { Store } from '../../db/types.ts';
import { DAY_MS, shanghaiDay } from '../../domain/time.ts';
import { MORNING_MS, open, recordDrafts, sampleReference, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

let store: Store;
afterEach(() => store.close());

it('changes on its day, and only on one that somebody has vouched for', () => {
  const dir = tempDir();
  const clock = new TestClock();
  store = open(dir, clock);
  const fromDay = shanghaiDay(MORNING_MS) + 3;
  const goods = sampleReference().goods.map((one) => ({ ...one, coming: [{ fromDay, unitPoints: 300 }] }));
  store.applyReference(sampleReference({ grants: [], goods }));
  const rice = (): number | undefined => store.views.goods(1)?.unitPoints;
  expect(rice()).toBe(280);
  store.confirmClock(clock.nowMs());
  expect(rice()).toBe(280);
  // After a night without power the machine takes it for next year, and nobody has said so.
  store.close();
  Object.assign(clock, { boot: 'boot-b', mono: 5000, wallMs: MORNING_MS + 365 * DAY_MS });
  store = open(dir, clock);
  expect(rice()).toBe(280);
  expect(store.views.comingPrices()).toHaveLength(3);
  // Three days later, on another morning, the keeper vouches for the date.
  store.close();
  Object.assign(clock, { boot: 'boot-c', mono: 5000, wallMs: MORNING_MS + 3 * DAY_MS });
  store = open(dir, clock);
  expect(rice()).toBe(280);
  recordDrafts(store, [{ type: 'DATE_CONFIRMED' }]);
  expect(rice()).toBe(300);
  expect(store.views.comingPrices()).toEqual([]);
  // By a later price list that says nothing of it any more, the price is what that list says.
  store.applyReference(sampleReference({ version: 2, grants: [] }));
  expect(rice()).toBe(280);
});
