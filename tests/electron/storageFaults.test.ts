/**
 * The disk fails under a running station: full, read-only, broken, or held by another program. The screen gets a
 * plain reason and no yes, the status shows it, and when it is mended the work goes on without a restart.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { SAMPLE_KEEPER_PIN } from '../../county/sample/village.ts';
import { backupFolder } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { StoreFaultError } from '../../db/faults.ts';
import { databaseFile } from '../../db/open.ts';
import { verifyFolder } from '../../db/verify.ts';
import { EVENTS } from '../../domain/journal/events.ts';
import { realWorld } from '../../electron/shell/world.ts';
import type { StatusView } from '../../electron/contract/views.ts';
import { ACT, type ActStation } from '../harness/acts.ts';
import { localWorld, openLocal, type LocalStation } from '../harness/local.ts';
import { beginScene } from '../harness/scene.ts';
import { smallDisk } from '../harness/smallDisk.ts';
import { readStation } from '../harness/station.ts';
import { beforeEachStatement } from '../harness/statements.ts';
import { seedStation, testVillage } from '../harness/village.ts';
import { fakeTime } from './station/fakes.ts';

const village = testVillage();
const { sha256 } = realWorld();
const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

const canMount = (() => {
  const disk = smallDisk(1);
  disk?.close();
  return disk !== null;
})();

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'storage-'));
  atEnd.push(() => rmSync(dir, { recursive: true }));
  seedStation(dir, village.reference);
  return dir;
}
function opened(dir: string): LocalStation {
  const station = openLocal(dir, village);
  atEnd.push(() => station.close());
  return station;
}
/** What a village does at its station, and what each act answers when it is recorded. */
const TRIED = [
  ['check-in', 'SIGNED_IN'],
  ['redemption', 'REDEEMED'],
  ['stock movement', 'DONE'],
] as const;

/** How many facts of each type that is tried are in the journal. */
function recorded(dir: string): readonly number[] {
  const sql = "SELECT count(*) AS n FROM journal WHERE json_extract(text, '$[0]') = ?";
  return TRIED.map(
    ([act]) => readStation<{ readonly n: number }>(dir, sql, EVENTS[ACT[act].type].code)[0]?.n ?? 0,
  );
}

/** The story that all these tests tell: `break`, a refusal in plain words, `mend`, and the same forms again. */
async function tell(
  screen: ActStation,
  dir: string,
  fault: {
    readonly breakIt: () => unknown;
    readonly mendIt: () => unknown;
    readonly reason: string;
    readonly shown: StatusView['storage'];
  },
): Promise<void> {
  const acts: (() => Promise<string>)[] = [];
  for (const [act] of TRIED) acts.push(await ACT[act].prepare(screen, village, randomUUID()));
  const before = recorded(dir);
  await fault.breakIt();
  for (const act of acts)
    for (let tap = 0; tap < 2; tap += 1)
      await expect(act()).rejects.toThrow(`"kind":"STORE_UNAVAILABLE","reason":"${fault.reason}"`);
  expect((await screen.ask('getStatus', {})).storage).toBe(fault.shown);
  expect(recorded(dir)).toEqual(before);
  await fault.mendIt();
  const answers: string[] = [];
  for (const act of acts) answers.push(await act());
  expect(answers).toEqual(TRIED.map(([, answer]) => answer));
  expect((await screen.ask('getStatus', {})).storage).toBe('OK');
  expect(recorded(dir)).toEqual(before.map((count) => count + 1));
  expect(verifyFolder(dir, sha256).finding).toBeNull();
}

/** Writes until not one byte more fits. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeSync(handle, Buffer.alloc(size));
    } catch {
      // Full for pieces of this size: smaller ones may still fit.
    }
  }
  closeSync(handle);
}

test.skipIf(!canMount)('the disk is full', async () => {
  const disk = smallDisk(16);
  if (disk === null) throw new Error('no disk');
  atEnd.push(() => disk.close());
  const dir = join(disk.dir, 'station');
  seedStation(dir, village.reference);
  const filler = join(disk.dir, 'filler');
  await tell(opened(dir), dir, {
    breakIt: () => fill(filler),
    mendIt: () => rmSync(filler),
    reason: 'DISK_FULL',
    shown: 'FULL',
  });
});

test.skipIf(!canMount)(
  'the disk is read-only at the start: said in plain words, and nothing is touched',
  () => {
    const disk = smallDisk(16);
    if (disk === null) throw new Error('no disk');
    atEnd.push(() => disk.close());
    const dir = join(disk.dir, 'station');
    seedStation(dir, village.reference);
    disk.setReadOnly(true);
    expect(() => openLocal(dir, village)).toThrow(/cannot be written to/);
    disk.setReadOnly(false);
    opened(dir);
  },
);

test('the database turns read-only while the station runs', async () => {
  const connections = new Set<Database.Database>();
  beforeEachStatement((connection) => connections.add(connection));
  const dir = folder();
  const station = opened(dir);
  const [writer] = [...connections].filter(({ open, name }) => open && name === databaseFile(dir));
  if (writer === undefined) throw new Error('no writer');
  await tell(station, dir, {
    breakIt: () => writer.pragma('query_only = ON'),
    mendIt: () => writer.pragma('query_only = OFF'),
    reason: 'READ_ONLY',
    shown: 'READ_ONLY',
  });
});

test('a fault that is met while nobody asks for anything is shown all the same', async () => {
  const connections = new Set<Database.Database>();
  beforeEachStatement((connection) => connections.add(connection));
  const dir = folder();
  const timers = fakeTime();
  const base = localWorld();
  let aheadMs = 0;
  const clock = {
    nowMs: () => base.clock.nowMs() + aheadMs,
    monoMs: () => base.clock.monoMs() + aheadMs,
    osBoot: () => base.clock.osBoot(),
  };
  const station = openLocal(dir, village, { world: { ...base, clock, timers } });
  atEnd.push(() => station.close());
  const request = { requestId: randomUUID(), scanId: await station.scan(3), activityId: null };
  expect(await station.ask('sign', request)).toMatchObject({ kind: 'SIGNED_IN' });
  const [writer] = [...connections].filter(({ open, name }) => open && name === databaseFile(dir));
  writer?.pragma('query_only = ON');
  expect((await station.status()).storage).toBe('OK');
  // The evening comes, and nobody signed out: what lapses is recorded by itself.
  aheadMs = 20 * 3_600_000;
  timers.advance(5 * 60_000);
  expect((await station.status()).storage).toBe('READ_ONLY');
  writer?.pragma('query_only = OFF');
});

test('where nothing can be recorded a PIN still opens the backups, and nothing else', async () => {
  const connections = new Set<Database.Database>();
  beforeEachStatement((connection) => connections.add(connection));
  const dir = folder();
  const station = opened(dir);
  const [writer] = [...connections].filter(({ open, name }) => open && name === databaseFile(dir));
  if (writer === undefined) throw new Error('no writer');
  writer.pragma('query_only = ON');
  expect(await station.ask('unlockKeeper', { pin: '0000' })).toMatchObject({
    problem: { kind: 'WRONG_PIN', triesLeft: 4 },
  });
  const unlocked = await station.ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN });
  if (unlocked.kind !== 'UNLOCKED') throw new Error(unlocked.problem.kind);
  const { keeperToken, only } = unlocked.session;
  expect(only).toBe('BACKUPS');
  expect((await station.ask('getStatus', {})).storage).toBe('READ_ONLY');
  expect(await station.ask('listBackups', { keeperToken })).toMatchObject({ kind: 'BACKUPS' });
  expect(await station.ask('getDesk', { keeperToken })).toEqual({ kind: 'KEEPER_GONE' });
  writer.pragma('query_only = OFF');
  // Mended: who opened the desk is recorded again, and all of it is open.
  expect(await station.ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN })).toMatchObject({
    session: { only: null },
  });
});

test('a database that is damaged while it runs lets the keeper in by what its backup knows', async () => {
  const dir = folder();
  const made = makeBackup({ dir, folder: backupFolder(dir), nowMs: Date.now(), maxBytes: 1e9 }, sha256);
  expect(made).toMatchObject({ ok: true });
  let damaged = false;
  beforeEachStatement(({ name }) => {
    if (damaged && name === databaseFile(dir)) throw new StoreFaultError('CORRUPT', new Error('malformed'));
  });
  const station = opened(dir);
  expect((await station.status()).storage).toBe('OK');
  damaged = true;
  const unlocked = await station.ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN });
  expect(unlocked).toMatchObject({ kind: 'UNLOCKED', session: { only: 'BACKUPS' } });
  // And the screens are told, though not one row can be read.
  expect((await station.status()).storage).toBe('CORRUPT');
  damaged = false;
});

test('the disk refuses every write with an error', async () => {
  const scene = await beginScene();
  atEnd.push(() => scene.end());
  // Any write beyond the limit fails as a broken disk's does. The hard limit stays, so it can be lifted again.
  const limit = (bytes: string) =>
    spawnSync('prlimit', ['--pid', String(scene.station.pid), `--fsize=${bytes}:`]).status;
  const { scan, open, unlock, client } = scene;
  await tell({ scan, open, unlock, ask: client.ask }, scene.dir, {
    breakIt: () => expect(limit('1024')).toBe(0),
    mendIt: () => expect(limit('unlimited')).toBe(0),
    reason: 'IO',
    shown: 'IO',
  });
});

const HOLD = `
  const db = require('better-sqlite3')(process.argv[1]);
  db.exec('BEGIN IMMEDIATE');
  process.stdout.write('held');
  process.stdin.on('data', () => { db.exec('ROLLBACK'); db.close(); process.exit(0); });
`;

test('another program holds the database', async () => {
  const dir = folder();
  const station = opened(dir);
  // Started once everything is ready that comes before: from then on it holds the database.
  const hold = () =>
    spawn(process.execPath, ['-e', HOLD, databaseFile(dir)], { stdio: ['pipe', 'pipe', 'inherit'] });
  let holder: ReturnType<typeof hold> | undefined;
  await tell(station, dir, {
    breakIt: () => once((holder = hold()).stdout, 'data'),
    mendIt: async () => {
      holder?.stdin.write('.');
      if (holder !== undefined) await once(holder, 'close');
    },
    reason: 'BUSY',
    shown: 'BUSY',
  });
});
