/** Backups that were proven when they were written, and the way back from them. */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
  backupFolder,
  backupName,
  backupsToDelete,
  listBackups,
  type BackupFile,
} from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import {
  newestGoodBackup,
  orderRestore,
  pendingRestore,
  previewRestore,
  restoreStation,
} from '../../db/backup/restore.ts';
import { databaseFile } from '../../db/open.ts';
import type { Store } from '../../db/types.ts';
import { verifyFolder } from '../../db/verify.ts';
import { DAY_MS } from '../../domain/time.ts';
import {
  HOUR_MS,
  MORNING_MS,
  open,
  recordDrafts,
  sampleReference,
  sha256,
  signIn,
  STATION,
  TestClock,
} from './support.ts';
import { tempDir } from './tempDir.ts';

const MAX = 1e9;
const REQUEST = '0198a0b2-0000-4000-8000-000000000001';

interface Scene {
  readonly dir: string;
  readonly clock: TestClock;
  readonly store: Store;
  readonly backup: () => BackupFile;
}

/** A station with a few facts and a backup of them. */
function scene(): Scene {
  const dir = tempDir();
  const clock = new TestClock();
  const store = open(dir, clock);
  store.applyReference(sampleReference());
  recordDrafts(store, [signIn(1)]);
  const backup = (): BackupFile => {
    const made = makeBackup({ dir, folder: backupFolder(dir), nowMs: clock.nowMs(), maxBytes: MAX }, sha256);
    if (!made.ok || made.value === null) throw new Error(JSON.stringify(made));
    return made.value;
  };
  return { dir, clock, store, backup };
}
const order = (dir: string, { file }: BackupFile) => ({ dir, file, stationId: STATION });

/** Changes an event behind the store's back, as a failing disk would. */
function damageEvent(dir: string, seq: number, text = "replace(text, '[', '[ ')"): void {
  const db = new Database(databaseFile(dir));
  db.exec('DROP TRIGGER journal_refuses_update');
  db.prepare(`UPDATE journal SET text = ${text} WHERE seq = ?`).run(seq);
  db.exec(`CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;`);
  db.close();
}
function acknowledge(dir: string, store: Store, seq: number): void {
  const db = new Database(databaseFile(dir), { readonly: true });
  const headHash = db.prepare('SELECT hash FROM journal WHERE seq = ?').pluck().get(seq) as Uint8Array;
  db.close();
  const ack = { epoch: 'e1', incarnation: store.incarnation, durableSeq: seq, headHash };
  expect(store.acknowledge(ack, MORNING_MS).ok).toBe(true);
}

describe('a backup', () => {
  it('is made beside a working station, proven, and not made again while nothing changes', () => {
    const { dir, store, backup, clock } = scene();
    const first = backup();
    expect(first.seq).toBe(store.syncState().recorded);
    expect(
      makeBackup({ dir, folder: backupFolder(dir), nowMs: clock.nowMs(), maxBytes: MAX }, sha256),
    ).toEqual({
      ok: true,
      value: null,
    });
    recordDrafts(store, [signIn(2)]);
    const second = backup();
    expect(listBackups(backupFolder(dir)).map(({ seq }) => seq)).toEqual([second.seq, first.seq]);
    expect(readdirSync(backupFolder(dir)).filter((name) => name.startsWith('.'))).toEqual([]);
    store.close();
  });

  it('of a damaged journal is not kept, and says which event is wrong', () => {
    const { dir, store, clock } = scene();
    damageEvent(dir, 2);
    const made = makeBackup({ dir, folder: backupFolder(dir), nowMs: clock.nowMs(), maxBytes: MAX }, sha256);
    expect(made).toMatchObject({ error: { kind: 'BAD_BACKUP' } });
    expect(JSON.stringify(made)).toContain('event 2 of incarnation');
    expect(readdirSync(backupFolder(dir))).toEqual([]);
    store.close();
  });

  it('into a place that cannot be written to is a fault, not a crash', () => {
    const { dir, store } = scene();
    const made = makeBackup(
      { dir, folder: join(databaseFile(dir), 'backups'), nowMs: 0, maxBytes: MAX },
      sha256,
    );
    expect(made).toMatchObject({ ok: false, error: { kind: 'STORE_UNAVAILABLE' } });
    store.close();
  });
});

describe('which backups are kept', () => {
  /** One for each hour of a year and a half. */
  const hourly: BackupFile[] = Array.from({ length: 24 * 550 }, (_, i) => ({
    file: `/b/${i}`,
    name: backupName(MORNING_MS + i * HOUR_MS, 1, i + 1),
    madeMs: MORNING_MS + i * HOUR_MS,
    bytes: 1000,
    incarnation: 1,
    seq: i + 1,
  }));
  it('hours of a day, days of two weeks, weeks of two months, months of a year', () => {
    const gone = new Set(backupsToDelete(hourly, Infinity));
    const kept = hourly.filter((backup) => !gone.has(backup));
    expect(kept.length).toBeGreaterThan(45);
    expect(kept.length).toBeLessThanOrEqual(24 + 14 + 8 + 12);
    const lastMs = hourly.at(-1)?.madeMs ?? 0;
    expect(kept.filter(({ madeMs }) => lastMs - madeMs < DAY_MS)).toHaveLength(24);
    expect(lastMs - (kept[0]?.madeMs ?? 0)).toBeGreaterThan(300 * DAY_MS);
  });
  it('as many as fit, the oldest going first, and two in any case', () => {
    const gone = new Set(backupsToDelete(hourly, 10_000));
    expect(hourly.filter((backup) => !gone.has(backup)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 10 }, (_, i) => hourly.length - 9 + i),
    );
    expect(hourly.length - backupsToDelete(hourly, 1).length).toBe(2);
  });
  it('by how far they reach and not by a clock that ran ahead', () => {
    const [a, b, c] = [1, 2, 3].map((seq) => ({ ...(hourly[0] as BackupFile), seq, file: String(seq) }));
    const ahead = { ...(a as BackupFile), madeMs: MORNING_MS + 9000 * DAY_MS };
    expect(backupsToDelete([ahead, b as BackupFile, c as BackupFile], 1)).toEqual([ahead]);
  });
});

describe('a restore', () => {
  it('brings back everything where only the views were damaged, as a new incarnation that says so', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    const [told] = recordDrafts(store, [signIn(2)], REQUEST).events;
    recordDrafts(store, [signIn(3)]);
    const before = store.syncState().recorded;
    const { incarnation } = store;
    store.close();
    const db = new Database(databaseFile(dir));
    db.exec('DELETE FROM attendance; UPDATE day_total SET sign_ins = 1000');
    db.close();
    expect(verifyFolder(dir, sha256).finding).toMatchObject({ kind: 'VIEW' });

    const preview = previewRestore(order(dir, made), sha256);
    const restored = restoreStation(order(dir, made), clock.nowMs(), sha256);
    if (!preview.ok || !restored.ok) throw new Error('refused');
    expect(restored.value).toMatchObject(preview.value);
    expect(restored.value).toMatchObject({
      backup: { seq: made.seq },
      after: { seq: before, incarnation },
      salvage: { events: before - made.seq, lostCount: 0 },
      unsent: [{ incarnation, afterSeq: 0, toSeq: before }],
    });
    expect(existsSync(join(restored.value.aside, 'station.db'))).toBe(true);
    expect(verifyFolder(dir, sha256).finding).toBeNull();

    const again = open(dir, clock);
    expect(again.incarnationReason).toBe('RESTORED');
    expect(again.incarnation).not.toBe(incarnation);
    expect(again.unsentOlder()).toEqual([{ incarnation, durableSeq: 0, recorded: before }]);
    expect(again.views.balance(1, clock.wallMs).availablePoints).toBe(100);
    // The screen that asks again under its old request hears of the fact of then.
    expect(recordDrafts(again, [signIn(2)], REQUEST)).toEqual({ events: [told], replayed: true });
    again.close();
    const third = open(dir, clock);
    expect(third.incarnationReason).toBe('CONTINUED');
    third.close();
  });

  it('lists what cannot be brought back: what the county has, and what only this station had', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    for (const id of [2, 3, 4]) recordDrafts(store, [signIn(id)]);
    const head = store.syncState().recorded;
    acknowledge(dir, store, head - 1);
    const { incarnation } = store;
    store.close();
    damageEvent(dir, head - 1);
    const preview = previewRestore(order(dir, made), sha256);
    if (!preview.ok) throw new Error(preview.error.kind);
    expect(preview.value.after.seq).toBe(head - 2);
    expect(preview.value.salvage).toMatchObject({ lostCount: 2, lostAtCounty: 1 });
    expect(preview.value.salvage.lost).toMatchObject([
      { incarnation, seq: head - 1, atCounty: true },
      { incarnation, seq: head, atCounty: false, read: { type: 'SIGNED_IN', volunteerId: 4 } },
    ]);
    expect(restoreStation(order(dir, made), clock.nowMs(), sha256).ok).toBe(true);
    expect(verifyFolder(dir, sha256).finding).toBeNull();
    const again = open(dir, clock);
    // The county has more of the old journal than came back: that is no contradiction.
    const ack = { epoch: 'e2', incarnation, durableSeq: head - 1, headHash: new Uint8Array(32) };
    expect(again.acknowledge(ack, MORNING_MS).ok).toBe(true);
    expect(again.unsentOlder()).toEqual([]);
    again.close();
  });

  it('carries nothing over that is still an event but not the one that was recorded', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    recordDrafts(store, [signIn(2)]);
    recordDrafts(store, [signIn(3)]);
    const head = store.syncState().recorded;
    store.close();
    // The last field, the mode, turns from NORMAL to RAPID.
    damageEvent(dir, head - 1, "substr(text, 1, length(text) - 2) || '1]'");
    const restored = restoreStation(order(dir, made), clock.nowMs(), sha256);
    expect(restored).toMatchObject({
      ok: true,
      value: { after: { seq: head - 2 }, salvage: { lostCount: 2 } },
    });
    expect(verifyFolder(dir, sha256).finding).toBeNull();
  });

  it('works where nothing is left but the backup, on another machine', () => {
    const { store, backup, clock } = scene();
    const made = backup();
    store.close();
    const elsewhere = tempDir();
    const restored = restoreStation(order(elsewhere, made), clock.nowMs(), sha256);
    expect(restored).toMatchObject({ ok: true, value: { salvage: { events: 0, lostCount: 0 } } });
    const again = open(elsewhere, clock, { hardwareId: 'pc-2' });
    expect(again.incarnationReason).toBe('RESTORED');
    expect(again.views.openAttendance(1)).toBeNull();
    again.close();
  });

  it('takes no bad backup, none of another station, and none under a running one', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    expect(restoreStation(order(dir, made), clock.nowMs(), sha256)).toMatchObject({
      error: { kind: 'LOCKED' },
    });
    store.close();
    const before = readFileSync(databaseFile(dir));
    expect(restoreStation({ ...order(dir, made), stationId: 99 }, clock.nowMs(), sha256)).toEqual({
      ok: false,
      error: { kind: 'OTHER_STATION', found: STATION },
    });
    const broken = join(dir, 'broken.db');
    copyFileSync(made.file, broken);
    const db = new Database(broken);
    db.exec('DROP TRIGGER journal_refuses_delete; DELETE FROM journal WHERE seq = 2');
    db.close();
    expect(restoreStation({ ...order(dir, made), file: broken }, clock.nowMs(), sha256)).toMatchObject({
      error: { kind: 'BAD_BACKUP' },
    });
    expect(readFileSync(databaseFile(dir)).equals(before)).toBe(true);
    expect(readdirSync(dir).filter((name) => name.startsWith('restor'))).toEqual(['restored']);
  });

  it('that was broken off in the middle is done once more from the files laid aside', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    recordDrafts(store, [signIn(2)]);
    const head = store.syncState().recorded;
    store.close();
    const first = restoreStation(order(dir, made), clock.nowMs(), sha256);
    if (!first.ok) throw new Error(first.error.kind);
    // As if the power had gone between the removal of the old database and the new one's taking its name.
    orderRestore(dir, { file: made.file, aside: first.value.aside });
    rmSync(databaseFile(dir));
    const second = restoreStation(order(dir, made), clock.nowMs() + 1, sha256);
    expect(second).toMatchObject({ ok: true, value: { after: { seq: head }, aside: first.value.aside } });
    expect(pendingRestore(dir)).toBeNull();
    expect(verifyFolder(dir, sha256).finding).toBeNull();
  });

  it('takes the newest backup that proves good', () => {
    const { dir, store, backup } = scene();
    const older = backup();
    recordDrafts(store, [signIn(2)]);
    const newer = backup();
    store.close();
    expect(newestGoodBackup(dir, [], sha256)).toBe(newer.file);
    const db = new Database(newer.file);
    db.exec('DROP TRIGGER journal_refuses_delete; DELETE FROM journal WHERE seq = 1');
    db.close();
    expect(newestGoodBackup(dir, [], sha256)).toBe(older.file);
  });
});

describe('a database that was put back by hand', () => {
  it('begins a new incarnation, on the same machine too', () => {
    const { dir, store, clock } = scene();
    store.close();
    const copy = join(tempDir(), 'copy.db');
    copyFileSync(databaseFile(dir), copy);
    const later = open(dir, clock);
    const { incarnation } = later;
    later.close();
    copyFileSync(copy, databaseFile(dir));
    const again = open(dir, clock);
    expect(again.incarnationReason).toBe('RESTORED');
    expect(again.incarnation).not.toBe(incarnation);
    again.close();
  });
});
