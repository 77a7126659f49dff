/**
 * Restoring a station from a backup. Facts are never thrown away: the backup is the ground, and whatever the
 * present database still holds beyond it is carried over as far as its chain proves it. The result begins a new
 * incarnation at its next start, and the old files are laid aside, not deleted.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { isDamage, storeFaultOf } from '../faults.ts';
import { lockFolder } from '../lock.ts';
import { migrate, schemaVersion } from '../migrations/index.ts';
import { databaseFile } from '../open.ts';
import type { OnProgress } from '../progress.ts';
import { refold } from '../refold.ts';
import { query } from '../row.ts';
import { readStartMark, type StartMark } from '../startMark.ts';
import type { StoreFault } from '../types.ts';
import { backupFolder, fsyncPath, listReadable, type BackupFile } from './archive.ts';
import { judgeBackup, reachOf, type BadBackup, type Reach } from './make.ts';
import { carryRevoked } from '../revocations.ts';
import { forgetOrder, orderFile, orderRestore, pendingRestore } from './restoreOrder.ts';
import { salvage, type Salvage } from './salvage.ts';

export { forgetOrder, orderRestore, pendingRestore, type PendingRestore } from './restoreOrder.ts';

export interface RestorePlan {
  readonly backupName: string;
  /** How far the backup itself reaches. */
  readonly backup: Reach;
  /** How far the station will reach afterwards. */
  readonly after: Reach;
  readonly salvage: Salvage;
  /** Journals with events that the county had not acknowledged: they will be sent. */
  readonly unsent: readonly {
    readonly incarnation: string;
    readonly afterSeq: number;
    readonly toSeq: number;
  }[];
}

export type RestoreError =
  | BadBackup
  | StoreFault
  | { readonly kind: 'LOCKED' }
  | { readonly kind: 'OTHER_STATION'; readonly found: number };

export interface RestoreOrder {
  /** The station's folder. */
  readonly dir: string;
  /** The backup's file, wherever it is. */
  readonly file: string;
  /** The station that the folder is to be; 0 if whatever the backup says. */
  readonly stationId: number;
}

const workFile = (dir: string) => join(dir, 'restoring.db');
function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}

function unsentOf(db: Connection): RestorePlan['unsent'] {
  return query<[], RestorePlan['unsent'][number]>(
    db,
    `SELECT name AS incarnation, after_seq, to_seq FROM (
       SELECT i.ordinal, i.name, coalesce(s.durable_seq, 0) AS after_seq,
         coalesce((SELECT max(seq) FROM journal WHERE incarnation = i.ordinal), 0) AS to_seq
       FROM incarnation i LEFT JOIN sync_state s ON s.incarnation = i.ordinal)
     WHERE after_seq < to_seq ORDER BY ordinal`,
  ).all();
}

/**
 * Carries over from the old database if it can be opened at all, and makes the views anew out of the journal: those
 * of the backup prove nothing, and a wrong balance would outlive its own remedy.
 */
function salvageFrom(
  into: Connection,
  oldFile: string,
  mark: StartMark | null,
  sha256: Sha256,
  onProgress?: OnProgress,
): Result<Salvage, BadBackup> {
  const from = openOld(oldFile);
  try {
    return into
      .transaction(() => {
        const salvaged = salvage(into, from, mark, sha256);
        if (from !== null) carryRevoked(into, from);
        refold(into, onProgress);
        return ok(salvaged);
      })
      .immediate();
  } catch (error) {
    if (storeFaultOf(error) !== undefined) throw error;
    return err({ kind: 'BAD_BACKUP', detail: `its journal cannot be folded: ${String(error)}` });
  } finally {
    from?.close();
  }
}

/** The old database, or null where nothing of it can be read. */
function openOld(oldFile: string): Connection | null {
  if (!existsSync(oldFile)) return null;
  let from: Connection | undefined;
  try {
    from = new Database(oldFile, { fileMustExist: true });
    schemaVersion(from);
    return from;
  } catch (error) {
    from?.close();
    if (!isDamage(error)) throw error;
    return null;
  }
}

/** Builds the restored database beside the present one. */
function build(
  { dir, file, stationId }: RestoreOrder,
  oldFile: string,
  sha256: Sha256,
  onProgress?: OnProgress,
): Result<RestorePlan, BadBackup | { readonly kind: 'OTHER_STATION'; readonly found: number }> {
  const judged = judgeBackup(file, sha256);
  if (!judged.ok) return judged;
  const backup = judged.value;
  if (stationId !== 0 && backup.stationId !== stationId)
    return err({ kind: 'OTHER_STATION', found: backup.stationId });
  const work = workFile(dir);
  removeDatabase(work);
  copyFileSync(file, work);
  const db = new Database(work);
  try {
    db.pragma('foreign_keys = ON');
    migrate(db);
    const made = salvageFrom(db, oldFile, readStartMark(dir), sha256, onProgress);
    if (!made.ok) return made;
    const salvaged = made.value;
    if (!salvaged.certain)
      db.prepare('INSERT OR IGNORE INTO unknown_loss VALUES (?)').run(backup.lastEventMs);
    // No machine has this name: the next start begins a new incarnation.
    db.prepare("UPDATE installation SET hardware_id = ''").run();
    const after = reachOf(db);
    if (after === null) throw new Error('a proven backup holds no station');
    return ok({
      backupName: basename(file),
      backup,
      after,
      salvage: salvaged,
      unsent: unsentOf(db),
    });
  } finally {
    db.close();
  }
}

function asRestoreError(error: unknown): RestoreError {
  const fault = storeFaultOf(error);
  if (fault === undefined) throw error;
  return fault;
}

/** Copies the database and its WAL as they are, so that looking at them changes nothing. */
function copyOld(dir: string, to: string): string {
  mkdirSync(to, { recursive: true });
  const copy = join(to, 'station.db');
  for (const suffix of ['', '-wal']) {
    const from = `${databaseFile(dir)}${suffix}`;
    if (!existsSync(from)) continue;
    copyFileSync(from, `${copy}${suffix}`);
    fsyncPath(`${copy}${suffix}`);
  }
  return copy;
}

function putBack(dir: string, oldFile: string): void {
  for (const suffix of ['-wal', '']) {
    if (!existsSync(`${oldFile}${suffix}`)) continue;
    copyFileSync(`${oldFile}${suffix}`, `${databaseFile(dir)}${suffix}`);
    fsyncPath(`${databaseFile(dir)}${suffix}`);
  }
  fsyncPath(dir, true);
}

/** Gives the new database its name. Between the first and the last step only the order says what is whole. */
function exchange(dir: string): void {
  // The old WAL must be gone before the new database has the name: it is no part of it.
  for (const suffix of ['-wal', '-shm']) rmSync(`${databaseFile(dir)}${suffix}`, { force: true });
  renameSync(workFile(dir), databaseFile(dir));
  fsyncPath(dir, true);
  rmSync(orderFile(dir));
  fsyncPath(dir, true);
}

/**
 * Leaves the folder as it was before a restore that came to nothing: an order that stayed would copy everything once
 * more at each start, and restore some day when nobody expects it. Where half of the exchange may have been done and
 * the old files do not fit back into their place, the order stays, and nobody may open the folder before it is done.
 */
function takeBack(dir: string, aside: string, exchanging: boolean): void {
  removeDatabase(workFile(dir));
  rmSync(`${orderFile(dir)}.new`, { force: true });
  if (exchanging) putBack(dir, join(aside, 'station.db'));
  forgetOrder(dir);
  rmSync(aside, { recursive: true, force: true });
}

/** What a restore would do; changes nothing. The station may be running, and what it records meanwhile is not seen. */
export function previewRestore(order: RestoreOrder, sha256: Sha256): Result<RestorePlan, RestoreError> {
  const { dir } = order;
  const look = join(dir, 'restore-preview');
  try {
    return build(order, copyOld(dir, look), sha256);
  } catch (error) {
    return err(asRestoreError(error));
  } finally {
    rmSync(look, { recursive: true, force: true });
    removeDatabase(workFile(dir));
  }
}

/** Where the old files go: named by the time, which a dead clock may tell twice. */
function freeFolder(dir: string, nowMs: number): string {
  const stamp = join(dir, 'restored', new Date(nowMs).toISOString().replace(/[-:.]/g, ''));
  for (let again = 2, folder = stamp; ; again++, folder = `${stamp}-${again}`)
    if (!existsSync(folder)) return folder;
}

/**
 * Restores a folder. Nobody may have it open (LOCKED). A power cut at any instant leaves the old database or the
 * new one, and the order, by which the next start does it once more. The plan that was carried out stands beside
 * the old files in restored/…. One that is refused leaves everything as it was, and no order.
 */
export function restoreStation(
  order: RestoreOrder,
  nowMs: number,
  sha256: Sha256,
  onProgress?: OnProgress,
): Result<RestorePlan & { readonly aside: string }, RestoreError> {
  const { dir, file } = order;
  try {
    mkdirSync(dir, { recursive: true });
    const lock = lockFolder(dir);
    if (lock === null) return err({ kind: 'LOCKED' });
    try {
      const pending = pendingRestore(dir);
      const resumes = pending !== null && pending.aside !== '' && existsSync(pending.aside);
      // Until it is whole it has one name for all tries: what a power cut leaves of it goes with the next.
      let laid = resumes ? pending.aside : join(dir, 'restored', 'unfinished');
      let exchanging = resumes;
      let done = false;
      try {
        if (!resumes) rmSync(laid, { recursive: true, force: true });
        const plan = build(
          order,
          resumes ? join(laid, 'station.db') : copyOld(dir, laid),
          sha256,
          onProgress,
        );
        if (!plan.ok) return plan;
        writeFileSync(join(laid, 'report.json'), `${JSON.stringify(plan.value, null, 2)}\n`);
        fsyncPath(workFile(dir));
        fsyncPath(laid, true);
        const aside = resumes ? laid : freeFolder(dir, nowMs);
        if (!resumes) renameSync(laid, aside);
        laid = aside;
        orderRestore(dir, { file, aside });
        exchanging = true;
        exchange(dir);
        done = true;
        return ok({ ...plan.value, aside });
      } finally {
        if (!done) takeBack(dir, laid, exchanging);
      }
    } finally {
      lock.release();
    }
  } catch (error) {
    return err(asRestoreError(error));
  }
}

/**
 * The newest backup of the folders that proves good, or null. Where the last start left its mark, those of its own
 * incarnation come first: other machines count by numbers of their own. `stationId` 0: of any station.
 */
export function newestGoodBackup(
  dir: string,
  others: readonly string[],
  sha256: Sha256,
  stationId = 0,
): string | null {
  const all = [backupFolder(dir), ...others].flatMap((folder) => listReadable(folder));
  const running = readStartMark(dir)?.incarnation;
  const isRunning = ({ lineage }: BackupFile) => Number(lineage !== null && lineage.incarnation === running);
  const candidates = all
    .filter(({ lineage }) => stationId === 0 || lineage === null || lineage.stationId === stationId)
    .sort((a, b) => isRunning(b) - isRunning(a) || b.incarnation - a.incarnation || b.seq - a.seq);
  const isGood = (file: string): boolean => {
    const judged = judgeBackup(file, sha256);
    return judged.ok && (stationId === 0 || judged.value.stationId === stationId);
  };
  return candidates.find(({ file }) => isGood(file))?.file ?? null;
}
