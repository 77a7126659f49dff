/**
 * Two stories of one database too few and one too many.
 *
 * The disk of the station dies. There is a backup from the morning; since then Zhang has exchanged and Li has
 * worked, and the county has it all. The keeper restores while the line is down: people sign in and out as ever,
 * but nothing is exchanged, since nobody here can know what Zhang still has. The line comes back, the day returns,
 * and the books are those of the county row by row.
 *
 * Somebody copies the station's disk and starts the copy. It notices that the county has more than it holds,
 * begins anew and goes on; the original is told that another machine is at work, and lets people sign in and out
 * but takes no more points.
 */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backupFolder } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { restoreStation } from '../../db/backup/restore.ts';
import { databaseFile } from '../../db/open.ts';
import { verifyFolder } from '../../db/verify.ts';
import type { StatusView } from '../../electron/contract/views.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { readCounty, startCounty, type CountyProcess } from '../harness/county.ts';
import { imageOf } from '../harness/diskImage.ts';
import { sceneOf, type Scene } from '../harness/scene.ts';
import { readStation } from '../harness/station.ts';
import { letPass } from '../harness/timePasses.ts';
import { testVillage } from '../harness/village.ts';

const HOUR_MS = 3_600_000;
const { sha256 } = realWorld();
const village = testVillage();

let dir: string;
let county: CountyProcess;
let scene: Scene;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'county-'));
  county = await startCounty({ dir });
  const stationDir = await mkdtemp(join(tmpdir(), 'station-'));
  scene = await sceneOf(village, { dir: stationDir, countyUrl: county.url });
  await expect
    .poll(async () => (await scene.client.ask('getHome', {})).ready, { timeout: 20_000 })
    .toBe(true);
});
afterEach(async () => {
  await scene.end();
  await county.close();
  await rm(dir, { recursive: true });
});

/** The machine is switched on again, a minute later. */
async function startAgain(offMs: number): Promise<void> {
  scene = await sceneOf(village, {
    dir: scene.dir,
    countyUrl: county.url,
    startMs: offMs + 60_000,
    osBoot: randomUUID(),
  });
}
const status = (of: Scene): Promise<StatusView> => of.client.ask('getStatus', {});
async function until(of: Scene, wanted: (view: StatusView) => boolean): Promise<void> {
  // A station that begins anew answers nothing for a moment.
  await expect.poll(() => of.client.ask('syncNow', {}).then(() => true), { timeout: 30_000 }).toBe(true);
  await expect.poll(async () => wanted(await status(of)), { timeout: 30_000 }).toBe(true);
}
const isReached = ({ sync }: StatusView): boolean =>
  sync.state === 'IDLE' && sync.recorded === sync.reachedCounty;
const backAtWork = (view: StatusView): boolean => view.standing === 'WORKING' && isReached(view);

/** Two and a half hours of work, and four seconds until the same card may be read again. */
async function work(of: Scene, volunteerId: number, ...beside: readonly Scene[]): Promise<void> {
  expect(await of.sign(volunteerId)).toMatchObject({ kind: 'SIGNED_IN' });
  await letPass(2.5 * HOUR_MS, county, of, ...beside);
  expect(await of.sign(volunteerId)).toMatchObject({ kind: 'SIGNED_OUT' });
  await of.station.advance(4_000);
}
async function buy(of: Scene, volunteerId: number) {
  const { personToken, balance } = await of.open(volunteerId);
  const { goods } = await of.client.ask('getShop', {});
  const cheap = goods.filter(({ stock }) => stock > 0).sort((a, b) => a.unitPoints - b.unitPoints)[0];
  if (cheap === undefined) throw new Error('nothing on the shelf');
  const { id: goodsId, unitPoints } = cheap;
  const lines = [{ goodsId, quantity: 1, unitPoints }];
  const outcome = await of.client.ask('redeem', { requestId: randomUUID(), personToken, lines, pin: '' });
  await of.station.advance(4_000);
  return { outcome, before: balance.availablePoints, price: unitPoints };
}
const ACCOUNTS = `SELECT holder, holder_id, issued, opened, available, pending, held, spent, expired, reversed, arrears
  FROM ACCOUNT ORDER BY holder, holder_id`;
const LOTS = `SELECT l.holder, l.holder_id, l.seq, l.part, l.amount, l.remaining, l.state FROM LOT`;

/** The books of the station and of the county; both processes must have ended. */
async function expectSameBooks(stationDir: string): Promise<void> {
  const order = 'ORDER BY l.holder, l.holder_id, l.seq, l.part, l.amount';
  const atCounty = await readCounty(dir, async (db) => ({
    accounts: (await sql.raw(ACCOUNTS.replace('ACCOUNT', 'ledger_account WHERE station_id = 1')).execute(db))
      .rows,
    lots: (await sql.raw(`${LOTS.replace('LOT', 'ledger_lot l WHERE station_id = 1')} ${order}`).execute(db))
      .rows,
  }));
  expect(readStation(stationDir, ACCOUNTS.replace('ACCOUNT', 'account WHERE issued + opened > 0'))).toEqual(
    atCounty.accounts,
  );
  expect(readStation(stationDir, `${LOTS.replace('LOT', 'lot l')} ${order}`)).toEqual(atCounty.lots);
}

test('a dead disk, an old backup, a line that is down and comes back', async () => {
  await work(scene, 3);
  await until(scene, isReached);
  const backup = makeBackup(
    { dir: scene.dir, folder: backupFolder(scene.dir), nowMs: Date.now(), maxBytes: 1e9 },
    sha256,
  );
  if (!backup.ok || backup.value === null) throw new Error(JSON.stringify(backup));
  const first = await buy(scene, 3);
  expect(first.outcome).toMatchObject({ kind: 'REDEEMED' });
  await work(scene, 7);
  await until(scene, isReached);
  const startMs = (await status(scene)).nowMs;
  scene.client.close();
  await scene.station.close();

  writeFileSync(databaseFile(scene.dir), 'what a dying disk gives back');
  for (const suffix of ['-wal', '-shm']) rmSync(`${databaseFile(scene.dir)}${suffix}`, { force: true });
  await county.close();
  const restored = restoreStation({ dir: scene.dir, file: backup.value.file, stationId: 1 }, startMs, sha256);
  expect(restored).toMatchObject({ ok: true });
  await startAgain(startMs);

  expect((await status(scene)).standing).toBe('AWAITING_RETURN');
  expect((await buy(scene, 3)).outcome).toEqual({ kind: 'REFUSED', reason: { kind: 'AWAITING_RETURN' } });
  await work(scene, 8);
  expect((await status(scene)).standing).toBe('AWAITING_RETURN');

  county = await startCounty({ dir, port: county.port, startMs: (await status(scene)).nowMs });
  await until(scene, backAtWork);
  const keeperToken = await scene.unlock();
  const list = await scene.client.ask('listBackups', { keeperToken });
  if (list.kind !== 'BACKUPS') throw new Error(list.kind);
  expect(list.began).toBe('RESTORED');
  expect(list.restored).toMatchObject({ awaiting: false, lostCount: 0, returnedCount: 3 });
  // What was exchanged before the disk died is not there a second time.
  const second = await buy(scene, 3);
  expect(second.before).toBe(first.before - first.price);
  await until(scene, backAtWork);
  await scene.station.close();
  await county.close();
  expect(verifyFolder(scene.dir, sha256).finding).toBeNull();
  await expectSameBooks(scene.dir);
});

test('a copy of the folder is started beside the station', async () => {
  await work(scene, 3);
  await until(scene, isReached);
  const copyDir = await mkdtemp(join(tmpdir(), 'station-'));
  const startMs = (await status(scene)).nowMs;
  await scene.station.close();
  // An image of the whole disk: nothing beside the database says that this is another folder.
  imageOf(scene.dir, copyDir);
  await startAgain(startMs);
  const paid = await buy(scene, 3);
  expect(paid.outcome).toMatchObject({ kind: 'REDEEMED' });
  await work(scene, 7);
  await until(scene, isReached);

  const copy = await sceneOf(village, {
    dir: copyDir,
    countyUrl: county.url,
    startMs: (await status(scene)).nowMs,
    osBoot: randomUUID(),
  });
  try {
    // It has an event of its own under a number that is taken: that one is laid aside, and named.
    await until(copy, backAtWork);
    const list = await copy.client.ask('listBackups', { keeperToken: await copy.unlock() });
    expect(list).toMatchObject({
      kind: 'BACKUPS',
      began: 'RESTORED',
      restored: { awaiting: false, lostCount: 1 },
    });
    expect((await copy.open(3)).balance.availablePoints).toBe(paid.before - paid.price);
    await copy.station.advance(4_000);

    await until(scene, ({ standing }) => standing === 'SUPERSEDED');
    expect((await buy(scene, 7)).outcome).toEqual({ kind: 'REFUSED', reason: { kind: 'SUPERSEDED' } });
    const had = (await copy.open(8)).balance.availablePoints;
    await copy.station.advance(4_000);
    await work(scene, 8, copy);
    await until(scene, isReached);
    // What the original still records comes to the one at work.
    await until(copy, backAtWork);
    await expect
      .poll(async () => {
        await copy.station.advance(4_000);
        return (await copy.open(8)).balance.availablePoints;
      })
      .toBeGreaterThan(had);
    await until(copy, backAtWork);
    await scene.station.close();
    await copy.station.close();
    await county.close();
    const alerts = await readCounty(dir, (db) =>
      db.selectFrom('alert').select('kind').orderBy('alert_id').execute(),
    );
    expect(alerts.map(({ kind }) => kind)).toEqual(['FORK', 'NEW_INCARNATION', 'SUPERSEDED']);
    expect(verifyFolder(copyDir, sha256).finding).toBeNull();
    await expectSameBooks(copyDir);
  } finally {
    await copy.end();
  }
});
