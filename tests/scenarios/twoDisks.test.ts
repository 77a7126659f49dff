/**
 * The story of a disk that was put back. A technician copies the station's disk for safety, and the station works on
 * and sends. Then the disk fails, the older copy is put in by hand, and people sign in before anybody has a line. Now
 * the county and this disk have different facts under the same numbers. The station must not stand still for that:
 * what only this disk has goes to the county for a person to look at, the county's facts take their place, and
 * whatever is recorded from then on arrives.
 */
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { County } from '../../county/server/county.ts';
import { putReference } from '../../county/server/reference.ts';
import { decodeHeld } from '../../county/server/held.ts';
import { unhex } from '../../county/server/codecs.ts';
import { verifyFolder } from '../../db/verify.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { openLocal, localWorld, type LocalStation } from '../harness/local.ts';
import { readStation } from '../harness/station.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { testVillage } from '../harness/village.ts';

const village = testVillage();
const { sha256 } = realWorld();

let folder: string;
let county: County;
let url: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'two-disks-'));
  ({ county, url } = await listeningCounty());
  await putReference(county.context, village.reference);
});
afterEach(async () => {
  await county.close();
  rmSync(folder, { recursive: true, force: true });
});

const HOUR_MS = 3_600_000;
async function signIn(station: LocalStation, ...volunteerIds: readonly number[]): Promise<void> {
  for (const id of volunteerIds) {
    const scanId = await station.scan(id);
    const signed = await station.ask('sign', { requestId: randomUUID(), scanId, activityId: null });
    expect(signed.kind).toBe('SIGNED_IN');
  }
}
async function settled(station: LocalStation): Promise<void> {
  const state = async () => {
    const answer = await station.call('getStatus', {});
    // A station that begins anew answers nothing for a moment.
    if (!answer.ok) return answer.error.kind;
    const { sync, standing } = answer.value;
    if (sync.state !== 'IDLE') await station.call('syncNow', {});
    return [standing, sync.state, sync.recorded - sync.reachedCounty];
  };
  await expect.poll(state, { timeout: 30_000 }).toEqual(['WORKING', 'IDLE', 0]);
}
const personIn = (type: string) =>
  `SELECT json_extract(text, '$[8]') AS id FROM journal WHERE json_extract(text, '$[0]') = ${type} ORDER BY 1`;

/** Signs of people in quarantine, as a person at the county would read them. */
async function underReview(): Promise<readonly number[]> {
  const rows = await county.context.db.selectFrom('quarantine').select('envelope').execute();
  return rows.flatMap(({ envelope }) =>
    (decodeHeld(unhex(envelope), county.context.wire)?.events ?? []).flatMap((event) =>
      event.type === 'SIGNED_IN' ? [event.volunteerId] : [],
    ),
  );
}
async function alerts(): Promise<readonly string[]> {
  const rows = await county.context.db.selectFrom('alert').select('kind').execute();
  return rows.map(({ kind }) => kind);
}
async function atCounty(): Promise<readonly number[]> {
  const rows = await county.context.db.selectFrom('event').select('body').execute();
  return rows
    .map(({ body }) => JSON.parse(body) as number[])
    .filter(([code]) => code === 2)
    .map((text) => Number(text[8]))
    .sort((a, b) => a - b);
}

/** Plays the story up to the day on which the older disk gets a line; `onOld` works on it before that. */
async function putBack(
  dir: string,
  onNew: readonly number[],
  onOld: (station: LocalStation) => Promise<void>,
): Promise<LocalStation> {
  const copy = `${dir}-copy`;
  const first = openLocal(dir, village, { countyUrl: url });
  await settled(first);
  await signIn(first, 1);
  await settled(first);
  await first.close();
  cpSync(dir, copy, { recursive: true });
  // An image of the whole disk: nothing beside the database says that this is another folder.
  rmSync(join(copy, 'last-start.json'));
  const second = openLocal(dir, village, { countyUrl: url, world: localWorld(HOUR_MS) });
  await signIn(second, ...onNew);
  await settled(second);
  await second.close();
  const dark = openLocal(copy, village, { world: localWorld(2 * HOUR_MS) });
  await onOld(dark);
  await dark.close();
  return openLocal(copy, village, { countyUrl: url, world: localWorld(3 * HOUR_MS) });
}

test.each([
  ['goes on past what the county has', [2], [3, 4, 5, 6, 7]],
  ['stays behind what the county has', [2, 8, 9, 10, 11, 12, 13], [3]],
])('an older disk that %s', async (_, onNew, onOld) => {
  const dir = join(folder, 'station');
  const station = await putBack(dir, onNew, (dark) => signIn(dark, ...onOld));
  await settled(station);
  await signIn(station, 14);
  await settled(station);
  await station.close();
  // The county: the facts of the newer disk and what came afterwards count, the others wait for a person.
  const count = [1, ...onNew, 14].sort((a, b) => a - b);
  expect(await atCounty()).toEqual(count);
  expect(await underReview()).toEqual(onOld);
  expect(await alerts()).toContain('FORK');
  // The station: the same books, and the others can still be read here.
  const copy = `${dir}-copy`;
  expect(readStation<{ id: number }>(copy, personIn('2')).map(({ id }) => id)).toEqual(count);
  expect(readStation(copy, "SELECT text FROM set_aside WHERE text LIKE '[2,%'")).toHaveLength(onOld.length);
  expect(verifyFolder(copy, sha256).finding).toBeNull();
});
