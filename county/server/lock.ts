/**
 * One county process on a data folder: PGlite must not be opened twice. The lock is SQLite's own exclusive lock on a
 * small file, as a station's is: the system takes it away with the process, so a kill or a power cut leaves nothing
 * to clean up, and no number of a process is asked for, which after a restart may be anybody's. `county.lock` beside
 * it only says where the running one listens and holds the token for its administrator's commands; only the county's
 * user can read it.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database, { SqliteError } from 'better-sqlite3';
import * as v from 'valibot';
import { err, ok, type Result } from '../../domain/result.ts';
import { writeSecretFile } from './keys.ts';

const WRITER_FILE = 'county-writer.lock';
/** Commands look for a running county by touching the lock for an instant: a county that starts waits for that. */
const TOUCH_MS = 500;

const schema = v.object({ pid: v.number(), address: v.string(), adminToken: v.string() });
export type RunningCounty = v.InferOutput<typeof schema>;

export interface FolderLock {
  /** Lets commands in other processes find the running county. */
  readonly publish: (address: string, adminToken: string) => void;
  readonly release: () => void;
}

/** Locks of this process: one that nobody refers to any more would be let go with the garbage. */
const held = new Set<Database.Database>();

/** A connection that holds the lock until it is closed; null if another process holds it. */
function take(dir: string, how: 'EXCLUSIVE' | 'DEFERRED'): Database.Database | null {
  const db = new Database(join(dir, WRITER_FILE), { timeout: how === 'EXCLUSIVE' ? TOUCH_MS : 0 });
  try {
    db.exec(`BEGIN ${how}`);
    // What is deferred takes its place among the readers with the first look.
    db.prepare('SELECT 1 FROM sqlite_master').get();
    return db;
  } catch (error) {
    db.close();
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

function readLock(path: string): RunningCounty | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined; // Absent, or cut short by a power failure.
  }
}

/** One that has the lock and has not said yet where it listens. */
const UNNAMED: RunningCounty = { pid: 0, address: '', adminToken: '' };

/** The county that runs on a folder, or undefined. Its address is empty until it listens. */
export function runningCounty(dir: string): RunningCounty | undefined {
  if (!existsSync(join(dir, WRITER_FILE))) return undefined;
  const free = take(dir, 'DEFERRED');
  if (free === null) return readLock(join(dir, 'county.lock')) ?? UNNAMED;
  free.close();
  return undefined;
}

/** Takes the folder, which must exist, for this process. */
export function lockFolder(dir: string): Result<FolderLock, { kind: 'LOCKED'; by: RunningCounty }> {
  const path = join(dir, 'county.lock');
  const taken = take(dir, 'EXCLUSIVE');
  if (taken === null) return err({ kind: 'LOCKED', by: readLock(path) ?? UNNAMED });
  held.add(taken);
  const letGo = (): void => {
    held.delete(taken);
    taken.close();
  };
  const write = (address: string, adminToken: string): void =>
    writeSecretFile(path, JSON.stringify({ pid: process.pid, address, adminToken }));
  try {
    write('', '');
  } catch (error) {
    letGo();
    throw error;
  }
  return ok({
    publish: write,
    release: () => {
      rmSync(path, { force: true });
      letGo();
    },
  });
}
