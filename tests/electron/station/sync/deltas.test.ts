/**
 * The story of a village whose reference data changes by one name a day: over the line go some hundred bytes, not
 * the whole village; and a station whose data has drifted gets the whole again, by itself.
 */
import { sql } from 'kysely';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { County } from '../../../../county/server/county.ts';
import { putReference, referenceOf, referenceVersionOf } from '../../../../county/server/reference.ts';
import { databaseFile } from '../../../../db/open.ts';
import type { Reference } from '../../../../domain/reference/reference.ts';
import { decodeReference } from '../../../../domain/wire/referenceBody.ts';
import { listeningCounty } from '../../../harness/countyDatabase.ts';
import { startCuttingProxy, type CuttingProxy } from '../../../harness/cuttingProxy.ts';
import { isSettled, openSyncStation, type SyncStation } from '../../../harness/syncPair.ts';

let county: County;
let line: CuttingProxy;
let station: SyncStation;
/** Bytes of each answer to a reference ask. */
let answers: number[];
let reference: Reference;
beforeEach(async () => {
  const listening = await listeningCounty();
  ({ county } = listening);
  const there = decodeReference((await referenceOf(county.context, 1))?.body ?? new Uint8Array(0));
  if (!there.ok) throw new Error(there.error.detail);
  reference = there.value;
  answers = [];
  line = await startCuttingProxy(Number(new URL(listening.url).port), ({ where, path, length }) => {
    if (where === 'ANSWER' && path === '/v1/reference') answers.push(length);
    return null;
  });
  station = openSyncStation(`http://127.0.0.1:${line.port}`);
  await caughtUp();
});
afterEach(async () => {
  await station.close();
  await line.close();
  await county.close();
});

async function nextDay(name: string): Promise<void> {
  const volunteers = reference.volunteers.map((one) => (one.id === 7 ? { ...one, name } : one));
  reference = { ...reference, volunteers };
  await putReference(county.context, reference);
}
/** Waits until the station has what the county has; facts that follow from it may make it another once more. */
const caughtUp = () =>
  vi.waitFor(
    async () => {
      station.sync.syncNow();
      const view = station.sync.view();
      expect(isSettled(view)).toBe(true);
      expect(view.referenceVersion).toBe(await referenceVersionOf(county.context, 1));
    },
    { timeout: 20_000, interval: 100 },
  );

test('changes alone come down, over several versions too', async () => {
  const [whole = 0] = answers;
  await nextDay('一');
  await caughtUp();
  expect(station.store.views.person(7)?.name).toBe('一');
  await nextDay('二');
  await nextDay('三');
  await caughtUp();
  expect(station.store.views.person(7)?.name).toBe('三');
  expect(answers.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...answers.slice(-2))).toBeLessThan(whole / 10);
});

test('a station that has drifted, or was away for too long, gets the whole', async () => {
  const [whole = 0] = answers;
  const db = new Database(databaseFile(station.dir));
  db.exec("UPDATE person SET name = '别人' WHERE id = 9");
  db.close();
  answers = [];
  await nextDay('一');
  await caughtUp();
  // The delta did not fit, so the whole came after it.
  expect(answers).toHaveLength(2);
  expect(answers[0]).toBeLessThan(whole / 10);
  expect(answers[1]).toBeGreaterThan(whole / 2);
  expect(station.store.views.person(9)?.name).not.toBe('别人');

  await sql`DELETE FROM reference_served`.execute(county.context.db);
  await nextDay('二');
  await caughtUp();
  expect(answers).toHaveLength(3);
  expect(answers[2]).toBeGreaterThan(whole / 2);
  expect(station.store.views.person(7)?.name).toBe('二');
});
