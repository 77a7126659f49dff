/**
 * The story of a station that was dark for more than six weeks: every screen says plainly that people and prices
 * may be old, and everybody is checked in as ever.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isReferenceOld } from '../../../domain/reference/age.ts';
import { openLocal, type LocalStation } from '../../harness/local.ts';
import { todayAtNine } from '../../harness/station.ts';
import { seedStation, testVillage } from '../../harness/village.ts';

const DAY_MS = 86_400_000;
let dir = '';
let local: LocalStation | undefined;
afterEach(async () => {
  await local?.close();
  local = undefined;
  if (dir !== '') rmSync(dir, { recursive: true, force: true });
  dir = '';
});
function openWithDataOf(daysAgo: number): LocalStation {
  const village = testVillage();
  dir = mkdtempSync(join(tmpdir(), 'station-'));
  seedStation(dir, { ...village.reference, madeAtMs: todayAtNine() - daysAgo * DAY_MS });
  local = openLocal(dir, village);
  return local;
}

test('after 46 days without a word it says so, and checks in as ever', async () => {
  const station = openWithDataOf(46);
  expect((await station.status()).referenceOld).toBe(true);
  const scanId = await station.scan(3);
  const requestId = crypto.randomUUID();
  expect(await station.ask('sign', { requestId, scanId, activityId: null })).toMatchObject({
    kind: 'SIGNED_IN',
  });
});

test('after 44 days it does not', async () => {
  const station = openWithDataOf(44);
  expect((await station.status()).referenceOld).toBe(false);
});

test('a county that has nothing new keeps the data fresh by saying so; no data is not old data', () => {
  const nowMs = 100 * DAY_MS;
  expect(isReferenceOld(nowMs, 10 * DAY_MS, 60 * DAY_MS)).toBe(false);
  expect(isReferenceOld(nowMs, 10 * DAY_MS, 54 * DAY_MS)).toBe(true);
  expect(isReferenceOld(nowMs, 0, 0)).toBe(false);
});
