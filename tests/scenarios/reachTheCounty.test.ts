/**
 * The story of one day and one line: a station enrols with its county and gets the village; Zhang signs in and
 * out, and buys; the county knows. The line goes down: nothing changes for the villager. It comes back: what was
 * recorded meanwhile arrives once. Both databases are read afterwards, and they tell the same.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SyncView } from '../../electron/contract/syncViews.ts';
import type { StatusView } from '../../electron/contract/views.ts';
import { readCounty, startCounty, type CountyProcess } from '../harness/county.ts';
import { sceneOf, type Scene } from '../harness/scene.ts';
import { readStation } from '../harness/station.ts';
import { letPass } from '../harness/timePasses.ts';
import { testVillage } from '../harness/village.ts';

const HOUR_MS = 3_600_000;
const village = testVillage();

let dir: string;
let county: CountyProcess;
let scene: Scene;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'county-'));
  county = await startCounty({ dir });
  const stationDir = await mkdtemp(join(tmpdir(), 'station-'));
  scene = await sceneOf(village, { dir: stationDir, countyUrl: county.url });
});
afterEach(async () => {
  await scene.end();
  await county.close();
  await rm(dir, { recursive: true });
});

const status = (): Promise<StatusView> => scene.client.ask('getStatus', {});
const sync = async (): Promise<SyncView> => (await status()).sync;

/** Waits until everything recorded has reached the county. */
async function reached(): Promise<SyncView> {
  await scene.client.ask('syncNow', {});
  await expect
    .poll(
      async () => {
        const { recorded, reachedCounty, state } = await sync();
        return recorded === reachedCounty && state === 'IDLE';
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  return sync();
}

interface Line {
  readonly seq: number;
  readonly body: string;
}
function journal(): readonly Line[] {
  return readStation<Line>(scene.dir, 'SELECT seq, text AS body FROM journal ORDER BY seq');
}
/** Every event the county holds, and what it adds up to. */
function atCounty() {
  return readCounty(dir, async (db) => ({
    events: await db.selectFrom('event').select(['seq', 'body']).orderBy('seq').execute(),
    total: await db.selectFrom('station_total').selectAll().executeTakeFirst(),
    alerts: await db.selectFrom('alert').selectAll().execute(),
  }));
}

test('scan, earn, redeem, and the county has it all; down and up again; nothing twice', async () => {
  await expect
    .poll(async () => (await scene.client.ask('getHome', {})).ready, { timeout: 20_000 })
    .toBe(true);

  expect(await scene.sign(3)).toMatchObject({ kind: 'SIGNED_IN' });
  await letPass(2.5 * HOUR_MS, county, scene);
  const out = await scene.sign(3);
  if (out.kind !== 'SIGNED_OUT') throw new Error(out.kind);
  const person = await scene.open(3).catch(async () => {
    await scene.station.advance(4_000);
    return scene.open(3);
  });
  const shop = await scene.client.ask('getShop', {});
  const goods = shop.goods.find(({ stock, unitPoints }) => stock > 0 && unitPoints <= 50);
  if (goods === undefined) throw new Error('nothing cheap on the shelf');
  const redeemed = await scene.client.ask('redeem', {
    requestId: randomUUID(),
    personToken: person.personToken,
    lines: [{ goodsId: goods.id, quantity: 1, unitPoints: goods.unitPoints }],
    pin: '',
  });
  expect(redeemed).toMatchObject({ kind: 'REDEEMED' });
  const before = await reached();
  expect(before.lastSuccessMs).toBeGreaterThan(0);

  // The line goes down without a word.
  await county.kill();
  await scene.station.advance(4_000);
  expect(await scene.sign(7)).toMatchObject({ kind: 'SIGNED_IN' });
  await scene.client.ask('syncNow', {});
  await expect.poll(async () => (await sync()).state, { timeout: 20_000 }).toBe('OFFLINE');
  const down = await sync();
  expect(down.recorded - down.reachedCounty).toBe(1);
  expect(await scene.sign(8)).toMatchObject({ kind: 'SIGNED_IN' });

  county = await startCounty({ dir, port: county.port, startMs: (await status()).nowMs });
  const after = await reached();
  expect(after.reachedCounty).toBe(down.reachedCounty + 2);

  await scene.station.close();
  await county.close();
  const { events, total, alerts } = await atCounty();
  expect(events).toEqual(journal());
  expect(total).toMatchObject({
    sign_ins: 3,
    sign_outs: 1,
    redemptions: 1,
    minutes: out.creditedMinutes,
    points_earned: out.points,
    points_spent: goods.unitPoints,
  });
  expect(alerts).toEqual([]);
});
