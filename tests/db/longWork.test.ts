/**
 * A large station gets back what it lacked. The journal is folded anew, which takes minutes there: a worker does it, the
 * store goes on answering and says how far it is, and takes no record until it is done.
 */
import { afterEach, expect, it } from 'vitest';
import { StoreFaultError } from '../../db/faults.ts';
import type { Store } from '../../db/types.ts';
import { verifyFolder } from '../../db/verify.ts';
import { ok } from '../../domain/result.ts';
import { elsewhereOf } from '../../electron/shell/longWorker.ts';
import { acknowledgeAll, copyOf, giveBack } from './returnScene.ts';
import { MORNING_MS, open, recordDrafts, sampleReference, sha256, signIn, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

const WORKER = new URL('../../electron/station/backup/worker.ts', import.meta.url);
let close: () => void = () => undefined;
afterEach(() => close());

const moved = (quantity: number) =>
  ({ type: 'STOCK_MOVED', goodsId: 1, quantity, reason: 'DONATION', note: '' }) as const;

/** A station with more than a short journal, and a copy of it from the time when it had only begun. */
function scene(elsewhere: Parameters<typeof open>[2] = {}): {
  readonly store: Store;
  readonly dir: string;
  readonly old: string;
  readonly from: string;
} {
  const from = tempDir();
  const clock = new TestClock();
  const whole = open(from, clock);
  whole.applyReference(sampleReference({ grants: [] }));
  acknowledgeAll(from, whole);
  const dir = copyOf(from);
  for (let i = 0; i < 2; i++)
    recordDrafts(
      whole,
      Array.from({ length: 600 }, () => moved(1)),
    );
  recordDrafts(whole, [signIn(1)]);
  const old = whole.incarnation;
  whole.close();
  const store = open(dir, clock, { hardwareId: 'pc-2', ...elsewhere });
  close = () => {
    store.close();
    expect(verifyFolder(dir, sha256).finding).toBeNull();
  };
  store.applyReference(sampleReference({ grants: [] }));
  giveBack(store, from, old);
  recordDrafts(
    store,
    Array.from({ length: 1001 }, () => moved(1)),
  );
  return { store, dir, old, from };
}

it('answers while a worker folds, says how far it is, and takes records again afterwards', async () => {
  let readings = 0;
  const { store } = scene({ elsewhere: elsewhereOf(WORKER) });
  const heard: (number | null)[] = [];
  store.watchHeldOff(() => {
    heard.push(store.heldOff()?.done ?? null);
    // As a scan would: everything can be read, and nothing is recorded.
    if (store.heldOff() === null) return;
    expect(store.views.person(1)?.name).toBe('志愿者1');
    expect(() => recordDrafts(store, [moved(1)])).toThrow(StoreFaultError);
    readings += 1;
  });
  expect(store.standing()).toBe('AWAITING_RETURN');
  const finished = store.finishReturn(MORNING_MS);
  expect(store.heldOff()).toEqual({ done: 0, total: 0 });
  await finished;
  expect(store.heldOff()).toBeNull();
  expect(heard.slice(0, 2)).toEqual([0, 1000]);
  expect(heard.at(-1)).toBeNull();
  expect(readings).toBeGreaterThan(2);
  expect(store.standing()).toBe('WORKING');
  expect(store.restoreOutcome().returned.count).toBe(1201);
  expect(store.views.unsettled(5)).toMatchObject([{ volunteerId: 1 }]);
  expect(recordDrafts(store, [moved(1)]).events).toHaveLength(1);
});

it('is as it was where the work fails, and can be done again', async () => {
  let fails = true;
  const real = elsewhereOf(WORKER);
  const { store } = scene({
    elsewhere: (order, onProgress) =>
      fails ? Promise.reject(new StoreFaultError('DISK_FULL', new Error('full'))) : real(order, onProgress),
  });
  await expect(store.finishReturn(MORNING_MS)).rejects.toThrow(StoreFaultError);
  expect(store.heldOff()).toBeNull();
  expect(store.standing()).toBe('AWAITING_RETURN');
  expect(store.record(null, 0, () => ok([moved(1)]))).toMatchObject({ ok: true });
  fails = false;
  await store.finishReturn(MORNING_MS);
  expect(store.restoreOutcome().returned.count).toBe(1201);
});
