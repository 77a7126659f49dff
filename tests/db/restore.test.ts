/** The way back from a backup. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { backupFolder, type BackupFile } from '../../db/backup/archive.ts';
import {
  newestGoodBackup,
  orderRestore,
  pendingRestore,
  previewRestore,
  restoreStation,
} from '../../db/backup/restore.ts';
import { databaseFile } from '../../db/open.ts';
import { verifyFolder } from '../../db/verify.ts';
import { MORNING_MS, open, recordDrafts, sha256, signIn, STATION } from './support.ts';
import { smallDisk } from '../harness/smallDisk.ts';
import { acknowledge, canMount, damageEvent, scene } from './backupScene.ts';
import { tempDir } from './tempDir.ts';

const REQUEST = '0198a0b2-0000-4000-8000-000000000001';

const order = (dir: string, { file }: BackupFile) => ({ dir, file, stationId: STATION });

/** As if the power had gone between the removal of the old database and the new one's taking its name. */
function brokenOff() {
  const { dir, store, backup, clock } = scene();
  const made = backup();
  recordDrafts(store, [signIn(2)]);
  const head = store.syncState().recorded;
  store.close();
  const first = restoreStation(order(dir, made), clock.nowMs(), sha256);
  if (!first.ok) throw new Error(first.error.kind);
  const { aside } = first.value;
  orderRestore(dir, { file: made.file, aside });
  rmSync(databaseFile(dir));
  return { dir, made, head, aside, clock };
}

describe('a restore', () => {
  it('brings back everything where only the views were damaged, as a new incarnation that says so', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    const [told] = recordDrafts(store, [signIn(2)], REQUEST).events;
    recordDrafts(store, [signIn(3)]);
    store.heedRevocations({ since: 0, number: 1, cardNumbers: [1002] });
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
    // A card that was revoked after the backup is not let in again, and the county tells of the rest.
    expect([again.views.isRevoked(1002), again.views.isRevoked(1003), again.revocationNumber()]).toEqual([
      ...[true, false, 0],
    ]);
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
    // Whether more was recorded than the backup holds, nothing there can say.
    expect(restored).toMatchObject({
      ok: true,
      value: { salvage: { events: 0, lostCount: 0, certain: false } },
    });
    const again = open(elsewhere, clock, { hardwareId: 'pc-2' });
    expect(again.incarnationReason).toBe('RESTORED');
    expect(again.restoreOutcome()).toMatchObject({ lostCount: 0, unknownSinceMs: made.madeMs });
    expect(again.views.openAttendance(1)).toBeNull();
    again.close();
  });

  it('over a database that cannot be read says that nobody knows, and the least that its last start knew', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    for (const id of [2, 3, 4]) recordDrafts(store, [signIn(id)]);
    store.close();
    const later = open(dir, clock);
    const { incarnation } = later;
    recordDrafts(later, [signIn(5)]);
    later.close();
    const atStart = made.seq + 4;
    writeFileSync(databaseFile(dir), Buffer.alloc(8192, 0xff));
    const preview = previewRestore(order(dir, made), sha256);
    if (!preview.ok) throw new Error(preview.error.kind);
    const { lostCount, certain } = preview.value.salvage;
    expect({ certain, atLeastWhatTheStartKnew: lostCount >= atStart - made.seq }).toEqual({
      certain: false,
      atLeastWhatTheStartKnew: true,
    });
    expect(restoreStation(order(dir, made), clock.nowMs(), sha256).ok).toBe(true);
    const again = open(dir, clock);
    expect(again.restoreOutcome()).toMatchObject({
      lostCount,
      unknownSinceMs: preview.value.backup.lastEventMs,
    });
    expect(again.incarnation).not.toBe(incarnation);
    again.close();
  });

  it('makes the views anew where there is nothing beyond the backup, too', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    store.close();
    for (const file of [databaseFile(dir), made.file]) {
      const db = new Database(file);
      db.exec('UPDATE day_total SET sign_ins = sign_ins + 900');
      db.close();
    }
    rmSync(databaseFile(dir));
    expect(restoreStation(order(dir, made), clock.nowMs(), sha256).ok).toBe(true);
    expect(verifyFolder(dir, sha256).finding).toBeNull();
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
    const { dir, made, head, aside, clock } = brokenOff();
    const second = restoreStation(order(dir, made), clock.nowMs() + 1, sha256);
    expect(second).toMatchObject({ ok: true, value: { after: { seq: head }, aside } });
    expect(pendingRestore(dir)).toBeNull();
    expect(verifyFolder(dir, sha256).finding).toBeNull();
  });

  it.skipIf(!canMount)('that finds no room leaves no order and nothing half copied', () => {
    const disk = smallDisk(8);
    if (disk === null) throw new Error('no disk');
    const elsewhere = join(disk.dir, 'station');
    const { dir, store, backup, clock } = scene();
    const made = backup();
    store.close();
    try {
      cpSync(dir, elsewhere, { recursive: true });
      rmSync(backupFolder(elsewhere), { recursive: true });
      const before = readFileSync(databaseFile(elsewhere));
      orderRestore(elsewhere, { file: made.file, aside: '' });
      // Room for the old files that are laid aside, and for half of the backup.
      const free = statfsSync(elsewhere);
      const filler = free.bavail * free.bsize - before.length - Math.floor(made.bytes / 2);
      writeFileSync(join(disk.dir, 'filler'), Buffer.alloc(filler));
      expect(restoreStation(order(elsewhere, made), clock.nowMs(), sha256)).toEqual({
        ok: false,
        error: { kind: 'STORE_UNAVAILABLE', reason: 'DISK_FULL' },
      });
      expect(pendingRestore(elsewhere)).toBeNull();
      expect(readdirSync(join(elsewhere, 'restored'))).toEqual([]);
      expect(existsSync(join(elsewhere, 'restoring.db'))).toBe(false);
      expect(readFileSync(databaseFile(elsewhere)).equals(before)).toBe(true);
    } finally {
      disk.close();
    }
  });

  it('that was broken off and cannot be done any more leaves the old database whole, and no order', () => {
    const { dir, made, head, clock } = brokenOff();
    rmSync(made.file);
    expect(restoreStation(order(dir, made), clock.nowMs() + 1, sha256)).toMatchObject({
      error: { kind: 'BAD_BACKUP' },
    });
    expect(pendingRestore(dir)).toBeNull();
    expect(verifyFolder(dir, sha256)).toMatchObject({ finding: null, events: head });
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
