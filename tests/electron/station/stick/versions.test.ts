/**
 * The story of a stick between two programs that are not updated on the same day. A station without a line writes what
 * its county last said it reads; where that is not so any more, the stick itself brings the news, and the next one is
 * read, or a screen says whose program must be updated.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { makeSampleVillage } from '../../../../county/sample/village.ts';
import { createCounty, type County } from '../../../../county/server/county.ts';
import { importFile } from '../../../../county/server/stickPairing.ts';
import { versionFor, type WireRange } from '../../../../domain/wire/version.ts';
import { readAnswers } from '../../../../electron/station/stick/read.ts';
import { writeBundle } from '../../../../electron/station/stick/write.ts';
import { openKeyFolder } from '../../../../electron/station/sync/keyFolder.ts';
import { emptyCounty, forgetEvents } from '../../../harness/countyDatabase.ts';
import {
  bundleOn,
  bundlesOn,
  darkStation,
  introduce,
  layAnswer,
  newStick,
  type DarkStation,
} from '../../../harness/stick.ts';

const V = (oldest: number, newest: number): WireRange => ({ oldest, newest });
const { reference } = makeSampleVillage({ nowMs: Date.now() });

let county: County;
let station: DarkStation;
let stick: string;
beforeAll(async () => {
  county = await createCounty({ database: { kind: 'pglite', dir: null }, keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  station = darkStation();
  stick = newStick();
  await introduce(county, station.dir, reference);
  station.work(5);
});
afterEach(() => {
  station.close();
  rmSync(stick, { recursive: true, force: true });
});

/** One round of the courier between programs of these ages; answers what the county said and what the station read. */
async function round(own: WireRange, countys: WireRange) {
  const tools = { ...station.tools, wire: own };
  const written = await writeBundle(tools, stick, () => undefined);
  if (!written.ok) throw new Error(written.error.kind);
  const taken = await importFile({ ...county.context, wire: countys }, bundleOn(stick, bundlesOn(stick)[0]));
  const { answer } = taken.ok ? taken.value : taken.error;
  if (answer !== null) layAnswer(stick, { answer });
  const said = taken.ok ? (taken.value.refused ?? 'TAKEN') : taken.error.kind;
  return { said, read: await readAnswers(tools, stick) };
}

it('is written for the county that was last heard, and its answer is read by the newer station', async () => {
  openKeyFolder(station.dir).noteWire(V(1, 1), 5);
  expect(await round(V(1, 2), V(1, 1))).toMatchObject({
    said: 'TAKEN',
    read: { confirmed: 6, reference: true, leftAlone: null },
  });
});

it('brings the news that the county reads another version, and the next one is taken', async () => {
  // Nothing is known of the county yet, so the newest is tried.
  const first = await round(V(1, 2), V(1, 1));
  expect(first).toMatchObject({
    said: 'NEWER_VERSION',
    read: { confirmed: 0, leftAlone: 'OTHER_VERSION' },
  });
  expect(await round(V(1, 2), V(1, 1))).toMatchObject({
    said: 'TAKEN',
    read: { confirmed: 6, leftAlone: null },
  });
  // What the county signs goes before what lay on a stick, and before what it signed earlier.
  const keys = openKeyFolder(station.dir);
  keys.noteWire(V(9, 9), 5);
  expect(keys.wire()).toMatchObject(V(1, 1));
  // The county leaves the old version behind.
  expect((await round(V(1, 2), V(2, 3))).read.leftAlone).toBe('OTHER_VERSION');
  expect(await round(V(1, 2), V(2, 3))).toMatchObject({ said: 'TAKEN', read: { leftAlone: null } });
  // One answer for a station, in which the refusal went under.
  expect(readdirSync(join(stick, 'village-station', 'from-county'))).toHaveLength(1);
});

it.each([
  ['the county', V(2, 2), V(1, 1), 'NEWER_VERSION', 'OLDER_COUNTY'],
  ['the station', V(1, 1), V(2, 2), 'OLDER_VERSION', 'NEWER_PROGRAM'],
] as const)('says on both sides that %s must be updated', async (_which, own, countys, said, leftAlone) => {
  expect(await round(own, countys)).toMatchObject({ said, read: { confirmed: 0, leftAlone } });
});

it('is held for what precedes it in whichever version it came', async () => {
  openKeyFolder(station.dir).noteWire(V(2, 2), 5);
  const first = await round(V(1, 2), V(1, 2));
  expect(first).toMatchObject({ said: 'TAKEN', read: { confirmed: 6 } });
  const earlier = bundleOn(stick, bundlesOn(stick).at(-1));
  station.work(3);
  await forgetEvents(county);
  // The later of two sticks arrives first at a county that has lost what it had.
  expect(await round(V(1, 2), V(1, 2))).toMatchObject({ said: 'TAKEN', read: { confirmed: 0 } });
  const taken = await importFile({ ...county.context, wire: V(1, 2) }, earlier);
  const [recorded] = station.state();
  expect(taken).toMatchObject({ ok: true, value: { fresh: recorded, held: 0 } });
});

it('is written in what is nearest, where nothing both knew was left', () => {
  expect(versionFor(V(3, 4), V(1, 2))).toBe(3);
  expect(versionFor(V(1, 2), V(3, 4))).toBe(2);
  expect(versionFor(V(1, 4), V(2, 3))).toBe(3);
  expect(versionFor(V(1, 4), null)).toBe(4);
});
