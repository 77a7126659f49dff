/** The folder of backups: what their names say, and which of them are kept. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DAY_MS, shanghaiDay } from '../../domain/time.ts';
import { STICK_FOLDER } from '../../domain/wire/stick.ts';
import { storeFaultOf } from '../faults.ts';

export interface BackupFile {
  readonly file: string;
  readonly name: string;
  /** By the station's own time. */
  readonly madeMs: number;
  readonly bytes: number;
  /** How far its journal goes: the ordinal of the running incarnation of then, and its last event. */
  readonly incarnation: number;
  readonly seq: number;
  /** Whose it is, and the name of the running incarnation of then; null in names of an earlier version. */
  readonly lineage: { readonly stationId: number; readonly incarnation: string } | null;
}

const NAME =
  /^station-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-(\d+)-(\d+)(?:-s(\d+)-([0-9a-f]{16}))?\.db$/;

/** The folder beside a station's database. */
export function backupFolder(dir: string): string {
  return join(dir, 'backups');
}

/** Many stations, or a machine and its replacement, may keep theirs in one folder: the name says whose it is. */
export function backupName(
  madeMs: number,
  of: {
    readonly stationId: number;
    readonly ordinal: number;
    readonly incarnation: string;
    readonly seq: number;
  },
): string {
  const stamp = new Date(madeMs).toISOString().replace(/[-:.]/g, '');
  return `station-${stamp}-${of.ordinal}-${of.seq}-s${of.stationId}-${of.incarnation}.db`;
}

/** The newer journal first; the time is only a clock's. */
function byReach(a: BackupFile, b: BackupFile): number {
  return b.incarnation - a.incarnation || b.seq - a.seq || b.madeMs - a.madeMs;
}

/** What a folder holds, the newest first; nothing if there is no such folder. Throws what the file system throws. */
export function listBackups(folder: string): readonly BackupFile[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const found: BackupFile[] = [];
  for (const name of names) {
    const groups = NAME.exec(name)?.slice(1);
    if (groups === undefined) continue;
    const parts = groups.slice(0, 9).map(Number);
    const whose = groups[10];
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts;
    const file = join(folder, name);
    found.push({
      file,
      name,
      madeMs: Date.UTC(year, month - 1, day, hour, minute, second, ms),
      bytes: statSync(file).size,
      incarnation: parts[7] ?? 0,
      seq: parts[8] ?? 0,
      lineage: whose === undefined ? null : { stationId: Number(groups[9]), incarnation: whose },
    });
  }
  return found.sort(byReach);
}

/** The same, and nothing for a folder that cannot be read: a stick that is torn holds nothing to restore from. */
export function listReadable(folder: string): readonly BackupFile[] {
  try {
    return listBackups(folder);
  } catch (error) {
    if (storeFaultOf(error) === undefined) throw error;
    return [];
  }
}

const HOUR_MS = DAY_MS / 24;
/** How many of the newest are always kept, whatever the bound says. */
const ALWAYS_KEPT = 2;
/** Grandfather, father, son: one for each of so many hours, days, weeks and months that had any. */
const GENERATIONS: readonly (readonly [keep: number, bucketOf: (madeMs: number) => number])[] = [
  [24, (madeMs) => Math.floor(madeMs / HOUR_MS)],
  [14, (madeMs) => shanghaiDay(madeMs)],
  [8, (madeMs) => Math.floor((shanghaiDay(madeMs) + 3) / 7)],
  [12, (madeMs) => Math.floor(shanghaiDay(madeMs) / 30.44)],
];

/**
 * Which of one lineage's backups may go: those of no generation, then the oldest until the rest fits into `maxBytes`.
 * The newest two stay in any case.
 */
export function backupsToDelete(backups: readonly BackupFile[], maxBytes: number): readonly BackupFile[] {
  const newestFirst = [...backups].sort(byReach);
  const kept = new Set(newestFirst.slice(0, ALWAYS_KEPT));
  for (const [keep, bucketOf] of GENERATIONS) {
    const buckets = new Set<number>();
    for (const backup of newestFirst) {
      const bucket = bucketOf(backup.madeMs);
      if (buckets.has(bucket) || buckets.size >= keep) continue;
      buckets.add(bucket);
      kept.add(backup);
    }
  }
  let bytes = 0;
  let count = 0;
  const fitting = new Set<BackupFile>();
  for (const backup of newestFirst) {
    if (!kept.has(backup)) continue;
    bytes += backup.bytes;
    count += 1;
    if (bytes > maxBytes && count > ALWAYS_KEPT) break;
    fitting.add(backup);
  }
  return newestFirst.filter((backup) => !fitting.has(backup));
}

/** Makes sure that a file, or the names in a folder, would outlive a power cut. Windows has no fsync of folders. */
export function fsyncPath(path: string, isFolder = false): void {
  if (isFolder && process.platform === 'win32') return;
  const handle = openSync(path, isFolder ? 'r' : 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Whether a second place for backups is there. A folder of the settings can be made with the stick or without it, and
 * without it would fill the very disk whose loss it is for. It counts when it lies on another disk than the station's
 * data, or when somebody has put the courier's folder into it to say that it is meant.
 */
export function isSecondPlace(folder: string, dir: string): boolean {
  try {
    let at = folder;
    while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
    return statSync(at).dev !== statSync(dir).dev || existsSync(join(folder, STICK_FOLDER));
  } catch (error) {
    if (storeFaultOf(error) === undefined) throw error;
    return false; // Pulled out at this very moment.
  }
}
