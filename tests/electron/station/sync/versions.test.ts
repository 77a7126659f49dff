/**
 * The story of two programs that are not updated on the same day. A newer station meets an older county and the
 * other way round: they speak what both know, or the one that is behind is named on both sides, in plain words.
 * Nothing that was recorded is lost by it, and it goes by itself after the update.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { overview } from '../../../../county/server/stations.ts';
import type { County } from '../../../../county/server/county.ts';
import type * as events from '../../../../domain/journal/events.ts';
import type { EventDraft } from '../../../../domain/journal/events.ts';
import type { WireRange } from '../../../../domain/wire/version.ts';
import { listeningCounty } from '../../../harness/countyDatabase.ts';
import { isSettled, openSyncStation, type SyncStation } from '../../../harness/syncPair.ts';

const age = vi.hoisted(() => ({ unknownCode: 0 }));
// The county runs in this thread and reads types through this; the station's batches are made in its worker.
vi.mock('../../../../domain/journal/events.ts', async (original) => {
  const real = await original<typeof events>();
  return {
    ...real,
    eventTypeOf: (code: number) => (code === age.unknownCode ? undefined : real.eventTypeOf(code)),
  };
});

const KNOWN: EventDraft = { type: 'STOCK_MOVED', goodsId: 1, quantity: 1, reason: 'DONATION', note: '' };
const NEWER: EventDraft = { type: 'KEEPER_UNLOCKED' };
const V = (oldest: number, newest: number): WireRange => ({ oldest, newest });

let county: County;
let station: SyncStation;
afterEach(async () => {
  age.unknownCode = 0;
  await station.close();
  await county.close();
});
async function meet(stationKnows: WireRange, countyKnows: WireRange): Promise<void> {
  const listening = await listeningCounty({ wire: countyKnows });
  county = listening.county;
  station = openSyncStation(listening.url, { wire: stationKnows });
}
async function eventsAtCounty(): Promise<number[]> {
  const rows = await county.context.db.selectFrom('event').select('seq').orderBy('seq').execute();
  return rows.map(({ seq }) => seq);
}

test.each([
  ['a newer station and an older county speak the older', V(1, 2), V(1, 1)],
  ['an older station and a newer county speak the older', V(1, 1), V(1, 2)],
  ['a county that has left the oldest behind is met on what both know', V(1, 3), V(2, 2)],
])('%s', async (_story, stationKnows, countyKnows) => {
  await meet(stationKnows, countyKnows);
  station.record(KNOWN);
  await station.syncUntil((view) => isSettled(view) && view.referenceVersion > 0);
  expect(await eventsAtCounty()).toHaveLength(station.store.syncState().recorded);
});

test('a county that is too old for the station is named on both sides', async () => {
  await meet(V(2, 2), V(1, 1));
  await station.syncUntil(({ state }) => state === 'COUNTY_IS_OLDER');
  const { unreadable } = await overview(county.context);
  expect(unreadable.newerMs).toBeGreaterThan(0);
  expect(unreadable.olderMs).toBe(0);
});

test('a station that is too old for the county is named on both sides', async () => {
  await meet(V(1, 1), V(2, 3));
  await station.syncUntil(({ state }) => state === 'COUNTY_IS_NEWER');
  const { unreadable } = await overview(county.context);
  expect(unreadable.olderMs).toBeGreaterThan(0);
  expect(unreadable.newerMs).toBe(0);
});

test('facts of a kind that the county does not know wait for its update; those before them go, news come', async () => {
  age.unknownCode = 11;
  await meet(V(1, 1), V(1, 1));
  station.record(KNOWN, KNOWN, NEWER, KNOWN);
  const { recorded } = station.store.syncState();
  const view = await station.syncUntil(
    ({ state, referenceVersion }) => state === 'COUNTY_IS_OLDER' && referenceVersion > 0,
  );
  expect(view.reachedCounty).toBe(recorded - 2);
  expect(await eventsAtCounty()).toHaveLength(recorded - 2);
  const { alerts } = await overview(county.context);
  expect(alerts.map(({ kind, stationId }) => ({ kind, stationId }))).toEqual([
    { kind: 'COUNTY_IS_OLDER', stationId: 1 },
  ]);
  // The county is updated.
  age.unknownCode = 0;
  await station.syncUntil(isSettled);
  expect(await eventsAtCounty()).toEqual(
    Array.from({ length: station.store.syncState().recorded }, (_, i) => i + 1),
  );
});
