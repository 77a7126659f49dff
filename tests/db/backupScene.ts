/** A station with a few facts and a backup of them, for the tests of backups and of restores. */
import Database from 'better-sqlite3';
import { backupFolder, type BackupFile } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { databaseFile } from '../../db/open.ts';
import type { Store } from '../../db/types.ts';
import { expect } from 'vitest';
import { smallDisk } from '../harness/smallDisk.ts';
import { MORNING_MS, open, recordDrafts, sampleReference, sha256, signIn, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

export const MAX = 1e9;

export interface Scene {
  readonly dir: string;
  readonly clock: TestClock;
  readonly store: Store;
  readonly backup: () => BackupFile;
}

/** A station with a few facts and a backup of them. */
export function scene(): Scene {
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
/** Changes an event behind the store's back, as a failing disk would. */
export function damageEvent(dir: string, seq: number, text = "replace(text, '[', '[ ')"): void {
  const db = new Database(databaseFile(dir));
  db.exec('DROP TRIGGER journal_refuses_update');
  db.prepare(`UPDATE journal SET text = ${text} WHERE seq = ?`).run(seq);
  db.exec(`CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;`);
  db.close();
}

/** As the county acknowledges everything up to `seq`. */
export function acknowledge(dir: string, store: Store, seq: number): void {
  const db = new Database(databaseFile(dir), { readonly: true });
  const headHash = db.prepare('SELECT hash FROM journal WHERE seq = ?').pluck().get(seq) as Uint8Array;
  db.close();
  const ack = { epoch: 'e1', incarnation: store.incarnation, durableSeq: seq, headHash };
  expect(store.acknowledge(ack, MORNING_MS).ok).toBe(true);
}

/** Only root may mount a disk of its own. */
export const canMount = (() => {
  const disk = smallDisk(1);
  disk?.close();
  return disk !== null;
})();
