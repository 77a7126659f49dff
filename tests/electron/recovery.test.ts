/**
 * A station whose database cannot be opened does not end in silence: the screens are told what is wrong, a damaged
 * database is brought back by the keeper's PIN as its backup knows it, and everything else opens by itself once it
 * is mended.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import { SAMPLE_KEEPER_PIN } from '../../county/sample/village.ts';
import { backupFolder, listBackups } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { orderRestore } from '../../db/backup/restore.ts';
import { lockFolder } from '../../db/lock.ts';
import { databaseFile } from '../../db/open.ts';
import { verifyFolder } from '../../db/verify.ts';
import { RETRY_MS } from '../../electron/shell/recovery.ts';
import { realWorld } from '../../electron/shell/world.ts';
import type { Pushed } from '../../electron/station/types.ts';
import { localWorld, openLocal, type LocalStation } from '../harness/local.ts';
import { seedStation, testVillage } from '../harness/village.ts';
import { fakeTime, type FakeTime } from './station/fakes.ts';

const village = testVillage();
const { sha256 } = realWorld();
/** A worker's start takes a second by itself on a machine that has much else to do. */
const PATIENT = { timeout: 15_000 };
const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'recovery-'));
  atEnd.push(() => rmSync(dir, { recursive: true }));
  seedStation(dir, village.reference);
  return dir;
}
function backUp(dir: string): string {
  const made = makeBackup({ dir, folder: backupFolder(dir), nowMs: Date.now(), maxBytes: 1e9 }, sha256);
  if (!made.ok || made.value === null) throw new Error(JSON.stringify(made));
  return made.value.name;
}
/** Flips the bytes of a page in the middle of the file, as a dying disk does. */
function damage(dir: string): void {
  const bytes = readFileSync(databaseFile(dir));
  bytes.fill(0xff, 4096 + 8, 4096 + 200);
  writeFileSync(databaseFile(dir), bytes);
}

interface Scene {
  readonly station: LocalStation;
  readonly timers: FakeTime;
  readonly pushed: Pushed[];
}
function open(dir: string): Scene {
  const timers = fakeTime();
  const world = { ...localWorld(), timers };
  const settings = { contact: '县中心 0713-5242000' };
  const station = openLocal(dir, village, { world, settings, whenShut: () => 'RECOVER' });
  atEnd.push(() => station.close());
  const pushed: Pushed[] = [];
  station.station.subscribe((event) => pushed.push(event));
  return { station, timers, pushed };
}
const troubleOf = (station: LocalStation) => station.ask('getTrouble', {});
async function looked(station: LocalStation) {
  await vi.waitFor(
    async () => expect(await troubleOf(station)).not.toMatchObject({ backups: 'LOOKING' }),
    PATIENT,
  );
  return troubleOf(station);
}
async function unlock(station: LocalStation): Promise<string> {
  const unlocked = await station.ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN });
  if (unlocked.kind !== 'UNLOCKED') throw new Error(unlocked.problem.kind);
  expect(unlocked.session.only).toBe('BACKUPS');
  return unlocked.session.keeperToken;
}
async function signIn(station: LocalStation, volunteerId: number): Promise<void> {
  const scanId = await station.scan(volunteerId);
  const answer = await station.ask('sign', { requestId: randomUUID(), scanId, activityId: null });
  expect(answer.kind).toBe('SIGNED_IN');
}

test('a damaged database: the keeper sees the backups, what would come back, and restores by the PIN', async () => {
  const dir = folder();
  const name = backUp(dir);
  damage(dir);
  const { station, timers, pushed } = open(dir);
  expect(await troubleOf(station)).toMatchObject({
    kind: 'CANNOT_OPEN',
    trouble: 'CORRUPT',
    stationId: 1,
    contact: '县中心 0713-5242000',
    backups: 'LOOKING',
    restoreFailed: false,
  });
  expect(await looked(station)).toMatchObject({ backups: 'GOOD' });
  expect(pushed).toContainEqual({ event: 'changed', data: { what: ['HOME'] } });
  // Nothing of the station is open, and nothing of the backups without the PIN.
  expect(await station.call('getHome', {})).toEqual({ ok: false, error: { kind: 'CLOSING' } });
  expect(await station.ask('listBackups', { keeperToken: 'nobody' })).toEqual({ kind: 'KEEPER_GONE' });
  expect(await station.ask('unlockKeeper', { pin: '0000' })).toMatchObject({
    problem: { kind: 'WRONG_PIN', triesLeft: 4 },
  });
  const keeperToken = await unlock(station);
  expect(await station.ask('listBackups', { keeperToken })).toMatchObject({ backups: [{ name }] });
  expect(await station.ask('previewRestore', { keeperToken, name: '../../etc/passwd' })).toMatchObject({
    reason: { kind: 'NOT_FOUND' },
  });
  const plan = await station.ask('previewRestore', { keeperToken, name });
  expect(plan).toMatchObject({ kind: 'PREVIEW', preview: { name } });
  expect(await station.ask('restore', { keeperToken, name, pin: '0000' })).toMatchObject({
    kind: 'PIN_REFUSED',
  });
  expect(await station.ask('restore', { keeperToken, name, pin: SAMPLE_KEEPER_PIN })).toEqual({
    kind: 'RESTARTING',
  });
  timers.advance(1_000);
  await vi.waitFor(async () => expect(await troubleOf(station)).toEqual({ kind: 'NONE' }), PATIENT);
  expect(pushed).toContainEqual({ event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } });
  await signIn(station, 3);
  await station.close();
  expect(verifyFolder(dir, sha256).finding).toBeNull();
});

test('a PIN is not guessed by switching off and on', async () => {
  const dir = folder();
  backUp(dir);
  damage(dir);
  for (const triesLeft of [4, 3]) {
    const { station } = open(dir);
    expect(await station.ask('unlockKeeper', { pin: '0000' })).toMatchObject({ problem: { triesLeft } });
    await station.close();
  }
});

test('without a good backup it says so, and so it does where none knows a keeper', async () => {
  const none = folder();
  damage(none);
  expect(await looked(open(none).station)).toMatchObject({ backups: 'NONE' });
  const keeperless = folder();
  const db = new Database(databaseFile(keeperless));
  db.exec('DELETE FROM keeper');
  db.close();
  backUp(keeperless);
  damage(keeperless);
  const { station } = open(keeperless);
  expect(await looked(station)).toMatchObject({ backups: 'KEEPERLESS' });
  expect(await station.ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN })).toMatchObject({
    problem: { kind: 'NO_KEEPER' },
  });
});

test('a restore that does not succeed leads back to the screen, which says so', async () => {
  const dir = folder();
  const name = backUp(dir);
  damage(dir);
  const { station, timers } = open(dir);
  await looked(station);
  const keeperToken = await unlock(station);
  await station.ask('restore', { keeperToken, name, pin: SAMPLE_KEEPER_PIN });
  for (const { file } of listBackups(backupFolder(dir))) writeFileSync(file, 'spoilt meanwhile');
  timers.advance(1_000);
  await vi.waitFor(
    async () => expect(await looked(station)).toMatchObject({ restoreFailed: true, backups: 'NONE' }),
    PATIENT,
  );
  // It is said of that restore, and not for ever.
  await station.ask('retryOpening', {});
  timers.advance(1);
  await vi.waitFor(
    async () => expect(await looked(station)).toMatchObject({ restoreFailed: false }),
    PATIENT,
  );
});

test('a station that runs already is said, and the second one opens once the first has gone', async () => {
  const dir = folder();
  const lock = lockFolder(dir);
  const { station, timers } = open(dir);
  expect(await troubleOf(station)).toMatchObject({ trouble: 'LOCKED' });
  timers.advance(RETRY_MS);
  expect(await troubleOf(station)).toMatchObject({ trouble: 'LOCKED' });
  lock?.release();
  timers.advance(RETRY_MS);
  await vi.waitFor(async () => expect(await troubleOf(station)).toEqual({ kind: 'NONE' }), PATIENT);
  await signIn(station, 3);
});

test('a touch tries at once; what a newer program wrote is left alone', async () => {
  const dir = folder();
  const db = new Database(databaseFile(dir));
  const known = db.pragma('user_version', { simple: true }) as number;
  db.pragma(`user_version = ${known + 1}`);
  const { station, timers } = open(dir);
  expect(await troubleOf(station)).toMatchObject({ trouble: 'FROM_FUTURE' });
  db.pragma(`user_version = ${known}`);
  db.close();
  timers.advance(10 * RETRY_MS);
  expect(await troubleOf(station)).toMatchObject({ trouble: 'FROM_FUTURE' });
  await station.ask('retryOpening', {});
  timers.advance(1);
  await vi.waitFor(async () => expect(await troubleOf(station)).toEqual({ kind: 'NONE' }), PATIENT);
  expect(existsSync(join(dir, 'restored'))).toBe(false);
});

test('a station that falls while it restarts says so, instead of answering nobody', async () => {
  const dir = folder();
  const { station, timers } = open(dir);
  expect(await troubleOf(station)).toEqual({ kind: 'NONE' });
  const name = backUp(dir);
  const keeperToken = await station.unlock();
  expect(await station.ask('restore', { keeperToken, name, pin: SAMPLE_KEEPER_PIN })).toEqual({
    kind: 'RESTARTING',
  });
  // In the very moment of the restart another process takes the folder: here, the order is spoilt and the file too.
  orderRestore(dir, { file: join(dir, 'gone.db'), aside: '' });
  damage(dir);
  timers.advance(1_000);
  await vi.waitFor(
    async () => expect(await troubleOf(station)).toMatchObject({ trouble: 'CORRUPT' }),
    PATIENT,
  );
});
