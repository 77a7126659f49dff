/**
 * The story of a village whose line may carry so much on a day and no more: when most of it is used, names and prices
 * wait for tomorrow and facts still go; when all is used, nothing goes but what the keeper sends by hand; the next
 * morning it goes on by itself.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { putReference, referenceOf } from '../../../../county/server/reference.ts';
import { revokeCards } from '../../../../county/server/roster/revokeCards.ts';
import type { County } from '../../../../county/server/county.ts';
import { DAY_MS } from '../../../../domain/time.ts';
import { decodeReference } from '../../../../domain/wire/referenceBody.ts';
import { realWorld } from '../../../../electron/shell/world.ts';
import { listeningCounty } from '../../../harness/countyDatabase.ts';
import { startCuttingProxy, type CuttingProxy } from '../../../harness/cuttingProxy.ts';
import { isSettled, openSyncStation, type SyncStation } from '../../../harness/syncPair.ts';

const world = realWorld();
let county: County;
let line: CuttingProxy;
let station: SyncStation;
/** How far the station's clocks are ahead. */
let aheadMs: number;
/** What waits for the next day. */
let morning: (() => void) | null;
const clock = {
  nowMs: () => world.clock.nowMs() + aheadMs,
  monoMs: () => world.clock.monoMs() + aheadMs,
  osBoot: () => world.clock.osBoot(),
};
const timers = {
  ...world.timers,
  set: (action: () => void, ms: number) => {
    if (ms > 120_000) morning = action;
    return world.timers.set(action, ms);
  },
};

beforeAll(async () => {
  // Noon of the village, so that nothing runs into its midnight; the tests follow each other on one line.
  aheadMs = DAY_MS - ((world.clock.nowMs() + 20 * 3_600_000) % DAY_MS);
  morning = null;
  const listening = await listeningCounty({ nowMs: () => clock.nowMs() });
  ({ county } = listening);
  line = await startCuttingProxy(Number(new URL(listening.url).port), () => null);
  station = openSyncStation(`http://127.0.0.1:${line.port}`, { clock, timers });
  await station.syncUntil((view) => isSettled(view) && view.referenceVersion === 2);
});
afterAll(async () => {
  await station.close();
  await line.close();
  await county.close();
});

async function cap(part: number): Promise<void> {
  const { bytes } = station.sync.view().line;
  await station.restartSync({ caps: { megabytesPerDay: bytes / 1_000_000 / part, minutesPerDay: 0 } });
}
async function renamed(): Promise<void> {
  const made = decodeReference((await referenceOf(county.context, 1))?.body ?? new Uint8Array(0));
  if (!made.ok) throw new Error(made.error.detail);
  const volunteers = made.value.volunteers.map((one) => (one.id === 7 ? { ...one, name: '新名' } : one));
  await putReference(county.context, { ...made.value, volunteers });
}
function nextDay(): void {
  aheadMs += DAY_MS;
  const begin = morning;
  morning = null;
  begin?.();
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

test('what is shown is what has gone over the line', async () => {
  expect(station.sync.view().line.bytes).toBe(line.carried());
  const before = line.carried();
  await station.restartSync({});
  await until(() => {
    expect(line.carried()).toBeGreaterThan(before);
    expect(isSettled(station.sync.view())).toBe(true);
    expect(station.sync.view().line.bytes).toBe(line.carried());
  });
  expect(station.sync.view().line.minutes).toBeGreaterThan(0);
});

test('where nothing waits, a line with a cap is used for questions every ten minutes at most', async () => {
  const toNext = () => station.sync.view().nextAttemptMs - clock.nowMs();
  await until(() => expect(toNext()).toBeGreaterThan(0));
  expect(toNext()).toBeLessThan(60_000);
  await station.restartSync({ caps: { megabytesPerDay: 100, minutesPerDay: 0 } });
  await until(() => expect(toNext()).toBeGreaterThan(590_000));
  station.record({ type: 'KEEPER_UNLOCKED' });
  station.sync.recorded();
  expect(toNext()).toBeLessThan(60_000);
  await until(() => expect(isSettled(station.sync.view())).toBe(true));
});

test('above 80 % of the cap facts and revoked cards go, and names wait for tomorrow', async () => {
  await cap(0.9);
  await renamed();
  station.record({ type: 'KEEPER_UNLOCKED' });
  const view = await station.syncUntil(isSettled);
  expect(view.line.level).toBe('SPARING');
  expect(view.referenceVersion).toBe(2);
  // A card that was stolen is no matter of tomorrow.
  await revokeCards(county.context, [4711]);
  await station.syncUntil(() => station.store.views.isRevoked(4711));
  expect(station.sync.view().referenceVersion).toBe(2);
  aheadMs += DAY_MS;
  await station.syncUntil((later) => later.referenceVersion === 3);
  expect(station.store.views.person(7)?.name).toBe('新名');
});

test('at the cap nothing goes but what the keeper sends, until the next day', async () => {
  for (let times = 0; times < 5; times++) {
    station.record({ type: 'KEEPER_UNLOCKED' });
    await station.syncUntil(isSettled);
  }
  await cap(1);
  await until(() => expect(station.sync.view().state).toBe('METERED'));
  const carried = line.carried();
  station.record({ type: 'KEEPER_UNLOCKED' });
  station.sync.recorded();
  await new Promise((resolve) => setImmediate(resolve));
  const { nextAttemptMs, recorded, reachedCounty } = station.sync.view();
  expect(reachedCounty).toBe(recorded - 1);
  expect(line.carried()).toBe(carried);
  const midnight = Math.ceil((clock.nowMs() + 8 * 3_600_000) / DAY_MS) * DAY_MS - 8 * 3_600_000;
  expect(nextAttemptMs).toBeGreaterThanOrEqual(midnight);
  expect(nextAttemptMs).toBeLessThan(midnight + 660_000);

  await station.syncUntil((view) => view.state === 'METERED' && view.reachedCounty === recorded);
  expect(line.carried()).toBeGreaterThan(carried);

  station.record({ type: 'KEEPER_UNLOCKED' });
  const yesterday = line.carried();
  nextDay();
  await until(() => expect(isSettled(station.sync.view())).toBe(true));
  expect(station.sync.view().line.bytes).toBe(line.carried() - yesterday);
});

test('a station that takes no points any more hears of revoked cards all the same, of as many as there are', async () => {
  station.store.markForked();
  await renamed();
  await revokeCards(
    county.context,
    Array.from({ length: 601 }, (_, i) => 5000 + i),
  );
  await station.syncUntil(() => station.store.views.isRevoked(5600));
  expect([4710, 4711, 5000].map((card) => station.store.views.isRevoked(card))).toEqual([false, true, true]);
  expect(station.store.revocationNumber()).toBe(603);
  expect(station.sync.view().referenceVersion).toBe(3);
});
