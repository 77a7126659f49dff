/** A stick comes from a station that is newer than its county: the keeper is told, and the next stick after the update brings the rest. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeSampleVillage } from '../../../../county/sample/village.ts';
import { createCounty, type County } from '../../../../county/server/county.ts';
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

test('facts of a kind that the county does not know: the station hears by the stick that the county must be updated', async () => {
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
  station.close();
  rmSync(stick, { recursive: true, force: true });
});
