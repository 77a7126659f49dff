/**
 * What a stick says to a station. A station that is newer than its county: the keeper is told, and the next stick after
 * the update brings the rest. Cards that were revoked meanwhile.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeSampleVillage } from '../../../../county/sample/village.ts';
import { createCounty, type County } from '../../../../county/server/county.ts';
import { revokeCards } from '../../../../county/server/roster/revokeCards.ts';
import type * as events from '../../../../domain/journal/events.ts';
import { pgliteIn } from '../../../harness/emptyDatabase.ts';
import { carry, darkStation, introduce, newStick } from '../../../harness/stick.ts';

const age = vi.hoisted(() => ({ unknownCode: 0 }));
// Station and county are in one thread here: the county is old only while it takes a stick in.
vi.mock('../../../../domain/journal/events.ts', async (original) => {
  const real = await original<typeof events>();
  return {
    ...real,
    eventTypeOf: (code: number) => (code === age.unknownCode ? undefined : real.eventTypeOf(code)),
  };
});
const KEEPER_UNLOCKED = 11;

let county: County;
beforeAll(async () => {
  county = await createCounty({ database: await pgliteIn(null), keyDir: null, sample: false });
});
afterAll(() => county.close());

test('facts of a kind that the county does not know: the station hears by the stick that the county must be updated; and so of cards that were revoked', async () => {
  const station = darkStation();
  const stick = newStick();
  await introduce(county, station.dir, makeSampleVillage({ nowMs: Date.now() }).reference);
  station.work(3);
  await station.write(stick);
  age.unknownCode = KEEPER_UNLOCKED;
  expect(await carry(county, stick)).toMatchObject([{ fresh: 0, refused: 'UNKNOWN_EVENT' }]);
  age.unknownCode = 0;
  // Everything else that the answer brings counts.
  expect(await station.read(stick)).toMatchObject({ leftAlone: 'OLDER_COUNTY', reference: true });
  await station.write(stick);
  expect(await carry(county, stick)).toMatchObject([{ refused: null }]);
  expect(await station.read(stick)).toMatchObject({ leftAlone: null });
  const [recorded, durable] = station.state();
  expect(durable).toBeGreaterThanOrEqual(4);
  expect(recorded).toBeGreaterThanOrEqual(durable);

  // More cards than one answer names, and no reference data for them.
  const version = station.store.views.referenceInfo()?.version;
  await revokeCards(
    county.context,
    Array.from({ length: 1300 }, (_, i) => 5000 + i),
  );
  await station.write(stick);
  await carry(county, stick);
  expect(await station.read(stick)).toMatchObject({ reference: true, leftAlone: null });
  const { views } = station.store;
  expect([4999, 5000, 6299].map((card) => views.isRevoked(card))).toEqual([false, true, true]);
  expect(views.referenceInfo()?.version).toBe(version);
  expect(await station.read(stick)).toMatchObject({ reference: false });
  station.close();
  rmSync(stick, { recursive: true, force: true });
});
