/**
 * The clock of the machine jumps while people come, or was wrong all the time and the county finds it: everything is
 * recorded, the status says so, and the keeper can see which records it was, of whom, and how far they are off, also
 * on another day.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { localWorld, openLocal, type LocalStation } from '../../harness/local.ts';
import { seedStation, testVillage } from '../../harness/village.ts';
import { openStore } from '../../../db/open.ts';
import { HOUR_MS, optionsFor, recordDrafts, TestClock } from '../../db/support.ts';

const village = testVillage();
const DAY_MS = 24 * HOUR_MS;
const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

test('records made while the clock had jumped are named to the keeper, on this day and on later ones', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'doubtful-'));
  atEnd.push(() => rmSync(dir, { recursive: true }));
  seedStation(dir, village.reference);
  const base = localWorld();
  let wallMs = 0;
  let bothMs = 0;
  const clock = {
    nowMs: () => base.clock.nowMs() + wallMs + bothMs,
    monoMs: () => base.clock.monoMs() + bothMs,
    osBoot: () => base.clock.osBoot(),
  };
  const station = openLocal(dir, village, { world: { ...base, clock } });
  atEnd.push(() => station.close());
  const signIn = async (volunteerId: number) => {
    const request = { requestId: randomUUID(), scanId: await station.scan(volunteerId), activityId: null };
    expect(await station.ask('sign', request)).toMatchObject({ kind: 'SIGNED_IN' });
  };
  const doubtful = async (on: LocalStation) => {
    const keeperToken = await on.unlock();
    const [desk, list] = await Promise.all([
      on.ask('getDesk', { keeperToken }),
      on.ask('listDoubtful', { keeperToken }),
    ]);
    if (desk.kind !== 'DESK' || list.kind !== 'DOUBTFUL') throw new Error('the desk is shut');
    return { today: desk.desk.todayTimes.doubtful, records: list.records, desk: desk.desk };
  };
  await signIn(3);
  expect(await station.status()).toMatchObject({ clockDoubtful: false });
  expect(await doubtful(station)).toMatchObject({ today: 0, records: [] });

  wallMs = -2 * HOUR_MS;
  expect(await station.status()).toMatchObject({ clockDoubtful: true });
  await signIn(4);
  const during = await doubtful(station);
  // The PIN that opened the desk is a record as well.
  expect(during.today).toBe(2);
  expect(during.records.map(({ type, person, offByMs }) => [type, person?.volunteerId, offByMs])).toEqual([
    ['KEEPER_UNLOCKED', undefined, null],
    ['SIGNED_IN', 4, null],
  ]);
  expect(during.records[1]?.person?.name).not.toBe('');
  const times = new Map(during.desk.attendances.map(({ person, time }) => [person.volunteerId, time]));
  expect([times.get(3), times.get(4)]).toEqual(['UNCONFIRMED', 'DOUBTFUL']);

  wallMs = 0;
  bothMs = 2 * DAY_MS;
  expect(await station.status()).toMatchObject({ clockDoubtful: false });
  const later = await doubtful(station);
  expect(later.today).toBe(0);
  expect(later.records).toEqual(during.records);
  expect(await station.ask('listDoubtful', { keeperToken: 'nobody' })).toEqual({ kind: 'KEEPER_GONE' });
});

test('records of a clock that the county found wrong are named with how far it was off', () => {
  const dir = mkdtempSync(join(tmpdir(), 'doubtful-'));
  atEnd.push(() => rmSync(dir, { recursive: true }));
  const clock = new TestClock();
  const opened = openStore(optionsFor(dir, clock));
  if (!opened.ok) throw new Error(opened.error.kind);
  const store = opened.value;
  const [first] = recordDrafts(store, [{ type: 'KEEPER_UNLOCKED' }]).events;
  expect(store.views.doubtful(10)).toEqual([]);
  store.confirmClock(clock.wallMs - 3 * HOUR_MS);
  const rows = store.views.doubtful(10);
  expect(rows.find(({ seq }) => seq === first?.seq)).toMatchObject({
    type: 'KEEPER_UNLOCKED',
    volunteerId: 0,
    atMs: first?.atMs,
    offByMs: 3 * HOUR_MS,
  });
  expect(rows.map(({ seq }) => seq)).toEqual([...rows.map(({ seq }) => seq)].sort((a, b) => b - a));
  expect(store.views.doubtful(1)).toHaveLength(1);
  store.close();
});
