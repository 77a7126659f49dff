/** Rolling backups of a whole station, and a keeper's restore of it while the screens stay where they are. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import { SAMPLE_KEEPER_PIN } from '../../../county/sample/village.ts';
import { databaseFile } from '../../../db/open.ts';
import { verifyFolder } from '../../../db/verify.ts';
import { STICK_FOLDER } from '../../../domain/wire/stick.ts';
import { BACKUP_EVERY_MS, FIRST_BACKUP_MS } from '../../../electron/station/backups.ts';
import type { Pushed } from '../../../electron/station/types.ts';
import { realWorld, type World } from '../../../electron/shell/world.ts';
import { CannotOpenError, localWorld, openLocal, type LocalStation } from '../../harness/local.ts';
import { HELD, LET_GO } from '../../harness/held.ts';
import { seedStation, testVillage } from '../../harness/village.ts';
import { fakeTime, type FakeTime } from './fakes.ts';

const village = testVillage();
const { sha256 } = realWorld();
const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

/** A worker's start takes a second by itself on a machine that has much else to do. */
const PATIENT = { timeout: 15_000 };

interface Scene {
  readonly dir: string;
  readonly second: string;
  readonly timers: FakeTime;
  readonly warnings: string[];
  readonly station: LocalStation;
}

/** A station whose timers the test moves; its clocks are real, or scans would never run out. */
function begin(backupWorker?: URL): Scene {
  const dir = mkdtempSync(join(tmpdir(), 'backups-'));
  const second = join(dir, 'stick');
  // On the disk of the data, so somebody has to say that it is meant.
  mkdirSync(join(second, STICK_FOLDER), { recursive: true });
  atEnd.push(() => rmSync(dir, { recursive: true }));
  seedStation(dir, village.reference);
  return reopen(dir, second, backupWorker);
}
function reopen(dir: string, second: string, backupWorker?: URL): Scene {
  const timers = fakeTime();
  const warnings: string[] = [];
  const world: World = { ...localWorld(), timers };
  const log = { warn: (what: string) => warnings.push(what), error: () => undefined };
  const station = openLocal(dir, village, {
    world,
    host: { log, ...(backupWorker === undefined ? {} : { backupWorker }) },
    backupDir: second,
  });
  atEnd.push(() => station.close());
  return { dir, second, timers, warnings, station };
}
async function signIn(station: LocalStation, volunteerId: number): Promise<void> {
  const scanId = await station.scan(volunteerId);
  const answer = await station.ask('sign', { requestId: crypto.randomUUID(), scanId, activityId: null });
  expect(answer.kind).toBe('SIGNED_IN');
}
async function backupsOf(station: LocalStation, keeperToken: string) {
  const list = await station.ask('listBackups', { keeperToken });
  if (list.kind !== 'BACKUPS') throw new Error(list.kind);
  return list;
}
const named = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('station-'));
  } catch {
    return []; // Not made yet.
  }
};

test('a backup is made in both places soon after the start, and hourly only when something changed', async () => {
  const { dir, second, timers, station } = begin();
  const first = join(dir, 'backups');
  timers.advance(FIRST_BACKUP_MS);
  await vi.waitFor(() => expect(named(second)).toHaveLength(1), PATIENT);
  expect(named(first)).toEqual(named(second));
  await signIn(station, 3);
  // The next is due an hour after the last one was through.
  await vi.waitFor(() => {
    // Only while it is missing: one hour more would be the next backup, under way while the list is compared.
    if (named(second).length < 2) timers.advance(BACKUP_EVERY_MS);
    expect(named(second)).toHaveLength(2);
  }, PATIENT);
  const list = await backupsOf(station, await station.unlock());
  expect(list).toMatchObject({ problem: '', began: 'CONTINUED' });
  expect(list.backups.map(({ name }) => name)).toEqual([...named(first)].sort().reverse());
});

test('a backup that has lain for a week is opened again; one that went bad counts no longer, and another is made', async () => {
  const { dir, timers, station } = begin();
  timers.advance(FIRST_BACKUP_MS);
  const proofs = join(dir, 'backups-proved.json');
  await vi.waitFor(() => expect(existsSync(proofs)).toBe(true), PATIENT);
  const provedThen = readFileSync(proofs, 'utf8');
  // A week later, by the file that says when: the disk has lost a page of it meanwhile.
  writeFileSync(proofs, JSON.stringify({ lastMs: 0, proved: {} }));
  const [name = ''] = named(join(dir, 'backups'));
  const file = join(dir, 'backups', name);
  expect(JSON.parse(provedThen)).toMatchObject({ proved: { [file]: expect.any(Number) as number } });
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(7, bytes.length / 2));
  timers.advance(BACKUP_EVERY_MS);
  await vi.waitFor(() => expect(existsSync(`${file}.bad`)).toBe(true), PATIENT);
  await vi.waitFor(async () => expect((await station.status()).backup).toBe('FAILED'), PATIENT);
  timers.advance(BACKUP_EVERY_MS);
  await vi.waitFor(async () => expect((await station.status()).backup).toBe('OK'), PATIENT);
  const { backups } = await backupsOf(station, await station.unlock());
  // The copy in the second place was good.
  expect(backups.map((backup) => [backup.second, backup.name === name])).toEqual([
    [false, false],
    [true, true],
  ]);
});

test('a scan is answered while a backup is being made', async () => {
  const { dir, timers, station } = begin(new URL('../../harness/heldBackupWorker.ts', import.meta.url));
  timers.advance(FIRST_BACKUP_MS);
  await vi.waitFor(() => expect(existsSync(join(dir, HELD))).toBe(true), PATIENT);
  await signIn(station, 3);
  // Not one has its name yet: it was under way all the time.
  expect(named(join(dir, 'backups'))).toEqual([]);
  writeFileSync(join(dir, LET_GO), '');
  await vi.waitFor(() => expect(named(join(dir, 'backups'))).toHaveLength(1), PATIENT);
});

test('a stick that is not there is said to the keeper, and the backup beside the database is made', async () => {
  const { dir, second, timers, station } = begin();
  rmSync(second, { recursive: true });
  timers.advance(FIRST_BACKUP_MS);
  await vi.waitFor(() => expect(named(join(dir, 'backups'))).toHaveLength(1), PATIENT);
  const keeperToken = await station.unlock();
  await vi.waitFor(
    async () =>
      expect(await backupsOf(station, keeperToken)).toMatchObject({ problem: '', secondAbsent: true }),
    PATIENT,
  );
  // It is the stick that is wanted, and no folder in its stead; and no alarm for those who come to sign in.
  expect(existsSync(second)).toBe(false);
  expect((await station.status()).backup).toBe('OK');
});

/** First what restores stands in the station's place, and then the station itself. */
async function openedAnew(pushed: readonly Pushed[]): Promise<void> {
  const all = { event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } };
  const isAll = (one: Pushed): boolean => JSON.stringify(one) === JSON.stringify(all);
  await vi.waitFor(() => expect(pushed.filter(isAll)).toHaveLength(2), PATIENT);
}

test('the keeper looks first, then restores: the screens stay, the facts are there, the journal is a new one', async () => {
  const { dir, timers, warnings, station } = begin();
  timers.advance(FIRST_BACKUP_MS);
  await vi.waitFor(() => expect(named(join(dir, 'backups'))).toHaveLength(1), PATIENT);
  await signIn(station, 3);
  const before = (await station.status()).sync.recorded;
  const keeperToken = await station.unlock();
  const [backup] = (await backupsOf(station, keeperToken)).backups;
  const name = backup?.name ?? '';
  expect(await station.ask('previewRestore', { keeperToken, name: '../../etc/passwd' })).toEqual({
    kind: 'REFUSED',
    reason: { kind: 'NOT_FOUND' },
  });
  const looked = await station.ask('previewRestore', { keeperToken, name });
  expect(looked).toMatchObject({
    kind: 'PREVIEW',
    preview: { name, carriedOver: before + 1 - (backup?.seq ?? 0), afterSeq: before + 1, lostCount: 0 },
  });
  expect(await station.ask('restore', { keeperToken: 'nobody', name, pin: SAMPLE_KEEPER_PIN })).toMatchObject(
    { kind: 'REFUSED' },
  );

  const pushed: Pushed[] = [];
  const troubles: unknown[] = [];
  station.station.subscribe((event) => {
    pushed.push(event);
    if (event.event === 'changed')
      void station.call('getTrouble', {}).then((trouble) => troubles.push(trouble));
  });
  // Whoever stands at an open desk is asked for the PIN once more.
  expect(await station.ask('restore', { keeperToken, name, pin: '0000' })).toMatchObject({
    kind: 'PIN_REFUSED',
    problem: { kind: 'WRONG_PIN' },
  });
  expect(await station.ask('restore', { keeperToken, name, pin: SAMPLE_KEEPER_PIN })).toEqual({
    kind: 'RESTARTING',
  });
  timers.advance(1_000);
  await openedAnew(pushed);
  // While a worker restored, the screens were answered, and were told how far it was.
  expect(troubles[0]).toMatchObject({ ok: true, value: { kind: 'ARRANGING' } });
  expect(await station.ask('getTrouble', {})).toEqual({ kind: 'NONE' });
  expect((await station.status()).restoreEnd).toEqual({ kind: 'RESTORED' });
  expect(warnings).toContain('the database was restored: a new incarnation begins');
  // Until a keeper has opened the page that says why, the desk tells of it, also after another start.
  expect((await station.status()).newNumber).toBe('RESTORED');
  expect((await backupsOf(station, await station.unlock())).began).toBe('RESTORED');
  expect((await station.status()).newNumber).toBeNull();
  await signIn(station, 4);
  await station.close();
  expect(verifyFolder(dir, sha256)).toMatchObject({ finding: null, incarnations: 2 });
  const { station: again } = reopen(dir, join(dir, 'stick'));
  expect((await backupsOf(again, await again.unlock())).began).toBe('RESTORED');
  expect((await again.status()).newNumber).toBeNull();
});

test('a backup that is gone between the look and the restart is said, and everything is as it was', async () => {
  const { dir, second, timers, station } = begin();
  timers.advance(FIRST_BACKUP_MS);
  // The places are written one after the other, and what is recorded between them makes two backups of it.
  await vi.waitFor(() => expect(named(second)).toHaveLength(1), PATIENT);
  await signIn(station, 3);
  const before = (await station.status()).sync.recorded;
  expect((await station.status()).restoreEnd).toBeNull();
  const keeperToken = await station.unlock();
  const name = (await backupsOf(station, keeperToken)).backups[0]?.name ?? '';
  const pushed: Pushed[] = [];
  station.station.subscribe((event) => pushed.push(event));
  expect(await station.ask('restore', { keeperToken, name, pin: SAMPLE_KEEPER_PIN })).toEqual({
    kind: 'RESTARTING',
  });
  rmSync(join(dir, 'backups', name));
  timers.advance(1_000);
  await openedAnew(pushed);
  const after = await station.status();
  expect(after.restoreEnd).toEqual({ kind: 'NOT_RESTORED', reason: 'BACKUP' });
  expect(after.sync.recorded).toBeGreaterThan(before);
  expect((await backupsOf(station, await station.unlock())).began).toBe('CONTINUED');
});

test('a damaged database does not end in silence: the line names the newest good backup and the way back', async () => {
  const { dir, second, timers, station } = begin();
  timers.advance(FIRST_BACKUP_MS);
  await vi.waitFor(() => expect(named(second)).toHaveLength(1), PATIENT);
  await station.close();
  const bytes = readFileSync(databaseFile(dir));
  bytes.fill(0xff, 4096 + 8, 4096 + 200);
  writeFileSync(databaseFile(dir), bytes);
  expect(() => reopen(dir, second)).toThrow(CannotOpenError);
  expect(() => reopen(dir, second)).toThrow(
    /is damaged .* Restore from .*backups.station-.* npm run restore/,
  );
  for (const folder of [join(dir, 'backups'), second])
    for (const name of named(folder)) rmSync(join(folder, name));
  expect(() => reopen(dir, second)).toThrow(/no good backup/);
});

test('figures that say something else than the journal are told, and made anew at the next start', async () => {
  const { dir, second, timers, station } = begin();
  const db = new Database(databaseFile(dir));
  expect(db.prepare('UPDATE stock SET quantity = quantity + 900').run().changes).toBeGreaterThan(0);
  db.close();
  timers.advance(FIRST_BACKUP_MS);
  await vi.waitFor(async () => expect((await station.status()).backup).toBe('VIEWS'), PATIENT);
  expect(named(join(dir, 'backups'))).toHaveLength(1);
  await station.close();
  const { station: again, warnings } = reopen(dir, second);
  expect(warnings).toContain('the views were made anew');
  await again.close();
  expect(verifyFolder(dir, sha256).finding).toBeNull();
});

test('a damaged journal is told to the keeper by the next backup, with the event named', async () => {
  const { dir, timers, station } = begin();
  const db = new Database(databaseFile(dir));
  db.exec("DROP TRIGGER journal_refuses_update; UPDATE journal SET text = text || ' ' WHERE seq = 1");
  db.close();
  timers.advance(FIRST_BACKUP_MS);
  const keeperToken = await station.unlock();
  await vi.waitFor(
    async () => expect((await backupsOf(station, keeperToken)).problem).toContain('event 1 of incarnation'),
    PATIENT,
  );
  expect(named(join(dir, 'backups'))).toEqual([]);
  expect((await station.status()).backup).toBe('DAMAGED');
});
