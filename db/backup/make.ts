/**
 * Making a backup and judging one. It takes as long as the database is large, so it runs in a worker; it reads
 * through a connection of its own, and the station records meanwhile.
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database, { SqliteError, type Database as Connection } from 'better-sqlite3';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { storeFaultOf } from '../faults.ts';
import { incarnationsOf, installationOf } from '../incarnation.ts';
import { SCHEMA_VERSION, schemaVersion } from '../migrations/index.ts';
import { databaseFile } from '../open.ts';
import { query } from '../row.ts';
import type { StoreFault } from '../types.ts';
import { describeFinding, type Finding } from '../finding.ts';
import { verifyChains, verifyOpen } from '../verify.ts';
import {
  backupName,
  backupsToDelete,
  fsyncPath,
  isSecondPlace,
  listBackups,
  type BackupFile,
} from './archive.ts';

/** The end of a database's running journal. */
export interface Reach {
  readonly stationId: number;
  /** Ordinal and name of the running incarnation. */
  readonly ordinal: number;
  readonly incarnation: string;
  readonly seq: number;
  /** Hexadecimal; empty while there is no event. */
  readonly hash: string;
  /** When the last event was recorded; 0 if there is none. */
  readonly lastEventMs: number;
}

/** How far a database reaches, or null for one that no station was ever opened with. */
export function reachOf(db: Connection): Reach | null {
  const installation = installationOf(db);
  const current = incarnationsOf(db).at(-1);
  if (installation === undefined || current === undefined) return null;
  const last = query<
    [number],
    { readonly seq: number; readonly hash: Uint8Array; readonly atMs: number | null }
  >(
    db,
    `SELECT seq, hash, json_extract(text, '$[2]') AS at_ms FROM journal WHERE incarnation = ?
     ORDER BY seq DESC LIMIT 1`,
  ).get(current.ordinal);
  return {
    stationId: installation.stationId,
    ordinal: current.ordinal,
    incarnation: current.name,
    seq: last?.seq ?? 0,
    hash: last === undefined ? '' : Buffer.from(last.hash).toString('hex'),
    lastEventMs: last?.atMs ?? 0,
  };
}

export interface BadBackup {
  readonly kind: 'BAD_BACKUP';
  /** One line for a person. */
  readonly detail: string;
}

/** Opens a file and proves it: SQLite's own check, then the hash chain of every journal in it. */
export function judgeBackup(file: string, sha256: Sha256): Result<Reach, BadBackup> {
  return judge(file, (db) => verifyChains(db, sha256).finding);
}

function judge(file: string, prove: (db: Connection) => Finding | null): Result<Reach, BadBackup> {
  const bad = (detail: string) => err({ kind: 'BAD_BACKUP', detail } as const);
  let db: Connection | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const found = schemaVersion(db);
    if (found > SCHEMA_VERSION) return bad(`it was written by a newer version of this program (${found})`);
    const complaint = db.pragma('quick_check(1)', { simple: true }) as string;
    if (complaint !== 'ok') return bad(complaint);
    const finding = prove(db);
    if (finding !== null) return bad(describeFinding(finding));
    const reach = reachOf(db);
    return reach === null ? bad('it holds no journal of a station') : ok(reach);
  } catch (error) {
    if (!(error instanceof SqliteError) && storeFaultOf(error) === undefined) throw error;
    return bad(error instanceof Error ? error.message : String(error));
  } finally {
    db?.close();
  }
}

export interface BackupOrder {
  /** The station's folder. */
  readonly dir: string;
  readonly folder: string;
  readonly nowMs: number;
  /** All backups of this station in the folder together; the newest two stay even beyond it. */
  readonly maxBytes: number;
  /** A second place, such as a stick, which may not be there. */
  readonly second?: boolean;
}

/** The second place is not there, and nothing was made in its stead. */
export interface PlaceAbsent {
  readonly kind: 'ABSENT';
}

/** The event at the head of `reach` as another database has it, hexadecimal hash. */
function hashAt(db: Connection, { ordinal, seq }: Reach): string {
  const row = query<[number, number], { readonly hash: Uint8Array }>(
    db,
    'SELECT hash FROM journal WHERE incarnation = ? AND seq = ?',
  ).get(ordinal, seq);
  return row === undefined ? '' : Buffer.from(row.hash).toString('hex');
}

/** Whose a backup is, by its name or, where an earlier version named it, by what is in it; null if that cannot be read. */
function lineageOf({ file, lineage }: BackupFile): BackupFile['lineage'] {
  if (lineage !== null) return lineage;
  let db: Connection | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    return reachOf(db);
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    return null;
  } finally {
    db?.close();
  }
}

/** The backups of a folder that are of this very database, by its incarnations. All others are none of its business. */
function ownBackups(folder: string, stationId: number, own: ReadonlySet<string>): readonly BackupFile[] {
  return listBackups(folder).filter((backup) => {
    const of = lineageOf(backup);
    return of !== null && of.stationId === stationId && own.has(of.incarnation);
  });
}

/** A copy has no machine: put back by hand, it begins a new incarnation, however far it reaches. */
function forgetMachine(file: string): void {
  const copy = new Database(file, { fileMustExist: true });
  try {
    copy.exec("UPDATE installation SET hardware_id = ''");
  } finally {
    copy.close();
  }
}

export interface MadeBackup extends BackupFile {
  /**
   * What is wrong with the station's views, in one line; empty if nothing is. The journal is good, and so is the
   * backup: a restore folds the views anew. It is the station that shows wrong figures.
   */
  readonly wrongViews: string;
}

/**
 * Writes a backup under a temporary name, proves it, and only then gives it its name; then lets the old ones go. The
 * views are folded again and compared each time: that takes a third longer than the chains alone, which are read in
 * any case (100,000 events: 11 s beside 8 s of a worker, on a machine under load).
 * Answers null if the newest one there reaches as far as the journal does. BAD_BACKUP: the copy is not good, which
 * means that the database itself is not; nothing was kept and nothing deleted. STORE_UNAVAILABLE: the folder
 * cannot be written to. ABSENT: the second place is not there.
 */
export function makeBackup(
  { dir, folder, nowMs, maxBytes, second = false }: BackupOrder,
  sha256: Sha256,
): Result<MadeBackup | null, BadBackup | StoreFault | PlaceAbsent> {
  let source: Connection | undefined;
  let temporary: string | undefined;
  try {
    source = new Database(databaseFile(dir), { readonly: true, fileMustExist: true, timeout: 2000 });
    const before = reachOf(source);
    if (before === null || before.seq === 0) return ok(null);
    if (second && !isSecondPlace(folder, dir)) return err({ kind: 'ABSENT' });
    mkdirSync(folder, { recursive: true });
    const own = new Set(incarnationsOf(source).map(({ name }) => name));
    const [newest] = ownBackups(folder, before.stationId, own);
    if (newest?.incarnation === before.ordinal && newest.seq === before.seq) return ok(null);
    for (const name of readdirSync(folder)) if (name.startsWith('.writing-')) rmSync(join(folder, name));
    temporary = join(folder, `.writing-${process.pid}.db`);
    source.prepare('VACUUM INTO ?').run(temporary);
    forgetMachine(temporary);
    fsyncPath(temporary);
    let wrongViews = '';
    const judged = judge(temporary, (db) => {
      const { finding } = verifyOpen(db, sha256);
      if (finding?.kind !== 'VIEW') return finding;
      wrongViews = describeFinding(finding);
      return null;
    });
    if (!judged.ok) return judged;
    const copy = new Database(temporary, { readonly: true, fileMustExist: true });
    const same = hashAt(copy, before) === before.hash;
    copy.close();
    if (!same)
      return err({ kind: 'BAD_BACKUP', detail: `event ${before.seq} is not the one of the station` });
    const file = join(folder, backupName(nowMs, judged.value));
    renameSync(temporary, file);
    fsyncPath(folder, true);
    const all = ownBackups(folder, before.stationId, own.add(judged.value.incarnation));
    for (const old of backupsToDelete(all, maxBytes)) rmSync(old.file);
    const made = all.find((backup) => backup.file === file);
    return ok(made === undefined ? null : { ...made, wrongViews });
  } catch (error) {
    const fault = storeFaultOf(error);
    if (fault === undefined) throw error;
    return fault.reason === 'CORRUPT'
      ? err({ kind: 'BAD_BACKUP', detail: (error as Error).message })
      : err(fault);
  } finally {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    source?.close();
  }
}
